"""Law 2: who held which lead when."""

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.queries.base import findings_of, rows_of, within
from callcenter.audit.certificate.types import Finding, Limits, Period

_ASSIGNMENTS = """
    held AS (
        SELECT a.id, a.agent_id, a.lead_id, a.assigned_at, COALESCE(a.quota, r.quota) AS quota,
               CASE WHEN a.state IN ('open', 'active') THEN 'infinity'
                    ELSE GREATEST(a.assigned_at,
                                  COALESCE(a.done_at, a.assigned_at) - :slack) END AS until_at
        FROM assignment a JOIN allocation_run r ON r.id = a.run_id
        WHERE a.assigned_at < :until
    )
"""
"""Each assignment from when it was given to when it was done with, and the agent's quota as it was then."""


async def count_assignments(session: AsyncSession, period: Period) -> tuple[int, int]:
    """Counts the agents who held something in the period, and the leads they held."""
    rows = await rows_of(
        session,
        """
        SELECT count(DISTINCT agent_id) AS agents, count(DISTINCT lead_id) AS leads FROM assignment
        WHERE assigned_at < :until AND (state IN ('open', 'active') OR COALESCE(done_at, assigned_at) >= :since)
        """,
        **within(period),
    )
    return rows[0]["agents"], rows[0]["leads"]


async def over_quota(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Finds agents who at some instant held more than their quota of the day the last lead was allocated for."""
    return await findings_of(
        session,
        f"""
        WITH {_ASSIGNMENTS}, reach AS (
            SELECT min(assigned_at) AS from_at FROM held WHERE until_at >= :since
        ), step AS (
            SELECT id, agent_id, assigned_at AS at, 1 AS change, quota FROM held, reach WHERE until_at >= from_at
            UNION ALL
            SELECT id, agent_id, until_at, -1, NULL FROM held, reach WHERE until_at >= from_at AND until_at < 'infinity'
        ), running AS (
            SELECT agent_id, at, change, quota,
                   sum(change) OVER (PARTITION BY agent_id ORDER BY at, change, id) AS holds,
                   lead(at) OVER (PARTITION BY agent_id ORDER BY at, change, id) AS next_at
            FROM step
        ), found AS (
            SELECT agent_id, at, holds, quota FROM running
            WHERE change = 1 AND holds > quota AND COALESCE(next_at, 'infinity') >= :since
        )
        SELECT 'staff:' || agent_id AS subject, min(at) AS at,
               'over_quota' AS code, jsonb_build_object('held', max(holds), 'quota', min(quota)) AS facts
        FROM found GROUP BY agent_id ORDER BY agent_id
        """,
        **within(period),
        slack=limits.assignment_slack,
    )


async def assigned_twice(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Finds leads assigned while an agent held them, and calls by an agent who did not hold the lead."""
    return await findings_of(
        session,
        f"""
        WITH {_ASSIGNMENTS}, compared AS (
            SELECT lead_id, assigned_at, until_at,
                   max(until_at) OVER (PARTITION BY lead_id ORDER BY assigned_at, id
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until
            FROM held
        )
        SELECT 'lead:' || lead_id AS subject, 'second_agent' AS code, assigned_at AS at
        FROM compared WHERE held_until > assigned_at AND LEAST(held_until, until_at) >= :since
        UNION ALL
        SELECT 'call:' || c.id, 'lead_not_held', c.dialled_at
        FROM call c LEFT JOIN assignment a ON a.id = c.assignment_id
        WHERE c.kind = 'lead' AND c.dialled_at >= :since AND c.dialled_at < :until
          AND (a.id IS NULL OR a.agent_id <> c.agent_id OR a.lead_id <> c.lead_id OR a.assigned_at > c.dialled_at
               OR (a.state NOT IN ('open', 'active') AND a.done_at + :slack < c.dialled_at))
        ORDER BY at
        """,
        **within(period),
        slack=limits.assignment_slack,
    )
