"""Reads and writes the files of an installation: the answers, and the settings with every secret. Both mode 0600."""

import json
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from callcenter.setup.errors import AnswerRefused
from callcenter.setup.types import HIDDEN, Raw


def read_answers(path: Path) -> Raw:
    """Returns what a file of answers holds. Raises AnswerRefused."""
    try:
        text = path.read_text(encoding="utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise AnswerRefused("answers_unreadable", why=error.strerror) from None
    except UnicodeDecodeError:
        raise AnswerRefused("answers_unreadable", why="UTF-8") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = next((word for word in str(error).replace(",", " ").split() if word.isdecimal()), "?")
        raise AnswerRefused("not_toml", line=line) from None
    if mode & 0o077 and any(raw.get(question) for question in HIDDEN):
        raise AnswerRefused("answers_open", path=path)
    return raw


def write_answers(path: Path, answers: Mapping[str, object]) -> None:
    """Writes answers as TOML: texts, numbers, lists of texts, and one table."""
    lines = ["# answers of callcenter setup: change one and run callcenter setup --answers with this file again"]
    lines += [f"{name} = {_toml(value)}" for name, value in answers.items() if not isinstance(value, Mapping)]
    for name, table in answers.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    write_private(path, "\n".join(lines) + "\n")


def read_settings(path: Path) -> tuple[str, dict[str, str]]:
    """Returns a file of settings as text and by names; nothing where it is not there."""
    if not path.exists():
        return "", {}
    values = dotenv_values(path)
    return path.read_text(encoding="utf-8"), {name: value for name, value in values.items() if value is not None}


def write_private(path: Path, text: str) -> None:
    """Writes a file for its owner alone; it is either the old or the whole new one, whenever this run ends."""
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _toml(value: object) -> str:
    """Returns a value as TOML; its texts are those of JSON but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
