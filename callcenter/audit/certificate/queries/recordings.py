"""Reads the recordings (law 3)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.queries.base import (
    ANSWERED,
    IN_PERIOD,
    count_of,
    findings_of,
    rows_of,
    stream_of,
    within,
)
from callcenter.audit.certificate.rules import AnsweredCall, Settled
from callcenter.audit.certificate.types import Finding, Period
from callcenter.recordings.types import RecordingState

# -- law 3: the recordings


async def stream_answered(session: AsyncSession, period: Period) -> AsyncIterator[AnsweredCall]:
    """Yields every answered call of the period that has ended, with its recording."""
    async for row in stream_of(
        session,
        f"""
        SELECT c.id, c.dialled_at, c.answered_at, c.ended_at, c.end_estimated, r.state, r.duration_ms, r.sha256,
               r.stored_at, r.retain_until, r.wanted_until,
               EXISTS (SELECT 1 FROM destruction_item d
                       WHERE d.recording_id = r.id AND d.state = 'destroyed') AS destroyed,
               EXISTS (SELECT 1 FROM recording_incident i
                       WHERE i.call_id = c.id AND i.closed_at IS NULL) AS incident,
               (SELECT json_object_agg(i.kind, json_build_array(i.id, i.closing_words_sealed) ORDER BY i.id)
                FROM recording_incident i
                WHERE i.call_id = c.id AND i.final AND i.closed_at IS NOT NULL) AS settled
        FROM call c LEFT JOIN recording r ON r.call_id = c.id
        WHERE {IN_PERIOD} AND {ANSWERED} AND c.state = 'ended'
        ORDER BY c.dialled_at, c.id
        """,
        **within(period),
    ):
        values = dict(row)
        length = values.pop("duration_ms")
        values["duration"] = None if length is None else timedelta(milliseconds=length)
        values["settled"] = {kind: Settled(*words) for kind, words in (values["settled"] or {}).items()}
        values["state"] = None if values["state"] is None else RecordingState(values["state"])
        yield AnsweredCall(**values)


async def sharing_objects(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Recordings that name the same object: one of them has none of its own."""
    return await findings_of(
        session,
        """
        SELECT 'call:' || r.call_id AS subject, 'shared_object' AS code, r.armed_at AS at
        FROM recording r
        JOIN (SELECT object_key, version_id FROM recording
              WHERE state = 'stored' AND armed_at >= :since - interval '1 day'
                AND armed_at < :until + interval '1 day'
              GROUP BY object_key, version_id HAVING count(*) > 1) shared USING (object_key, version_id)
        WHERE r.armed_at >= :since AND r.armed_at < :until
        ORDER BY at
        """,
        **within(period),
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
    """Returns the recordings of the period's calls, answered or not, that should lie in the store."""
    return [
        StoredRecording(**row)
        for row in await rows_of(
            session,
            f"""
            SELECT r.call_id, r.object_key, r.version_id, r.size_bytes, r.sha256, r.retain_until, r.wanted_until
            FROM call c JOIN recording r ON r.call_id = c.id
            WHERE {IN_PERIOD} AND r.state = 'stored' ORDER BY r.id
            """,
            **within(period),
        )
    ]


async def stored_keys(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Returns which of these keys of objects belong to a recording, or to one that is being stored just now."""
    rows = await rows_of(
        session,
        """
        SELECT k.key FROM unnest(:keys) AS k (key)
        WHERE EXISTS (SELECT 1 FROM recording r
                      WHERE CAST(r.call_id AS text) = substring(k.key FROM '([^/]+)[.][^/.]+$')
                        AND (r.object_key = k.key OR r.state <> 'stored'))
        """,
        keys=list(keys),
    )
    return {row["key"] for row in rows}


async def open_incidents(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    return await findings_of(
        session,
        """
        SELECT 'call:' || call_id AS subject, 'incident_open' AS code, jsonb_build_object('incident', kind) AS facts,
               opened_at AS at
        FROM recording_incident WHERE closed_at IS NULL AND opened_at < :until ORDER BY opened_at, id
        """,
        until=period.until,
    )


async def count_recordings(session: AsyncSession, period: Period) -> int:
    """Recordings an incident could be about."""
    return await count_of(
        session,
        "SELECT count(*) FROM recording WHERE armed_at >= :since AND armed_at < :until",
        **within(period),
    )
