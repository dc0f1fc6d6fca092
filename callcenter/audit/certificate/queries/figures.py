"""Reads the figures."""

from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.queries.base import ANSWERED, IN_PERIOD, rows_of, within
from callcenter.audit.certificate.types import Figures, Period
from callcenter.calls.types import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedElsewhere:
    """Figures that other sections of the certificate have counted already."""

    complaints_due: int
    complaints_done: int
    complaints_within_time: int
    complaints_overdue: int
    audit_entries: int
    incidents_open: int
    restarts: int | None


async def figures(session: AsyncSession, period: Period, elsewhere: CountedElsewhere) -> Figures:
    """Counts the calls and recordings of the period, and adds what was counted elsewhere."""
    counted = await rows_of(
        session,
        f"""
        SELECT COALESCE(c.outcome, 'open') AS outcome, count(*) AS planned,
               count(*) FILTER (WHERE c.dialled_at IS NOT NULL
                                AND c.outcome IS DISTINCT FROM 'not_placed') AS placed,
               count(*) FILTER (WHERE {ANSWERED}) AS answered,
               count(*) FILTER (WHERE c.disposition = 'success' AND c.success_verdict = 'passed') AS passed,
               count(*) FILTER (WHERE c.disposition = 'success' AND c.success_verdict IS NULL) AS undecided,
               count(*) FILTER (WHERE c.disposition = 'success' AND c.success_verdict = 'failed') AS failed,
               count(*) FILTER (WHERE {ANSWERED} AND c.end_estimated) AS cut_off,
               count(r.id) FILTER (WHERE r.state = 'stored') AS recordings
        FROM call c LEFT JOIN recording r ON r.call_id = c.id
        WHERE {IN_PERIOD} GROUP BY 1 ORDER BY 1
        """,
        **within(period),
    )
    by_outcome = {row["outcome"]: row["planned"] for row in counted}

    def total(name: str) -> int:
        return sum(row[name] for row in counted)

    return Figures(
        planned=total("planned"),
        placed=total("placed"),
        answered=total("answered"),
        by_outcome=by_outcome,
        successes=total("passed") + total("undecided"),
        successes_passed=total("passed"),
        successes_failed=total("failed"),
        cut_off=total("cut_off"),
        unknown=by_outcome.get(Outcome.UNKNOWN, 0),
        recordings_stored=total("recordings"),
        **asdict(elsewhere),
    )
