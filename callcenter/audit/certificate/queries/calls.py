"""Laws 1 and 2: the calls themselves."""

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.queries.base import (
    CUSTOMER_REACHED,
    IN_PERIOD,
    count_of,
    findings_of,
    stream_of,
    within,
)
from callcenter.audit.certificate.rules import DialledCall
from callcenter.audit.certificate.types import Finding, Limits, Period
from callcenter.calls.types import CallKind

# -- laws 1 and 2: the calls themselves


async def stream_dialled(session: AsyncSession, period: Period) -> AsyncIterator[DialledCall]:
    """Yields every call dialled in the period, in the order of time."""
    async for row in stream_of(
        session,
        """
        SELECT id, kind, campaign_id, planned_at, dialled_at, verdict FROM call
        WHERE dialled_at >= :since AND dialled_at < :until ORDER BY dialled_at, id
        """,
        **within(period),
    ):
        yield DialledCall(**{**row, "kind": CallKind(row["kind"])})


async def count_dialled(session: AsyncSession, period: Period) -> int:
    return await count_of(
        session, "SELECT count(*) FROM call WHERE dialled_at >= :since AND dialled_at < :until", **within(period)
    )


async def dialled_unwritten(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Finds calls the switch dialled though their row says that it did not, or not yet."""
    return await findings_of(
        session,
        f"""
        SELECT 'call:' || c.id AS subject, 'switch_dialled_unwritten' AS code, c.planned_at AS at
        FROM call c
        WHERE c.dialled_at IS NULL AND c.planned_at >= :since AND c.planned_at < :until
          AND (c.ringing_at IS NOT NULL OR c.answered_at IS NOT NULL OR c.outcome = 'answered'
               OR c.state IN ('dialling', 'ringing', 'answered')
               OR EXISTS (SELECT 1 FROM call_signal s
                          WHERE s.call_id = c.id AND s.kind = ANY(:kinds)))
        UNION ALL
        SELECT 'call:' || c.id, 'switch_dialled_early', min(s.at)
        FROM call c JOIN call_signal s ON s.call_id = c.id AND s.kind = ANY(:kinds)
        WHERE {IN_PERIOD} AND s.at < c.dialled_at - :skew
        GROUP BY c.id
        ORDER BY at
        """,
        **within(period),
        skew=limits.skew,
        kinds=[kind.__name__ for kind in CUSTOMER_REACHED],
    )


async def overlaps(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Calls dialled while an earlier one of the same agent, customer or number had not ended.

    The end comes from the switch's clock: it may lie ``skew`` off, and never more than half of a short call.
    """
    earlier = "(PARTITION BY {} ORDER BY dialled_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    return await findings_of(
        session,
        f"""
        WITH dialled AS (
            SELECT id, agent_id, lead_id, phone_index, dialled_at,
                   COALESCE(ended_at - LEAST(:skew, (ended_at - dialled_at) / 2),
                            'infinity') AS over_at
            FROM call WHERE dialled_at >= :since - interval '1 day' AND dialled_at < :until
        ), compared AS (
            SELECT id, dialled_at,
                   max(over_at) OVER {earlier.format("agent_id")} > dialled_at AS agent,
                   max(over_at) OVER {earlier.format("lead_id")} > dialled_at AS lead,
                   max(over_at) OVER {earlier.format("phone_index")} > dialled_at AS number
            FROM dialled
        )
        SELECT 'call:' || id AS subject, dialled_at AS at,
               'another_call' AS code,
               jsonb_build_object('same', array_remove(ARRAY[CASE WHEN agent THEN 'agent' END,
                   CASE WHEN lead THEN 'customer' END, CASE WHEN number THEN 'number' END], NULL)) AS facts
        FROM compared WHERE dialled_at >= :since AND (agent OR lead OR number)
        ORDER BY at
        """,
        **within(period),
        skew=limits.skew,
    )


async def over_caps(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Finds unasked calls that were one too many for their number, over all campaigns (requirement C3).

    Each by the caps that were in force when it was dialled (law 11); the first version counts for what was before it.
    """
    return await findings_of(
        session,
        """
        WITH unasked AS (
            SELECT c.id, c.dialled_at, c.phone_index, k.cap_per_day, k.cap_per_7_days,
                   CAST(c.dialled_at AT TIME ZONE 'Asia/Shanghai' AS date) AS on_day
            FROM call c JOIN LATERAL (
                SELECT max(v.cap_per_day) AS cap_per_day, max(v.cap_per_7_days) AS cap_per_7_days
                FROM campaign_version v
                WHERE v.campaign_id = c.campaign_id AND (v.valid_from <= c.dialled_at OR v.number = 1)
                  AND NOT EXISTS (SELECT FROM campaign_version n WHERE n.campaign_id = v.campaign_id
                                  AND n.number = v.number + 1 AND n.valid_from <= c.dialled_at - :slack)
            ) k ON true
            WHERE c.kind = 'lead'
              AND coalesce(c.outcome, '') NOT IN ('not_placed', 'congestion', 'line_fault')
              AND c.dialled_at >= :since - interval '8 days' AND c.dialled_at < :until
        ), compared AS (
            SELECT id, dialled_at, on_day, cap_per_day, cap_per_7_days,
                   lag(on_day, cap_per_day) OVER earlier AS day_one,
                   lag(on_day, cap_per_7_days) OVER earlier AS week_one
            FROM unasked WINDOW earlier AS (PARTITION BY phone_index ORDER BY dialled_at, id)
        )
        SELECT 'call:' || id AS subject, dialled_at AS at,
               CASE WHEN day_one = on_day THEN 'over_daily_cap' ELSE 'over_weekly_cap' END AS code,
               jsonb_build_object('cap', CASE WHEN day_one = on_day THEN cap_per_day ELSE cap_per_7_days END) AS facts
        FROM compared
        WHERE dialled_at >= :since AND (day_one = on_day OR week_one >= on_day - 6)
        ORDER BY at
        """,
        **within(period),
        slack=limits.change_slack,
    )


async def too_soon(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Finds complaint callbacks that came too soon after another call to their number, of whatever kind (law 2).

    Those whose permission names a rule set that asks for the gap (law 11).
    """
    return await findings_of(
        session,
        """
        WITH dialled AS (
            SELECT id, kind, dialled_at, verdict ->> 'rule_set' AS rule_set,
                   lag(dialled_at) OVER (PARTITION BY phone_index ORDER BY dialled_at, id) AS before_at
            FROM call
            WHERE dialled_at >= :since - interval '1 day' AND dialled_at < :until
              AND coalesce(outcome, '') NOT IN ('not_placed', 'congestion', 'line_fault')
        )
        SELECT 'call:' || id AS subject, dialled_at AS at, 'called_too_soon' AS code,
               jsonb_build_object('minutes', floor(extract(epoch FROM dialled_at - before_at) / 60)) AS facts
        FROM dialled
        WHERE kind = 'complaint' AND rule_set >= '2026-12c' AND dialled_at >= :since
          AND before_at + :gap > dialled_at + :skew
        ORDER BY at
        """,  # the set that asked for the gap first: their names sort by age
        **within(period),
        gap=limits.complaint_gap,
        skew=limits.change_slack,
    )


async def count_called_numbers(session: AsyncSession, period: Period) -> int:
    """Counts the numbers that were called, by calls of every kind."""
    return await count_of(
        session,
        "SELECT count(DISTINCT phone_index) FROM call WHERE dialled_at >= :since AND dialled_at < :until",
        **within(period),
    )


async def against_do_not_call(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds marketing calls to a number that was on the do-not-call list at that moment (requirement L6).

    When an entry was in force is written here once more on purpose: the certificate believes no rule it certifies.
    """
    return await findings_of(
        session,
        """
        SELECT 'call:' || c.id AS subject, c.dialled_at AS at,
               'on_do_not_call' AS code, jsonb_build_object('entries', jsonb_agg(d.id ORDER BY d.id)) AS facts
        FROM call c JOIN dnc_entry d ON d.phone_index = c.phone_index
        WHERE c.kind <> 'complaint' AND c.dialled_at >= :since AND c.dialled_at < :until
          AND d.entered_at <= c.dialled_at
          AND (d.until IS NULL OR d.until > c.dialled_at) AND (d.lifted_at IS NULL OR d.lifted_at > c.dialled_at)
        GROUP BY c.id ORDER BY at
        """,
        **within(period),
    )


async def refusals_not_entered(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Conversations in which the customer refused, and no do-not-call entry says so (requirement L6)."""
    return await findings_of(
        session,
        """
        SELECT 'call:' || c.id AS subject, 'refusal_not_entered' AS code,
               c.disposed_at AS at
        FROM call c
        WHERE c.kind <> 'complaint' AND c.disposition IN ('refused', 'do_not_call')
          AND c.dialled_at >= :since AND c.dialled_at < :until
          AND NOT EXISTS (SELECT FROM dnc_entry d WHERE d.call_id = c.id)
        ORDER BY at
        """,
        **within(period),
    )


async def without_basis(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds marketing calls while the legal basis was withdrawn, or after its last day (requirement L9).

    A withdrawal from before there was a history of the basis stands with the lead alone.
    """
    return await findings_of(
        session,
        """
        SELECT 'call:' || c.id AS subject, c.dialled_at AS at,
               CASE WHEN l.basis_withdrawn_at <= c.dialled_at OR stand.act = 'withdrawn'
                    THEN 'basis_withdrawn' ELSE 'basis_over' END AS code
        FROM call c
        JOIN lead l ON l.id = c.lead_id
        LEFT JOIN LATERAL (
            SELECT b.act, b.valid_until FROM lead_basis b
            WHERE b.lead_id = c.lead_id AND b.at <= c.dialled_at ORDER BY b.id DESC LIMIT 1
        ) stand ON true
        WHERE c.kind <> 'complaint' AND c.dialled_at >= :since AND c.dialled_at < :until
          AND (l.basis_withdrawn_at <= c.dialled_at OR stand.act = 'withdrawn'
               OR stand.valid_until < CAST(c.dialled_at AT TIME ZONE 'Asia/Shanghai' AS date))
        ORDER BY at
        """,
        **within(period),
    )


async def count_marketing(session: AsyncSession, period: Period) -> int:
    return await count_of(
        session,
        "SELECT count(*) FROM call WHERE kind <> 'complaint' AND dialled_at >= :since AND dialled_at < :until",
        **within(period),
    )


async def left_open(session: AsyncSession, period: Period, planned_before: datetime) -> tuple[Finding, ...]:
    return await findings_of(
        session,
        """
        SELECT 'call:' || c.id AS subject, 'left_open' AS code,
               jsonb_build_object('call_state', c.state) AS facts, c.planned_at AS at
        FROM call c WHERE c.state <> 'ended' AND c.planned_at < LEAST(:until, :planned_before) ORDER BY at
        """,
        until=period.until,
        planned_before=planned_before,
    )


async def with_unknown_outcome(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    return await findings_of(
        session,
        f"""
        SELECT 'call:' || c.id AS subject, 'unknown_outcome' AS code,
               c.dialled_at AS at
        FROM call c WHERE {IN_PERIOD} AND c.outcome = 'unknown' ORDER BY at
        """,
        **within(period),
    )
