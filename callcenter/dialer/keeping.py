"""Signals that our code could not take: kept aside, listed, requested again, dismissed (law 7).

An alert is open for each switch of which signals are kept.
"""

import json
from collections.abc import Collection, Sequence
from itertools import groupby

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.calls.types import engine_queue
from callcenter.dialer import repository
from callcenter.dialer.errors import KeptSignalNotFound, KeptSignalSettled
from callcenter.dialer.models import KeptSignal
from callcenter.dialer.transitions import KeptFact
from callcenter.dialer.types import KEPT_SIGNAL, KEPT_SIGNAL_REASON, TAKE_SIGNALS, KeptSignalCard, KeptState
from callcenter.kit.crypto import Vault
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.log import mask_digits
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.telephony import events as tel
from callcenter.telephony.signal_json import from_json, to_json


class KeptSignals:
    """Writes the signals that were kept aside. No other code does."""

    def __init__(self, vault: Vault, alerts: AlertService) -> None:
        self._vault = vault
        self._alerts = alerts

    async def keep(self, work: Work, node: str, signal: tel.Signal, error: Exception) -> None:
        """Keeps a signal with the error by which it failed, and raises the alert; one that waits already stays one."""
        await self._serialize(work, node)
        kind = type(signal).__name__
        values = {
            "node": node,
            "kind": kind,
            "call_id": signal.call_id if isinstance(signal, tel.CallSignal) else None,
            "at": signal.at,
            "signal_sealed": self._vault.seal(json.dumps(to_json(signal)), KEPT_SIGNAL.place(node, kind, signal.at)),
            "error": type(error).__name__[:80],
            "message": _masked(error),
        }
        if await repository.add(work, values):
            await self._renew_alert(work, node)

    async def page(
        self, work: Work, *, settled: bool = False, before: int | None = None, limit: int = 50
    ) -> Sequence[KeptSignalCard]:
        """Returns a page, the newest first: the signals that are kept, or those that have been settled."""
        return [
            _card(row, self._vault) for row in await repository.many(work, settled=settled, before=before, limit=limit)
        ]

    async def request(self, work: Work, ids: Collection[int] | None = None) -> list[int]:
        """Orders the engines to take kept signals again, these or all, the oldest first; returns which are kept.

        Signals that are settled already are left out.
        """
        requested = await repository.request(work, ids)
        for node, of_node in groupby(requested, key=lambda pair: pair[0]):
            order = {"ids": [kept_id for _, kept_id in of_node]}
            await work.enqueue(Effect(engine_queue(node), TAKE_SIGNALS, order, Delivery.AT_LEAST_ONCE))
        for _, kept_id in requested:
            await work.announce(Noted("dialer.signal_requested", f"kept_signal:{kept_id}"))
        return [kept_id for _, kept_id in requested]

    async def dismiss(self, work: Work, kept_id: int, reason: str) -> None:
        """Settles a signal that is not to be taken. Raises ReasonMissing, KeptSignalNotFound, KeptSignalSettled."""
        reason = require_reason(reason, "dismissing a signal")
        row = await repository.find(work, kept_id)
        if row is None:
            raise KeptSignalNotFound(f"no signal {kept_id} has been kept aside")
        await self._serialize(work, row.node)
        sealed = self._vault.seal(reason, KEPT_SIGNAL_REASON.place(kept_id))
        if await repository.settle(work, kept_id, KeptFact.DISMISSED, work.actor.staff_id, sealed) is None:
            raise KeptSignalSettled(
                f"signal {kept_id} has been taken again or dismissed already: nothing is left to do"
            )
        facts = {"kind": row.kind, "reason": reason}
        await work.announce(Noted("dialer.signal_dismissed", f"kept_signal:{kept_id}", facts))
        await self._renew_alert(work, row.node)

    async def sealed(self, work: Work, kept_id: int) -> tuple[str, str] | None:
        """Returns a kept signal and its place for ``read``; None when it has been settled, or never was kept."""
        row = await repository.find(work, kept_id)
        if row is None or row.state is not KeptState.KEPT:
            return None
        return row.signal_sealed, KEPT_SIGNAL.at(row)

    def read(self, sealed: str, place: str) -> tel.Signal:
        """Returns the signal; raises what keeps it from being read, for example a kind of another version."""
        return from_json(json.loads(self._vault.open(sealed, place)))

    async def taken(self, work: Work, node: str, kept_id: int) -> None:
        """Settles a signal that the engine has taken again, and clears the alert after the last one."""
        await self._serialize(work, node)
        row = await repository.find(work, kept_id)
        by = row.requested_by if row else None
        if await repository.settle(work, kept_id, KeptFact.TAKEN, by) is not None:
            await work.announce(Noted("dialer.signal_taken", f"kept_signal:{kept_id}"))
            await self._renew_alert(work, node)

    async def failed_again(self, work: Work, kept_id: int, error: Exception) -> None:
        """Notes the error by which taking a signal again has failed; it stays kept."""
        await repository.note_failure(work, kept_id, type(error).__name__[:80], _masked(error))

    async def _serialize(self, work: Work, node: str) -> None:
        # One signal may be kept while the last other one is settled: the alert must follow the later of the two.
        await work.lock(f"kept_signals:{node}")

    async def _renew_alert(self, work: Work, node: str) -> None:
        count, latest = await repository.latest_kept(work, node)
        subject = f"engine:{node}"
        if latest is None:
            await self._alerts.clear(work, AlertKind.SIGNAL_KEPT, subject)
            return
        facts = {"node": node, "count": count, "error": latest.error, "at": latest.kept_at.isoformat()}
        await self._alerts.raise_(work, AlertKind.SIGNAL_KEPT, subject, facts)


def _masked(error: Exception) -> str:
    """Returns the error's message as a text column takes it, with numbers masked."""
    text = str(error).encode("utf-8", "replace").decode().replace("\0", "?")
    return mask_digits(text)[:500]


def _card(row: KeptSignal, vault: Vault) -> KeptSignalCard:
    return KeptSignalCard(
        id=row.id,
        state=row.state,
        node=row.node,
        kind=row.kind,
        call_id=row.call_id,
        at=row.at,
        kept_at=row.kept_at,
        error=row.error,
        message=row.message,
        failures=row.failures,
        requested_at=row.requested_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        reason=vault.open_words(row.reason_sealed, KEPT_SIGNAL_REASON.at(row)),
    )
