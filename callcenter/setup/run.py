"""Implements ``callcenter setup``: the folder, the answers, the installation, the report."""

import asyncio
from pathlib import Path

from rich.console import Console

from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.people.passwords import OneTimePassword
from callcenter.setup.asking import Asking
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.files import read_answers, write_private
from callcenter.setup.probes.machine import ANSWERS_FILE, require_disk, require_folder
from callcenter.setup.rules.answers import answers_of
from callcenter.setup.service import Installed, install
from callcenter.setup.terminal import PersonAtTerminal, explain_next, report
from callcenter.setup.types import Answers, Raw

PASSWORD_FILE = "first-password"  # noqa: S105 - the name of a file


def run_setup(folder: Path, answers_file: Path | None, console: Console) -> Installed:
    """Installs the system in a folder, and says what it does. Raises AnswerRefused, StartError."""
    given = read_answers(answers_file) if answers_file else None
    require_folder(folder)
    require_disk(folder)
    kept = folder / ANSWERS_FILE
    before = read_answers(kept) if kept.exists() else {}
    asking = Asking(before)
    answers = asking.at(PersonAtTerminal(console)) if given is None else asking.from_file(given)

    def say(text: str) -> None:
        console.print(f"· {text}", highlight=False, markup=False, soft_wrap=True)

    installed = asyncio.run(install(folder, answers, _read(before), say))
    report(installed, console)
    if installed.password:
        _give(installed.password, folder, console)
    explain_next(answers, str(folder), console)
    return installed


def _read(raw: Raw) -> Answers | None:
    """Returns the answers of the last run; None where there are none, or they are of another form."""
    try:
        return answers_of(raw) if raw else None
    except AnswerRefused:
        return None


def _give(issued: OneTimePassword, folder: Path, console: Console) -> None:
    """Shows the password at a terminal; elsewhere the output may be kept in a log, so a file gets it."""
    if console.is_terminal:
        what = issued.password
    else:
        write_private(folder / PASSWORD_FILE, issued.password + "\n")
        what = f"{folder / PASSWORD_FILE}（登录后删除 delete it after the first log-in）"
    console.print(
        f"管理员 administrator {issued.login}，一次性密码 one-time password: {what}\n"
        f"有效至 valid until {issued.until.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}，过期后 later: "
        f"callcenter staff one-time-password {issued.login}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
