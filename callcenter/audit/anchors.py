"""Keeps heads of the audit trail where the owner of the database cannot rewrite them (anchors).

A chain proves nothing against an attacker who rewrites all of it. So its head is noted outside the database: every hour
and every night in the object store, under lock, and by ``callcenter verify --audit --note FILE`` in a file that is kept
elsewhere. Ids have no gaps, so a head also says how many entries there were. Heads of the hour are compared for a week:
a trail that is cut off behind a nightly note loses at most its last hour unnoticed. Every version of every note is
compared: a forged note beside the true one does not agree with the trail and is reported.
"""

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from callcenter.audit.errors import AnchorsUnreadable
from callcenter.audit.settings import AuditSettings
from callcenter.audit.types import Anchor, ChainReport
from callcenter.kit.clock import BUSINESS_ZONE, business_date
from callcenter.storage.port import ObjectStore, StoredObject

PREFIX = "audit/anchors/"
HOURLY = "audit/heads/"
COMPARED_FOR = timedelta(days=7)
"""How long heads of the hour are compared: older ones stand before a nightly note that proves the same."""
_WIDTH = 16
"""How many notes are read from the store in parallel."""


def as_line(anchor: Anchor, noted_at: datetime) -> str:
    """Returns one note as a line of JSON."""
    return json.dumps({"noted_at": noted_at.isoformat(), "entry_id": anchor.entry_id, "hash": anchor.hash})


def read_lines(text: str, source: str) -> list[Anchor]:
    """Returns the notes of a file, one a line. Raises AnchorsUnreadable for a line that cannot be read."""
    anchors = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            note = json.loads(line)
            anchors.append(Anchor(int(note["entry_id"]), str(note["hash"])))
        except (ValueError, TypeError, KeyError) as error:
            raise AnchorsUnreadable(f"{source}, line {number}, is no note of a head") from error
    return anchors


def read_file(path: Path) -> list[Anchor]:
    """Returns the notes in a file that was kept elsewhere. Raises AnchorsUnreadable."""
    try:
        return read_lines(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise AnchorsUnreadable(f"{path.name} cannot be read ({type(error).__name__})") from error


def append_to_file(path: Path, anchor: Anchor, noted_at: datetime) -> None:
    """Adds a note and waits until it is written to the disk."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(as_line(anchor, noted_at) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AnchorsUnreadable(f"{path.name} cannot be written ({type(error).__name__})") from error


class AnchorService:
    """Notes heads in the object store and reads them back."""

    def __init__(self, store: ObjectStore, settings: AuditSettings) -> None:
        self._store = store
        self._settings = settings

    async def noted(self, now: datetime) -> list[Anchor]:
        """Returns all heads noted by night, and those noted by the hour within a week. Raises StoreUnavailable."""
        return [*await self._read_all(await self._store.list_versions(PREFIX)), *await self.noted_by_hour(now)]

    async def noted_by_hour(self, now: datetime) -> list[Anchor]:
        """Returns the heads noted by the hour within the week. Raises StoreUnavailable."""
        days = [business_date(now) - timedelta(days=back) for back in range(COMPARED_FOR.days + 1)]
        return [
            anchor
            for on in days
            for anchor in await self._read_all(await self._store.list_versions(f"{HOURLY}{on:%Y-%m-%d}/"))
        ]

    async def _read_all(self, versions: Sequence[StoredObject]) -> list[Anchor]:
        found: list[Anchor] = []
        for first in range(0, len(versions), _WIDTH):
            for anchors in await asyncio.gather(*(self._read(version) for version in versions[first : first + _WIDTH])):
                found += anchors
        return found

    async def note(self, report: ChainReport, now: datetime) -> bool:
        """Notes the head of a verified trail; returns whether it did.

        The head of a broken trail is not noted, or later checks would take the tampered trail for the true one.
        """
        if not report.whole or report.head is None:
            return False
        await self._put(report.head, now, f"{PREFIX}{business_date(now):%Y-%m-%d}.json", self._settings.keep_anchors)
        return True

    async def note_by_hour(self, report: ChainReport, now: datetime) -> bool:
        """Notes the head of a trail whose end was verified; returns whether it did."""
        if not report.whole or report.head is None:
            return False
        key = f"{HOURLY}{business_date(now):%Y-%m-%d}/{now.astimezone(BUSINESS_ZONE):%H%M%S}.json"
        await self._put(report.head, now, key, self._settings.keep_hourly_anchors)
        return True

    async def _put(self, head: Anchor, now: datetime, key: str, keep: timedelta) -> None:
        body = as_line(head, now) + "\n"
        with tempfile.TemporaryDirectory(prefix="anchor-") as folder:
            file = Path(folder) / "anchor.json"
            await asyncio.to_thread(file.write_text, body, encoding="utf-8")
            await self._store.put(
                key,
                file,
                sha256=hashlib.sha256(body.encode()).hexdigest(),
                retain_until=now + keep,
                content_type="application/json",
            )

    async def _read(self, version: StoredObject) -> list[Anchor]:
        chunks = [chunk async for chunk in await self._store.get(version.key, version.version_id)]
        try:
            return read_lines(b"".join(chunks).decode("utf-8"), version.key)
        except UnicodeDecodeError as error:
            raise AnchorsUnreadable(f"{version.key} is no note of a head") from error
