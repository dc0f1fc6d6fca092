"""Installs the system from answers: settings, programs, the switch's files, database, bucket, first administrator.

Every step looks first at what is there and changes only what is not as the answers ask for it, so a run can be
repeated, and one that was interrupted goes on.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from callcenter.bootstrap import System, build, migrating
from callcenter.embedded.asterisk import keep
from callcenter.embedded.kept import kept_parts, programs_of, switch_box
from callcenter.embedded.process import EmbeddedError, cache_dir
from callcenter.embedded.secrets import key, store_key, word
from callcenter.kit.config import ENV_FILE, CoreSettings
from callcenter.lines.types import TrunkAccess, TrunkEntry
from callcenter.people.passwords import OneTimePassword
from callcenter.setup.administrator import make_administrator
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.files import read_settings, write_answers, write_private
from callcenter.setup.probes.machine import ANSWERS_FILE, SETTINGS_FILE
from callcenter.setup.rules.answers import written
from callcenter.setup.rules.settings import changes, generated_in, merged, settings_of
from callcenter.setup.types import NODE, Answers, Done, Generated, ServersAt, Step
from callcenter.storage.port import ObjectMissing
from callcenter.supervision.command import StartError
from callcenter.supervision.run import state_dir
from callcenter.supervision.supervisor import Supervisor
from callcenter.telephony.asterisk.node import NodeFiles, files_of
from callcenter.telephony.asterisk.provision import TrunkConfig, errors_in_log

Say = Callable[[str], None]
_BINARY = "CALLCENTER_ASTERISK_BINARY"


@dataclass(frozen=True, slots=True)
class Installed:
    """What a run has done."""

    steps: tuple[Done, ...]
    password: OneTimePassword | None
    """Of the administrator, if this run has made the account."""

    @property
    def changed(self) -> bool:
        return any(done.changed for done in self.steps)


async def install(folder: Path, answers: Answers, before: Answers | None, say: Say) -> Installed:
    """Does every step. ``before``: the answers of the last run. Raises AnswerRefused, StartError."""
    with _own_run(folder) as running:
        steps = [_write_settings(folder, answers, before, running=running)]
        with _settings_from(folder / SETTINGS_FILE):
            if answers.servers is not ServersAt.APART:
                steps += [await asyncio.to_thread(_keep_program, folder, say), _write_switch()]
            core = CoreSettings()
            fresh_switch = any(done.changed for done in steps)
            async with _servers(core, running=running, check_switch=fresh_switch):
                steps.append(await _migrate(core))
                system = build(core)
                try:
                    steps.append(await _prepare_store(system))
                    password = await make_administrator(system, answers)
                finally:
                    await system.close()
        steps.append(Done(Step.ADMINISTRATOR, (answers.administrator,) if password else ()))
        return Installed(tuple(steps), password)


@contextlib.contextmanager
def _own_run(folder: Path) -> Iterator[bool]:
    """Keeps ``callcenter serve`` from starting meanwhile; yields whether it runs already."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(state_dir(folder / "log"))
        except StartError:
            yield True
        else:
            yield False


def _write_settings(folder: Path, answers: Answers, before: Answers | None, *, running: bool) -> Done:
    """Writes settings with every secret, and the answers. Raises AnswerRefused for a system that runs otherwise."""
    text, present = read_settings(folder / SETTINGS_FILE)
    generated = generated_in(present, _draw())
    after = settings_of(answers, generated, folder)
    if answers.servers is not ServersAt.APART and (binary := os.environ.get(_BINARY)):
        after["CALLCENTER_NODE_ASTERISK"] = str(Path(binary).absolute())
    for name in after:
        if name in os.environ:
            raise AnswerRefused("variable_set", name=name)
    earlier = settings_of(before, generated, folder) if before else after
    changed = changes(present, earlier, after)
    if changed and running:
        raise AnswerRefused("running", path=folder)
    if changed:
        write_private(folder / SETTINGS_FILE, merged(text, changed))
    if answers != before:
        write_answers(folder / ANSWERS_FILE, written(answers))
    return Done(Step.SETTINGS, tuple(sorted(changed)))


def _draw() -> Generated:
    return Generated(
        field_keys=f"k1:{key()}",
        index_key=key(),
        database_password=word(),
        recorder_access_key=word(),
        recorder_secret_key=key(),
        player_access_key=word(),
        player_secret_key=key(),
        store_key=store_key(),
        ami_secret=word(),
        phone_secret=word(),
    )


@contextlib.contextmanager
def _settings_from(path: Path) -> Iterator[None]:
    """Has every section read its settings from this file until the block ends."""
    before = os.environ.get(ENV_FILE)
    os.environ[ENV_FILE] = str(path)
    try:
        yield
    finally:
        os.environ.pop(ENV_FILE)
        if before is not None:
            os.environ[ENV_FILE] = before


def _keep_program(folder: Path, say: Say) -> Done:
    """Copies the switch's program unless an installed one is named. Raises AnswerRefused when there is none."""
    programs = programs_of(folder)
    there = programs.exists() or bool(os.environ.get(_BINARY))
    try:
        if not there:
            programs.parent.mkdir(mode=0o700, exist_ok=True)
            keep(cache_dir(), programs, say)
        version = switch_box().version
    except EmbeddedError as error:
        raise AnswerRefused("switch_program", why=str(error)) from None
    return Done(Step.PROGRAMS, () if there else (f"Asterisk {version}",))


def switch_files(node: str, entered: Sequence[TrunkEntry] | None = None) -> NodeFiles:
    """Returns the files of a node as settings and, where they are given, trunks of the database ask. Raises StartError.

    Without them their file is left as it is.
    """
    box = switch_box()
    trunks = None if entered is None else tuple(trunk_config_of(entry) for entry in entered)
    return files_of(node, box.modules, box.data, trunks)


def trunk_config_of(entry: TrunkEntry) -> TrunkConfig:
    """Returns a trunk of the database, with its password, as the files of a switch name it."""
    form = entry.form
    return TrunkConfig(
        name=entry.name,
        host=form.host,
        port=form.port,
        transport=form.transport.value,
        encrypts_sound=form.encrypts_sound,
        user=form.account,
        password=form.password or "",
        registers=form.access is TrunkAccess.REGISTRATION,
        codecs=tuple(codec.value for codec in form.codecs),
    )


def _write_switch() -> Done:
    files = switch_files(NODE)
    drift = files.drift()
    if drift:
        files.write()
    return Done(Step.SWITCH, tuple(sorted({difference.file for difference in drift})))


@contextlib.asynccontextmanager
async def _servers(core: CoreSettings, *, running: bool, check_switch: bool) -> AsyncIterator[None]:
    """Runs the kept servers until the block ends, unless the system runs. Raises AnswerRefused, StartError.

    ``check_switch``: its files are new, so its log is looked at for complaints.
    """
    if running:
        yield
        return
    parts = kept_parts(core)
    directory = switch_files(core.node).directory if any(part.name == "switch" for part in parts) else None
    earlier = len(errors_in_log(directory)) if directory else 0
    async with Supervisor(parts):
        if directory and check_switch and errors_in_log(directory)[earlier:]:
            raise AnswerRefused("switch_start", log=directory / "log" / "messages")
        yield


async def _migrate(core: CoreSettings) -> Done:
    before = await migrating.present(core)
    await migrating.bring_up_to_date(core)
    return Done(Step.DATABASE, () if before == migrating.newest() else (migrating.newest(),))


async def _prepare_store(system: System) -> Done:
    """Makes the bucket unless it is there, with versions and object lock."""
    try:
        await system.store.list_versions("setup/")
        made: tuple[str, ...] = ()
    except ObjectMissing:
        made = ("bucket",)
    await system.store.prepare()
    return Done(Step.STORE, made)
