"""All SQL of the certificate, in plain words of the database.

It reads the tables of every room and uses nobody's query: what a room believes of itself proves nothing. Each statement
is a set at a time, can be run by hand by an auditor with two instants in place of ``:since`` and ``:until``, and gives
only breaches and the rows that are judged in ``rules``. A call belongs to the period in which it was dialled, else
planned.
"""
# ruff: noqa: S608 - what is put into a statement are constants of this file

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Interval, RowMapping, Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine
from sqlmodel import col, select

from callcenter.audit.certificate.rules import AnsweredCall, ComplaintCase, DayWord, DialledCall
from callcenter.audit.certificate.types import Figures, Finding, Limits, Period
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.campaigns.models import Campaign
from callcenter.campaigns.service import rules_of
from callcenter.campaigns.types import CampaignRules, CampaignState
from callcenter.complaints.types import CaseState
from callcenter.kit.calendar import Override
from callcenter.recordings.types import RecordingState
from callcenter.telephony import events as tel

_PAGE = 2000

_IN_PERIOD = "COALESCE(c.dialled_at, c.planned_at) >= :since AND COALESCE(c.dialled_at, c.planned_at) < :until"
_ANSWERED = "(c.answered_at IS NOT NULL OR c.outcome = 'answered')"

CUSTOMER_REACHED = (tel.RecordingStarted, tel.CustomerDialled, tel.CustomerRinging, tel.CustomerAnswered)
"""Signals that prove that the switch was dialling."""


def _statement(sql: str, values: Mapping[str, Any]) -> TextClause:
    """With the values bound under their types: the database does not guess what ``:since - interval`` means."""
    types: dict[type, TypeEngine[Any]] = {datetime: DateTime(timezone=True), timedelta: Interval(), list: ARRAY(Text())}
    return text(sql).bindparams(*(bindparam(name, value, types[type(value)]) for name, value in values.items()))


async def _rows(session: AsyncSession, sql: str, **values: Any) -> Sequence[RowMapping]:
    return (await session.execute(_statement(sql, values))).mappings().all()


async def _stream(session: AsyncSession, sql: str, **values: Any) -> AsyncIterator[RowMapping]:
    found = await session.stream(_statement(sql, values))
    async for page in found.mappings().partitions(_PAGE):
        for row in page:
            yield row


async def _findings(session: AsyncSession, sql: str, **values: Any) -> tuple[Finding, ...]:
    """Of a statement that gives ``subject``, ``what``, ``at``."""
    return tuple(Finding(row["subject"], row["what"], row["at"]) for row in await _rows(session, sql, **values))


async def _count(session: AsyncSession, sql: str, **values: Any) -> int:
    return int((await session.execute(_statement(sql, values))).scalar_one())


def _within(period: Period) -> dict[str, datetime]:
    return {"since": period.since, "until": period.until}


# -- laws 1 and 2: the calls themselves


async def stream_dialled(session: AsyncSession, period: Period) -> AsyncIterator[DialledCall]:
    """Every call dialled in the period, in the order of time."""
    async for row in _stream(
        session,
        """
        SELECT id, kind, campaign_id, planned_at, dialled_at, verdict FROM call
        WHERE dialled_at >= :since AND dialled_at < :until ORDER BY dialled_at, id
        """,
        **_within(period),
    ):
        yield DialledCall(**{**row, "kind": CallKind(row["kind"])})


async def count_dialled(session: AsyncSession, period: Period) -> int:
    return await _count(
        session, "SELECT count(*) FROM call WHERE dialled_at >= :since AND dialled_at < :until", **_within(period)
    )


async def dialled_unwritten(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Calls the switch dialled though their row says that nobody was, or not yet."""
    return await _findings(
        session,
        f"""
        SELECT 'call:' || c.id AS subject, 'the switch dialled and the row does not say so' AS what, c.planned_at AS at
        FROM call c
        WHERE c.dialled_at IS NULL AND c.planned_at >= :since AND c.planned_at < :until
          AND (c.ringing_at IS NOT NULL OR c.answered_at IS NOT NULL OR c.outcome = 'answered'
               OR c.state IN ('dialling', 'ringing', 'answered')
               OR EXISTS (SELECT 1 FROM call_signal s
                          WHERE s.call_id = c.id AND s.kind = ANY(:kinds)))
        UNION ALL
        SELECT 'call:' || c.id, 'the switch dialled before the row said so', min(s.at)
        FROM call c JOIN call_signal s ON s.call_id = c.id AND s.kind = ANY(:kinds)
        WHERE {_IN_PERIOD} AND s.at < c.dialled_at - :skew
        GROUP BY c.id
        ORDER BY at
        """,
        **_within(period),
        skew=limits.skew,
        kinds=[kind.__name__ for kind in CUSTOMER_REACHED],
    )


async def overlaps(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Calls dialled while an earlier one of the same agent, customer or number had not ended.

    The end comes from the switch's clock: it may lie ``skew`` off, and never more than half of a short call.
    """
    earlier = "(PARTITION BY {} ORDER BY dialled_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    return await _findings(
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
               'another call was going on with the same '
               || concat_ws(', ', CASE WHEN agent THEN 'agent' END, CASE WHEN lead THEN 'customer' END,
                            CASE WHEN number THEN 'number' END) AS what
        FROM compared WHERE dialled_at >= :since AND (agent OR lead OR number)
        ORDER BY at
        """,
        **_within(period),
        skew=limits.skew,
    )


async def over_caps(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Unasked calls that were one too many for their number, over all campaigns (requirement C3)."""
    return await _findings(
        session,
        """
        WITH unasked AS (
            SELECT c.id, c.dialled_at, c.phone_index, k.cap_per_day, k.cap_per_7_days,
                   CAST(c.dialled_at AT TIME ZONE 'Asia/Shanghai' AS date) AS on_day
            FROM call c JOIN campaign k ON k.id = c.campaign_id
            WHERE c.kind = 'lead' AND c.outcome IS DISTINCT FROM 'not_placed'
              AND c.dialled_at >= :since - interval '8 days' AND c.dialled_at < :until
        ), compared AS (
            SELECT id, dialled_at, on_day, cap_per_day, cap_per_7_days,
                   lag(on_day, cap_per_day) OVER earlier AS day_one,
                   lag(on_day, cap_per_7_days) OVER earlier AS week_one
            FROM unasked WINDOW earlier AS (PARTITION BY phone_index ORDER BY dialled_at, id)
        )
        SELECT 'call:' || id AS subject, dialled_at AS at,
               CASE WHEN day_one = on_day THEN 'more than ' || cap_per_day || ' calls to its number on one day'
                    ELSE 'more than ' || cap_per_7_days || ' calls to its number in 7 days' END AS what
        FROM compared
        WHERE dialled_at >= :since AND (day_one = on_day OR week_one >= on_day - 6)
        ORDER BY at
        """,
        **_within(period),
    )


async def count_unasked_numbers(session: AsyncSession, period: Period) -> int:
    return await _count(
        session,
        "SELECT count(DISTINCT phone_index) FROM call"
        " WHERE kind = 'lead' AND dialled_at >= :since AND dialled_at < :until",
        **_within(period),
    )


_HANDS = """
    hand AS (
        SELECT a.id, a.agent_id, a.lead_id, a.assigned_at, r.quota,
               CASE WHEN a.state IN ('open', 'active') THEN 'infinity'
                    ELSE GREATEST(a.assigned_at,
                                  COALESCE(a.done_at, a.assigned_at) - :slack) END AS until_at
        FROM assignment a JOIN allocation_run r ON r.id = a.run_id
        WHERE a.assigned_at < :until
    )
"""
"""Each assignment from when it was given to when it was done with."""


async def count_hands(session: AsyncSession, period: Period) -> tuple[int, int]:
    """Agents who held something in the period, and the leads they held."""
    found = await _rows(
        session,
        """
        SELECT count(DISTINCT agent_id) AS agents, count(DISTINCT lead_id) AS leads FROM assignment
        WHERE assigned_at < :until AND (state IN ('open', 'active') OR COALESCE(done_at, assigned_at) >= :since)
        """,
        **_within(period),
    )
    return found[0]["agents"], found[0]["leads"]


async def over_quota(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Agents who at some instant of the period held more than the run that gave them the last lead allowed."""
    return await _findings(
        session,
        f"""
        WITH {_HANDS}, reach AS (
            SELECT min(assigned_at) AS from_at FROM hand WHERE until_at >= :since
        ), step AS (
            SELECT agent_id, assigned_at AS at, 1 AS change, quota FROM hand, reach WHERE until_at >= from_at
            UNION ALL
            SELECT agent_id, until_at, -1, NULL FROM hand, reach WHERE until_at >= from_at AND until_at < 'infinity'
        ), running AS (
            SELECT agent_id, at, change, quota,
                   sum(change) OVER (PARTITION BY agent_id ORDER BY at, change) AS holds,
                   lead(at) OVER (PARTITION BY agent_id ORDER BY at, change) AS next_at
            FROM step
        ), found AS (
            SELECT agent_id, at, holds, quota FROM running
            WHERE change = 1 AND holds > quota AND COALESCE(next_at, 'infinity') >= :since
        )
        SELECT 'staff:' || agent_id AS subject, min(at) AS at,
               'held ' || max(holds) || ', the quota is ' || min(quota) AS what
        FROM found GROUP BY agent_id ORDER BY agent_id
        """,
        **_within(period),
        slack=limits.hand_slack,
    )


async def in_two_hands(session: AsyncSession, period: Period, limits: Limits) -> tuple[Finding, ...]:
    """Leads given to somebody while somebody had them, and calls made from no hand or from another's."""
    return await _findings(
        session,
        f"""
        WITH {_HANDS}, compared AS (
            SELECT lead_id, assigned_at, until_at,
                   max(until_at) OVER (PARTITION BY lead_id ORDER BY assigned_at, id
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until
            FROM hand
        )
        SELECT 'lead:' || lead_id AS subject, 'given to a second agent while one had it' AS what, assigned_at AS at
        FROM compared WHERE held_until > assigned_at AND LEAST(held_until, until_at) >= :since
        UNION ALL
        SELECT 'call:' || c.id, 'its customer was not in the hand of the agent who called', c.dialled_at
        FROM call c LEFT JOIN assignment a ON a.id = c.assignment_id
        WHERE c.kind = 'lead' AND c.dialled_at >= :since AND c.dialled_at < :until
          AND (a.id IS NULL OR a.agent_id <> c.agent_id OR a.lead_id <> c.lead_id OR a.assigned_at > c.dialled_at
               OR (a.state NOT IN ('open', 'active') AND a.done_at + :slack < c.dialled_at))
        ORDER BY at
        """,
        **_within(period),
        slack=limits.hand_slack,
    )


async def against_do_not_call(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Marketing calls to a number that was on the do-not-call list at that moment (requirement L6)."""
    return await _findings(
        session,
        """
        SELECT 'call:' || c.id AS subject, c.dialled_at AS at,
               'on the do-not-call list by entry ' || string_agg(CAST(d.id AS text), ', ' ORDER BY d.id) AS what
        FROM call c JOIN dnc_entry d ON d.phone_index = c.phone_index
        WHERE c.kind <> 'complaint' AND c.dialled_at >= :since AND c.dialled_at < :until
          AND d.entered_at <= c.dialled_at
          AND (d.until IS NULL OR d.until > c.dialled_at) AND (d.lifted_at IS NULL OR d.lifted_at > c.dialled_at)
        GROUP BY c.id ORDER BY at
        """,
        **_within(period),
    )


async def without_basis(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Marketing calls after the customer's legal basis was withdrawn (requirement L9)."""
    return await _findings(
        session,
        """
        SELECT 'call:' || c.id AS subject, 'the legal basis of its customer was withdrawn before' AS what,
               c.dialled_at AS at
        FROM call c JOIN lead l ON l.id = c.lead_id
        WHERE c.kind <> 'complaint' AND c.dialled_at >= :since AND c.dialled_at < :until
          AND l.basis_withdrawn_at <= c.dialled_at
        ORDER BY at
        """,
        **_within(period),
    )


async def count_marketing(session: AsyncSession, period: Period) -> int:
    return await _count(
        session,
        "SELECT count(*) FROM call WHERE kind <> 'complaint' AND dialled_at >= :since AND dialled_at < :until",
        **_within(period),
    )


async def left_open(session: AsyncSession, period: Period, planned_before: datetime) -> tuple[Finding, ...]:
    return await _findings(
        session,
        """
        SELECT 'call:' || c.id AS subject, 'still ' || c.state || ', planned long ago' AS what, c.planned_at AS at
        FROM call c WHERE c.state <> 'ended' AND c.planned_at < LEAST(:until, :planned_before) ORDER BY at
        """,
        until=period.until,
        planned_before=planned_before,
    )


async def with_unknown_outcome(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    return await _findings(
        session,
        f"""
        SELECT 'call:' || c.id AS subject, 'nobody knows how it ended: shown as unknown, never guessed' AS what,
               c.dialled_at AS at
        FROM call c WHERE {_IN_PERIOD} AND c.outcome = 'unknown' ORDER BY at
        """,
        **_within(period),
    )


# -- what the windows were


async def campaigns(session: AsyncSession) -> dict[int, CampaignRules]:
    return {row.id: rules_of(row) for row in await session.scalars(select(Campaign).order_by(col(Campaign.id)))}


async def campaign_states(session: AsyncSession) -> Mapping[int, Sequence[tuple[datetime, CampaignState]]]:
    """Every change of a campaign's state, as the audit trail tells it. A garbled entry is the chain's matter."""
    states: dict[int, list[tuple[datetime, CampaignState]]] = defaultdict(list)
    for row in await _rows(
        session,
        "SELECT at, subject, facts ->> 'state' AS state FROM audit_entry WHERE act = 'campaigns.state_set' ORDER BY id",
    ):
        with contextlib.suppress(ValueError):
            campaign_id = int(row["subject"].removeprefix("campaign:"))
            states[campaign_id].append((row["at"], CampaignState(row["state"])))
    return states


async def day_words(session: AsyncSession) -> list[DayWord]:
    """The administrator's words on dates: those in force from their table, earlier ones from the audit trail."""
    words: list[DayWord] = []
    for row in await _rows(
        session,
        """
        SELECT at, substr(subject, 5) AS on_day, facts ->> 'working' AS working, facts ->> 'reason' AS reason
        FROM audit_entry WHERE act IN ('campaigns.day_overridden', 'campaigns.day_restored')
        UNION ALL
        SELECT set_at, CAST(day_on AS text), CAST(working AS text), reason FROM calendar_override
        ORDER BY at
        """,
    ):
        with contextlib.suppress(ValueError):
            override = None if row["working"] is None else Override(row["working"] == "true", row["reason"] or "")
            words.append(DayWord(row["at"], date.fromisoformat(row["on_day"]), override))
    return words


# -- law 3: the recordings


async def stream_answered(session: AsyncSession, period: Period) -> AsyncIterator[AnsweredCall]:
    """Every answered call of the period that has ended, with its recording."""
    async for row in _stream(
        session,
        f"""
        SELECT c.id, c.dialled_at, c.answered_at, c.ended_at, c.end_estimated, r.state, r.duration_ms, r.sha256,
               r.stored_at, r.retain_until, r.wanted_until,
               EXISTS (SELECT 1 FROM recording_incident i
                       WHERE i.call_id = c.id AND i.closed_at IS NULL) AS incident
        FROM call c LEFT JOIN recording r ON r.call_id = c.id
        WHERE {_IN_PERIOD} AND {_ANSWERED} AND c.state = 'ended'
        ORDER BY c.dialled_at, c.id
        """,
        **_within(period),
    ):
        values = dict(row)
        length = values.pop("duration_ms")
        values["duration"] = None if length is None else timedelta(milliseconds=length)
        values["state"] = None if values["state"] is None else RecordingState(values["state"])
        yield AnsweredCall(**values)


async def sharing_objects(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Recordings that name the same object: one of them has none of its own."""
    return await _findings(
        session,
        """
        SELECT 'call:' || r.call_id AS subject, 'its recording is also another call''s' AS what, r.armed_at AS at
        FROM recording r
        JOIN (SELECT object_key, version_id FROM recording
              WHERE state = 'stored' AND armed_at >= :since - interval '1 day'
                AND armed_at < :until + interval '1 day'
              GROUP BY object_key, version_id HAVING count(*) > 1) shared USING (object_key, version_id)
        WHERE r.armed_at >= :since AND r.armed_at < :until
        ORDER BY at
        """,
        **_within(period),
    )


@dataclass(frozen=True, slots=True)
class StoredRecording:
    call_id: UUID
    object_key: str
    version_id: str
    size_bytes: int | None
    sha256: str
    retain_until: datetime | None
    wanted_until: datetime | None


async def stored_recordings(session: AsyncSession, period: Period) -> list[StoredRecording]:
    """The recordings of the period's calls, answered or not, that are said to lie in the store."""
    return [
        StoredRecording(**row)
        for row in await _rows(
            session,
            f"""
            SELECT r.call_id, r.object_key, r.version_id, r.size_bytes, r.sha256, r.retain_until, r.wanted_until
            FROM call c JOIN recording r ON r.call_id = c.id
            WHERE {_IN_PERIOD} AND r.state = 'stored' ORDER BY r.id
            """,
            **_within(period),
        )
    ]


async def open_incidents(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    return await _findings(
        session,
        """
        SELECT 'call:' || call_id AS subject, 'open incident: ' || kind AS what, opened_at AS at
        FROM recording_incident WHERE closed_at IS NULL AND opened_at < :until ORDER BY opened_at, id
        """,
        until=period.until,
    )


async def count_recordings(session: AsyncSession, period: Period) -> int:
    """Recordings an incident could be about."""
    return await _count(
        session,
        "SELECT count(*) FROM recording WHERE armed_at >= :since AND armed_at < :until",
        **_within(period),
    )


# -- law 4: the complaints


async def complaint_cases(session: AsyncSession, period: Period) -> list[ComplaintCase]:
    """Cases opened in the period, cases whose obligation ended in it, and every case that is still owed a callback."""
    found = await _rows(
        session,
        """
        SELECT k.id, k.lead_id, k.agent_id, k.state, k.opened_at, k.answer_due_at, k.decided_by,
               b.id AS callback_id, b.kind AS callback_kind, b.state AS callback_state, b.lead_id AS callback_lead_id,
               b.excluded_agent_id, b.attempts_demanded, b.done_at, b.done_call_id, b.signed_off_by,
               COALESCE(btrim(b.sign_off_reason) <> '', false) AS signed_off_with_reason,
               d.kind AS call_kind, d.outcome AS call_outcome, d.disposition AS call_disposition,
               d.callback_id AS call_callback_id, d.lead_id AS call_lead_id, r.state AS recording_state,
               COALESCE(t.tried, 0) AS tried, t.last_caller_id, COALESCE(t.by_excluded, false) AS called_by_excluded
        FROM complaint_case k
        LEFT JOIN callback b ON b.case_id = k.id
        LEFT JOIN call d ON d.id = b.done_call_id
        LEFT JOIN recording r ON r.call_id = d.id
        LEFT JOIN (
            SELECT c.callback_id,
                   count(*) FILTER (WHERE c.outcome NOT IN ('not_placed', 'cancelled', 'congestion', 'unknown'))
                       AS tried,
                   (array_agg(c.agent_id ORDER BY c.dialled_at DESC))[1] AS last_caller_id,
                   bool_or(c.agent_id = p.excluded_agent_id) AS by_excluded
            FROM call c JOIN callback p ON p.id = c.callback_id
            WHERE c.dialled_at IS NOT NULL GROUP BY c.callback_id
        ) t ON t.callback_id = b.id
        WHERE k.opened_at < :until
          AND (k.opened_at >= :since OR b.id IS NULL OR b.done_at IS NULL OR b.done_at >= :since)
        ORDER BY k.id
        """,
        **_within(period),
    )
    return [_case(dict(row)) for row in found]


def _case(row: dict[str, Any]) -> ComplaintCase:
    for name, kind in (
        ("state", CaseState),
        ("callback_kind", CallbackKind),
        ("callback_state", CallbackState),
        ("call_kind", CallKind),
        ("call_outcome", Outcome),
        ("call_disposition", Disposition),
        ("recording_state", RecordingState),
    ):
        row[name] = None if row[name] is None else kind(row[name])
    return ComplaintCase(**row)


async def complaints_astray(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Calls disposed as a complaint for which no case was opened, and obligations whose case is gone."""
    return await _findings(
        session,
        f"""
        SELECT 'call:' || c.id AS subject, 'a complaint, and no case was opened' AS what, c.disposed_at AS at
        FROM call c
        WHERE {_IN_PERIOD} AND c.disposition = 'complaint'
          AND NOT EXISTS (SELECT 1 FROM complaint_case k WHERE k.call_id = c.id)
        UNION ALL
        SELECT 'callback:' || b.id, 'an obligation whose case is gone', b.created_at
        FROM callback b
        WHERE b.kind = 'complaint' AND b.created_at < :until
          AND NOT EXISTS (SELECT 1 FROM complaint_case k WHERE k.id = b.case_id)
        ORDER BY at
        """,
        **_within(period),
    )


# -- the figures


async def figures(
    session: AsyncSession,
    period: Period,
    *,
    complaints_due: int,
    complaints_done: int,
    audit_entries: int,
    incidents_open: int,
    restarts: int | None,
) -> Figures:
    counted = await _rows(
        session,
        f"""
        SELECT COALESCE(c.outcome, 'open') AS outcome, count(*) AS planned,
               count(*) FILTER (WHERE c.dialled_at IS NOT NULL
                                AND c.outcome IS DISTINCT FROM 'not_placed') AS placed,
               count(*) FILTER (WHERE {_ANSWERED}) AS answered,
               count(*) FILTER (WHERE c.disposition = 'success') AS successes,
               count(*) FILTER (WHERE {_ANSWERED} AND c.end_estimated) AS cut_off,
               count(r.id) FILTER (WHERE r.state = 'stored') AS recordings
        FROM call c LEFT JOIN recording r ON r.call_id = c.id
        WHERE {_IN_PERIOD} GROUP BY 1 ORDER BY 1
        """,
        **_within(period),
    )
    by_outcome = {row["outcome"]: row["planned"] for row in counted}

    def total(name: str) -> int:
        return sum(row[name] for row in counted)

    return Figures(
        planned=total("planned"),
        placed=total("placed"),
        answered=total("answered"),
        by_outcome=by_outcome,
        successes=total("successes"),
        cut_off=total("cut_off"),
        unknown=by_outcome.get(Outcome.UNKNOWN, 0),
        recordings_stored=total("recordings"),
        incidents_open=incidents_open,
        complaints_due=complaints_due,
        complaints_done=complaints_done,
        audit_entries=audit_entries,
        restarts=restarts,
    )
