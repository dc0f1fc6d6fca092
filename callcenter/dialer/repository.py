"""All SQL of the signals that were kept aside."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from callcenter.dialer.models import KeptSignal
from callcenter.dialer.transitions import KEPT_SIGNAL, KeptFact
from callcenter.dialer.types import KeptState
from callcenter.kit.work import Work

_KEPT = col(KeptSignal.state) == KeptState.KEPT


async def add(work: Work, values: dict[str, Any]) -> bool:
    """Writes a signal down; False when the same fact waits already."""
    row = insert(KeptSignal).values(state=KEPT_SIGNAL.initial, failures=1, reason_sealed="", kept_at=work.now, **values)
    return await work.session.scalar(row.on_conflict_do_nothing().returning(col(KeptSignal.id))) is not None


async def find(work: Work, kept_id: int) -> KeptSignal | None:
    return await work.session.get(KeptSignal, kept_id, populate_existing=True)


async def many(work: Work, *, settled: bool, before: int | None, limit: int) -> Sequence[KeptSignal]:
    """Returns a page of signals, the newest first: those that are settled, or those that are kept."""
    query = select(KeptSignal).where(~_KEPT if settled else _KEPT).order_by(col(KeptSignal.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(KeptSignal.id) < before)
    return (await work.session.scalars(query)).all()


async def request(work: Work, ids: Collection[int] | None) -> list[tuple[str, int]]:
    """Notes that a person wants kept signals taken again, these or all; returns node and id, the oldest first."""
    query = update(KeptSignal).where(_KEPT).values(requested_at=work.now, requested_by=work.actor.staff_id)
    if ids is not None:
        query = query.where(col(KeptSignal.id).in_(ids))
    requested = await work.session.execute(query.returning(col(KeptSignal.node), col(KeptSignal.id)))
    return sorted((node, kept_id) for node, kept_id in requested)


async def settle(
    work: Work, kept_id: int, fact: KeptFact, by: int | None, reason_sealed: str = ""
) -> KeptSignal | None:
    """Settles a signal by a conditional UPDATE; None when it is settled already."""
    query = (
        update(KeptSignal)
        .where(col(KeptSignal.id) == kept_id, col(KeptSignal.state).in_(KEPT_SIGNAL.sources(fact)))
        .values(
            state=KEPT_SIGNAL.target(fact),
            settled_at=work.now,
            settled_by=by,
            reason_sealed=reason_sealed,
            requested_at=None,
        )
        .returning(KeptSignal)
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(query)).first()


async def note_failure(work: Work, kept_id: int, error: str, message: str) -> None:
    """Notes that a signal could not be taken again."""
    await work.session.execute(
        update(KeptSignal)
        .where(col(KeptSignal.id) == kept_id, _KEPT)
        .values(error=error, message=message, failures=KeptSignal.failures + 1, requested_at=None)
    )


async def latest_kept(work: Work, node: str) -> tuple[int, KeptSignal | None]:
    """Returns how many signals of a switch are kept, and the newest of them."""
    count = await work.session.scalar(select(func.count()).where(_KEPT, col(KeptSignal.node) == node))
    query = select(KeptSignal).where(_KEPT, col(KeptSignal.node) == node).order_by(col(KeptSignal.id).desc()).limit(1)
    return count or 0, await work.session.scalar(query.execution_options(populate_existing=True))
