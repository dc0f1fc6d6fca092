"""Lists signals that were kept aside, and has them taken again, for the command line."""

import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from callcenter.bootstrap.system import System
from callcenter.dialer.types import KeptSignalCard
from callcenter.kit.clock import BUSINESS_ZONE

_LONGEST_WAIT = 20.0
"""Seconds within which a running engine has answered."""
_LOOK_EVERY = 0.5
_MOST = 200
"""Signals of one page; all pages are read."""


async def act(
    system: System, ids: Collection[int] | None, dismiss: int | None, reason: str, *, take: bool
) -> list[KeptSignalCard]:
    """Dismisses a signal and has others taken again, if asked; returns those of ``ids``, or of all, that are kept."""
    if dismiss is not None:
        async with system.works.begin() as work:
            await system.kept_signals.dismiss(work, dismiss, reason)
    if take:
        async with system.works.begin() as work:
            await system.kept_signals.request(work, ids or None)
    cards = await _read(system, ids)
    for _ in range(int(_LONGEST_WAIT / _LOOK_EVERY) if take else 0):
        if not any(card.requested_at for card in cards):
            break
        await asyncio.sleep(_LOOK_EVERY)
        cards = await _read(system, ids)
    return cards


async def _read(system: System, ids: Collection[int] | None) -> list[KeptSignalCard]:
    """Returns kept signals, the oldest first."""
    cards: list[KeptSignalCard] = []
    async with system.works.begin() as work:
        while page := await system.kept_signals.page(work, before=cards[-1].id if cards else None, limit=_MOST):
            cards += page
    return [card for card in reversed(cards) if not ids or card.id in ids]


def render(cards: Sequence[KeptSignalCard], console: Console, *, as_json: bool) -> None:
    """Prints kept signals as a table, or as JSON."""
    if as_json:
        console.print_json(json.dumps([asdict(card) for card in cards], default=str))
        return
    if not cards:
        console.print("no signal is kept aside")
        return
    table = Table("id", "switch", "seen at", "signal", "call", "failures", "error", "state")
    for card in cards:
        at = card.at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S")
        state = "waits for the engine" if card.requested_at else "kept"
        error = f"{card.error}: {card.message}"
        table.add_row(
            str(card.id), card.node, at, card.kind, str(card.call_id or "–"), str(card.failures), escape(error), state
        )
    console.print(table)
