"""Has a running switch take changed files without a restart, and says what only a restart would bring."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from callcenter.telephony.asterisk.connection import AmiAddress, AmiConnection
from callcenter.telephony.asterisk.drift import Difference, Drift
from callcenter.telephony.asterisk.wire import AmiRefused
from callcenter.telephony.settings import SwitchSettings

# fmt: off
_SIP = (
    "res_pjsip", "res_pjsip_authenticator_digest", "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_outbound_registration",
)
# fmt: on
_RELOADED_BY: Mapping[str, tuple[str, ...]] = {
    "etc/pjsip.conf": _SIP,
    "etc/pjsip_trunks.conf": _SIP,
    "etc/extensions.conf": ("pbx_config",),
    "etc/rtp.conf": ("res_rtp_asterisk",),
    "etc/musiconhold.conf": ("res_musiconhold",),
    "etc/logger.conf": ("logger",),
    "etc/acl.conf": ("acl",),
    "etc/http.conf": ("http",),
    "etc/manager.conf": ("manager",),
    "etc/indications.conf": ("indications",),
}
"""Files that Asterisk reads anew by order, and the modules that do. The order of the modules counts."""
_READ_AT_ONCE = ("bin/",)
"""Programs: each run reads them anew."""
_NO_CHANGE_IN_USE = "transport]"
"""Sections of pjsip.conf that Asterisk does not change while it runs: calls go through them."""


@dataclass(frozen=True, slots=True)
class ReloadPlan:
    """What follows from changed files."""

    modules: tuple[str, ...]
    restart: tuple[Difference, ...]
    """Differences that count only after a restart of the switch."""


def plan_reload(changes: Sequence[Difference]) -> ReloadPlan:
    """Returns which modules read the changed files anew, and which changes wait for a restart."""
    modules: dict[str, None] = {}
    restart: list[Difference] = []
    for change in changes:
        if change.kind is Drift.OPEN_TO_OTHERS or change.file.startswith(_READ_AT_ONCE):
            continue
        changes_transport = _NO_CHANGE_IN_USE in change.place and change.kind is not Drift.LACKING
        if change.file not in _RELOADED_BY or changes_transport:
            restart.append(change)
        modules |= dict.fromkeys(_RELOADED_BY.get(change.file, ()))
    return ReloadPlan(tuple(modules), tuple(restart))


async def reload(settings: SwitchSettings, modules: Collection[str]) -> None:
    """Has the running switch read modules' files anew; calls go on. Raises AmiError."""
    async with await _open(settings) as link:
        for module in modules:
            await link.act("Reload", {"Module": module})


async def unknown_trunks(settings: SwitchSettings, names: Collection[str]) -> list[str]:
    """Returns those of these trunks that the running switch does not know. Raises AmiError."""
    async with await _open(settings) as link:
        try:
            endpoints = await link.read_list("PJSIPShowEndpoints")
        except AmiRefused:  # Asterisk's way to answer that there is none
            endpoints = []
    known = {str(item.headers.get("ObjectName")) for item in endpoints}
    return sorted(set(names) - known)


async def _open(settings: SwitchSettings) -> AmiConnection:
    return await AmiConnection.open(
        AmiAddress(
            host=settings.ami_host,
            port=settings.ami_port,
            user=settings.ami_user,
            secret=settings.ami_secret.get_secret_value(),
            action_timeout=settings.action_timeout,
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
        )
    )
