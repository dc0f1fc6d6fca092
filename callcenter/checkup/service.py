"""Implements ``callcenter doctor``: looks at everything at once, within a few seconds, also when nothing runs.

What a look finds comes in the words of the installation's own tests where they ask the same. A look that hangs is left
alone and named: the others have answered.
"""

import asyncio
import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Generic, TypeVar

from callcenter import bootstrap
from callcenter.bootstrap.settings import check_settings
from callcenter.checkup.faults import found, refused
from callcenter.checkup.probes import machine, servers, switch
from callcenter.checkup.rules import SettingFacts, judge_settings
from callcenter.checkup.words import AREAS
from callcenter.doctor.rules.faults import ordered
from callcenter.doctor.types import Area, CampaignWay, Diagnosis, Fault
from callcenter.kit.config import CoreSettings, SettingsError
from callcenter.messages.settings import MessageSettings
from callcenter.recordings.settings import RecordingSettings
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes.machine import now
from callcenter.storage.settings import StorageSettings
from callcenter.telephony.settings import NodeSettings, SwitchSettings
from callcenter.web.settings import WebSettings

T = TypeVar("T")
Look = Callable[[], Iterable[Fault]]
SECONDS = 9.0
"""After which the answer is given with what is known."""
_NEEDED = (CoreSettings, StorageSettings, SwitchSettings)


def examine(*, running: bool = True) -> Diagnosis:
    """Returns everything that is wrong; ``running``: also what the running system knows of itself. Blocks."""
    try:
        check_settings(needed=_NEEDED)
    except SettingsError as error:
        faults = [*machine.look_at_files()] if error.only_missing else []
        faults += [found("settings_wrong", fault=fault) for fault in error.faults]
        return Diagnosis(now(), ordered(faults), ())
    faults, ways = _ask(_looks(), running=running)
    return Diagnosis(now(), ordered(faults), ways)


def _looks() -> Mapping[str, Look]:
    """Returns each look by its name."""
    core, node, phones = CoreSettings(), NodeSettings(), SwitchSettings()
    return {
        "settings": lambda: judge_settings(_facts(core, node, phones)),
        "files": machine.look_at_files,
        "disk": lambda: machine.look_at_disk(core),
        "spool": lambda: machine.look_at_spool(RecordingSettings()),
        "certificate": lambda: machine.look_at_certificate(node, now()),
        "database": lambda: servers.look_at_database(core),
        "store": lambda: servers.look_at_store(StorageSettings()),
        "trunk": lambda: servers.look_at_trunk(node),
        "switch": lambda: switch.look_at_control_link(phones),
        "switch's files": lambda: switch.look_at_files(core.node),
        "phones": lambda: switch.look_at_phones(phones),
        "web": lambda: servers.look_at_web(core),
        "mail": lambda: servers.look_at_mail(MessageSettings()),
    }


def _ask(looks: Mapping[str, Look], *, running: bool) -> tuple[list[Fault], tuple[CampaignWay, ...]]:
    """Looks at everything at the same time; the running system counts only if its database belongs to it."""
    until = time.monotonic() + SECONDS
    asked = {name: _Begun(partial(_look, name, look)) for name, look in looks.items()}
    system = _Begun(_running_system) if running else None
    found_by = {name: one.within(until) for name, one in asked.items()}
    faults = [fault for some in found_by.values() for fault in some or ()]
    faults += [
        found("too_slow", name=name, seconds=f"{SECONDS:.0f}") for name, some in found_by.items() if some is None
    ]
    diagnosis = system.within(until) if system else None
    if diagnosis is None or any(fault.area is Area.DATABASE for fault in faults):
        return faults, ()
    return [*faults, *diagnosis.faults], tuple(diagnosis.ways)


class _Begun(Generic[T]):
    """Runs a function in a thread that ends with the program: one that hangs holds up neither answer nor exit."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._result: T | None = None
        self._act = act
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._result = self._act()

    def within(self, until: float) -> T | None:
        """Returns the result; None when there is none by then."""
        self._thread.join(max(0.0, until - time.monotonic()))
        return self._result


def _look(name: str, look: Look) -> list[Fault]:
    try:
        return list(look())
    except AnswerRefused as refusal:
        return [refused(refusal, AREAS[name])]


def _running_system() -> Diagnosis | None:
    """Returns what the database says of the running system; None where it cannot be asked."""

    async def ask() -> Diagnosis:
        system = bootstrap.build()
        try:
            async with system.works.begin() as work:
                return await system.doctor.diagnose(work)
        finally:
            await system.close()

    with contextlib.suppress(Exception):  # the looks say what is wrong with the database
        return asyncio.run(ask())
    return None


def _facts(core: CoreSettings, node: NodeSettings, phones: SwitchSettings) -> SettingFacts:
    return SettingFacts(
        websocket_url=phones.websocket_url,
        secure_cookies=core.secure_cookies,
        has_origins=bool(WebSettings().allowed_origins),
        bind=node.bind,
        external=node.external,
        trunk_host=node.trunk_host,
        trunk_address=_address_of(node.trunk_host),
        rtp_first=node.rtp_first,
        rtp_last=node.rtp_last,
        phones=len(node.extensions),
    )


def _address_of(host: str) -> str:
    if not host:
        return ""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    with contextlib.suppress(OSError):
        return str(socket.getaddrinfo(host, None, socket.AF_INET)[0][4][0])
    return ""
