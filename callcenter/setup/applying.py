"""Writes the changed files of a switch and has it read them while calls go on."""

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.telephony.asterisk.applying import plan_reload, reload, unknown_trunks
from callcenter.telephony.asterisk.drift import Difference
from callcenter.telephony.asterisk.node import NodeFiles
from callcenter.telephony.asterisk.wire import AmiError
from callcenter.telephony.settings import SwitchSettings


@dataclass(frozen=True, slots=True)
class Applied:
    """What was changed, and what of it the running switch has taken."""

    changes: Sequence[Difference]
    modules: Sequence[str]
    """They have read their files anew."""
    restart: Sequence[Difference]
    """These count only after a restart of the switch."""
    unknown_trunks: Sequence[str]
    """The switch has read their file, and does not know them."""
    failure: str | None = None
    """Why the switch could not be reached."""


async def apply_files(files: NodeFiles) -> Applied:
    """Writes the files of a node, and has its running switch take them."""
    changes = files.drift()
    plan = plan_reload(changes)
    if changes:
        files.write()
    settings = SwitchSettings()
    try:
        await reload(settings, plan.modules)
        unknown = await unknown_trunks(settings, files.trunks)
    except AmiError as error:
        return Applied(changes, (), plan.restart, (), str(error))
    return Applied(changes, plan.modules, plan.restart, unknown)
