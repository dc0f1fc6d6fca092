"""Holds the business tables against the notes of them, and the notes against the trail (requirement S3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.queries.base import findings_of, number, rows_of, uuid, within
from callcenter.audit.certificate.types import Finding, Period, days_of
from callcenter.audit.facts.repository import TALLY, digest_of, in_utc, row_id_of
from callcenter.audit.facts.table import FACTS
from callcenter.audit.facts.types import EVER, NOTED, Fact, Key

SLACK = timedelta(minutes=15)
"""How long the transaction that writes a row may last: a note in between does not see it yet."""


@dataclass(frozen=True, slots=True)
class Noting:
    """From when until when the tables were noted."""

    first_at: datetime
    last_at: datetime
    last_number: int


async def noting(session: AsyncSession) -> Noting | None:
    """Returns when notes were taken; None while there is none. Instants are written in UTC from here on."""
    await in_utc(session)
    [row] = await rows_of(
        session, "SELECT min(noted_at) AS first_at, max(noted_at) AS last_at, max(number) AS number FROM fact_note"
    )
    return None if row["number"] is None else Noting(row["first_at"], row["last_at"], row["number"])


async def count_noted(session: AsyncSession, period: Period) -> int:
    """Counts the facts of the period's days that were noted."""
    first, last = _ends(period)
    rows = await rows_of(
        session,
        f"SELECT count(*) AS noted FROM fact_digest WHERE day_on BETWEEN '{first}' AND '{last}'",
    )
    return int(rows[0]["noted"])


async def notes_astray(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds notes that the trail does not hold, those it holds and the database does not, and altered ones."""
    first, last = _ends(period)
    return await findings_of(
        session,
        f"""
        WITH first (fact, day_on) AS (
            VALUES {", ".join(f"('{fact.name}', '{_first_of(fact, first)}')" for fact in FACTS)}
        ), act AS (
            SELECT id, at, facts ->> 'number' AS number,
                   CASE WHEN jsonb_typeof(facts -> 'noted') = 'object' THEN facts -> 'noted' ELSE '{{}}' END AS noted
            FROM audit_entry WHERE act = '{NOTED}' AND (at >= :since OR facts -> 'noted' ?| :reaching)
        ), note AS (
            SELECT number::text AS number, noted_at FROM fact_note WHERE noted_at >= :since
        ), said AS (
            SELECT act.number AS note, f.key AS fact, d.key AS day_on, d.value ->> 0 AS count,
                   d.value ->> 1 AS digest
            FROM act CROSS JOIN LATERAL jsonb_each(act.noted) f
            CROSS JOIN LATERAL jsonb_each(CASE WHEN jsonb_typeof(f.value) = 'object' THEN f.value ELSE '{{}}' END) d
            LEFT JOIN first ON first.fact = f.key
            WHERE d.key BETWEEN COALESCE(first.day_on, '{first}') AND '{last}'
        ), held AS (
            SELECT note::text AS note, fact, fact_digest.day_on::text AS day_on, count(*)::text AS count,
                   {TALLY} AS digest
            FROM fact_digest LEFT JOIN first USING (fact)
            WHERE fact_digest.day_on BETWEEN CAST(COALESCE(first.day_on, '{first}') AS date) AND '{last}'
            GROUP BY note, fact, fact_digest.day_on
        )
        SELECT 'fact_note:' || COALESCE(note.number, act.number) AS subject,
               CASE WHEN act.number IS NULL THEN 'note_not_in_trail' WHEN note.number IS NULL THEN 'note_gone'
                    ELSE 'note_changed' END AS code,
               '{{}}'::jsonb AS facts, COALESCE(note.noted_at, act.at) AS at
        FROM note FULL JOIN act ON act.number = note.number AND act.at = note.noted_at
        WHERE (act.number IS NULL OR note.number IS NULL) AND COALESCE(note.noted_at, act.at) >= :since
        UNION ALL
        SELECT 'fact_note:' || COALESCE(said.note, held.note),
               CASE WHEN held.note IS NULL THEN 'digests_gone' WHEN said.note IS NULL THEN 'digests_added'
                    ELSE 'digests_changed' END,
               jsonb_build_object('fact', COALESCE(said.fact, held.fact), 'day', COALESCE(said.day_on, held.day_on),
                                  'said', COALESCE(said.count, '0'), 'held', COALESCE(held.count, '0')),
               NULL
        FROM said FULL JOIN held ON held.note = said.note AND held.fact = said.fact AND held.day_on = said.day_on
        WHERE held.note IS NULL OR said.note IS NULL OR held.digest IS DISTINCT FROM said.digest
           OR held.count IS DISTINCT FROM said.count
        ORDER BY subject
        """,
        since=period.since,
        reaching=[fact.name for fact in FACTS if fact.reach],
    )


async def facts_changed(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds rows that are gone or differ from the newest note about them, though no act allows it."""
    first, last = _ends(period)
    return await findings_of(
        session,
        " UNION ALL ".join(_changed(fact, _first_of(fact, first), last) for fact in FACTS) + " ORDER BY at, subject",
    )


async def facts_unnoted(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds rows that claim an instant at which a later note has not seen them: they were written afterwards."""
    return await findings_of(
        session,
        "WITH last AS (SELECT noted_at, covers FROM fact_note ORDER BY number DESC LIMIT 1) "
        + " UNION ALL ".join(_unnoted(fact) for fact in FACTS if fact.prompt)
        + f"""
        UNION ALL
        SELECT split_part(d.fact, '.', 1) || ':' || d.row_id, 'fact_noted_late',
               jsonb_build_object('fact', d.fact, 'note', before.number), d.at
        FROM fact_digest d JOIN fact_note before ON before.number = d.note - 1
        WHERE d.at >= :since AND d.at < :until AND d.at < before.noted_at - :slack AND before.covers ? d.fact
          AND d.fact IN ({", ".join(f"'{fact.name}'" for fact in FACTS if fact.prompt)})
          AND NOT EXISTS (SELECT 1 FROM fact_digest f
                          WHERE f.fact = d.fact AND f.row_id = d.row_id AND f.note < d.note)
        ORDER BY at, subject
        """,
        **within(period),
        slack=SLACK,
    )


def _changed(fact: Fact, first: date, last: date) -> str:
    shorter = f" OR {fact.least} < d.least" if fact.least else ""
    lawful = f" AND NOT ({_there(fact)} AND {fact.amended})" if fact.amended else ""
    least = f"WHEN {fact.least} < d.least THEN 'fact_shortened'" if fact.least else ""
    return f"""
        SELECT '{fact.table}:' || d.row_id AS subject,
               CASE WHEN {_missing(fact)} THEN 'fact_gone' {least} ELSE 'fact_changed' END AS code,
               jsonb_build_object('fact', d.fact, 'note', d.note) AS facts, d.at AS at
        FROM (SELECT DISTINCT ON (row_id) x.* FROM fact_digest x
              WHERE fact = '{fact.name}' AND day_on BETWEEN '{first}' AND '{last}' ORDER BY row_id, note DESC) d
        LEFT JOIN {fact.table} t ON {_same_row(fact)} AND ({fact.when})
        WHERE NOT EXISTS (SELECT 1 FROM fact_digest l
                          WHERE l.fact = d.fact AND l.row_id = d.row_id AND l.note > d.note)
          AND ({_missing(fact)} OR {digest_of(fact)} <> d.digest{shorter}){lawful}
        """


def _unnoted(fact: Fact) -> str:
    return f"""
        SELECT '{fact.table}:' || {row_id_of(fact)} AS subject, 'fact_unnoted' AS code,
               jsonb_build_object('fact', '{fact.name}') AS facts, {fact.at} AS at
        FROM {fact.table} t, last
        WHERE ({fact.when}) AND {fact.at} >= :since AND {fact.at} < :until AND {fact.at} < last.noted_at - :slack
          AND last.covers ? '{fact.name}'
          AND NOT EXISTS (SELECT 1 FROM fact_digest d WHERE d.fact = '{fact.name}' AND d.row_id = {row_id_of(fact)})
        """


def _same_row(fact: Fact) -> str:
    key = {Key.NUMBER: number("d.row_id"), Key.UUID: uuid("d.row_id"), Key.TEXT: "d.row_id"}[fact.key_type]
    return f"{fact.key} = {key}"


def _missing(fact: Fact) -> str:
    return f"({fact.at}) IS NULL"


def _there(fact: Fact) -> str:
    return f"({fact.at}) IS NOT NULL"


def _ends(period: Period) -> tuple[date, date]:
    days = days_of(period)
    return days[0], days[-1]


def _first_of(fact: Fact, first: date) -> date:
    """Returns the first day of a fact that the certificate of a period looks at."""
    return date.min if fact.reach >= EVER else first - timedelta(days=fact.reach)
