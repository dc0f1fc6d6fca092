"""Chooses the trunk of a call: reads what the rule looks at."""

from collections.abc import Sequence
from datetime import timedelta

from callcenter.calls.service import CallService
from callcenter.calls.types import TrunkLoad
from callcenter.kit.cache import Cached
from callcenter.kit.work import Work
from callcenter.lines import repository
from callcenter.lines.cards import card_of, entry_of
from callcenter.lines.models import ConfiguredTrunk
from callcenter.lines.rules import choose, number_for
from callcenter.lines.types import (
    ChoiceReason,
    NumberFormat,
    TrunkCard,
    TrunkChoice,
    TrunkEntry,
    TrunkOption,
    TrunkUse,
)
from callcenter.telephony.settings import NodeSettings

_ENTRIES: Cached[str, Sequence[TrunkEntry]] = Cached(ConfiguredTrunk)
_SECOND = timedelta(seconds=1)


class TrunkChooser:
    """Chooses among the trunks of a group. Where the settings' trunk is the only one, it costs no statement."""

    def __init__(self, calls: CallService, node: NodeSettings) -> None:
        self._calls = calls
        self._settings_name_one = bool(node.trunk_host)

    async def choose(self, work: Work, group: str, lead_id: int, own: TrunkCard | None) -> TrunkChoice:
        """Returns the trunk for a call to this lead. ``own``: how the trunk named like the group takes calls."""
        entries = await self._entries(work)
        others = [entry for entry in entries if entry.form.group == group]
        if not others:
            return choose([TrunkOption(name=group, health=own)], lead_id, work.now)
        options = list(await self._options(work, [entry for entry in others if entry.form.in_use]))
        # The settings' trunk has the name of its group.
        if self._settings_name_one and all(entry.name != group for entry in entries):
            options.append(TrunkOption(name=group, health=own))
        if not options:
            return TrunkChoice(group, TrunkUse.CLOSED, ChoiceReason.NONE_FREE)
        return choose(options, lead_id, work.now)

    async def number_on(self, work: Work, trunk: str, number: str) -> str:
        """Returns a number as the carrier of a trunk wants it."""
        for entry in await self._entries(work):
            if entry.name == trunk:
                return number_for(number, entry.form.number_format, entry.form.prefix)
        return number_for(number, NumberFormat.NATIONAL, "")

    async def _entries(self, work: Work) -> Sequence[TrunkEntry]:
        async def read() -> Sequence[TrunkEntry]:
            return tuple(entry_of(row) for row in await repository.configured(work.session))

        return await work.cached(_ENTRIES, "", read)

    async def _options(self, work: Work, entries: Sequence[TrunkEntry]) -> Sequence[TrunkOption]:
        names = [entry.name for entry in entries]
        states = {row.name: card_of(row) for row in await repository.states(work.session, names)}
        limited = [entry.name for entry in entries if entry.form.channels or entry.form.calls_per_second]
        loads = await self._calls.loads_of_trunks(work, limited, work.now - _SECOND) if limited else {}
        return [
            TrunkOption(
                name=entry.name,
                priority=entry.form.priority,
                share=entry.form.share,
                channels=entry.form.channels,
                calls_per_second=entry.form.calls_per_second,
                health=states.get(entry.name),
                load=loads.get(entry.name, TrunkLoad()),
            )
            for entry in entries
        ]
