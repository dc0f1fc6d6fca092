"""Implements the object store in this process's memory, with the refusals of a real one: for tests.

Its objects are lost when the process ends, so a system that calls customers must never use it.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from callcenter.kit.clock import Clock
from callcenter.storage.port import (
    ObjectDamaged,
    ObjectLocked,
    ObjectMissing,
    RangeOutside,
    StoredObject,
    StoreUnavailable,
)

CHUNK = 64 * 1024
"""Bytes per chunk of a streamed read."""


@dataclass(frozen=True, slots=True)
class _Version:
    about: StoredObject
    body: bytes
    content_type: str


class MemoryStore:
    """Keeps versions in a list per key, the newest last. ``down`` makes it refuse every request."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._versions: dict[str, list[_Version]] = {}
        self._numbers = count(1)
        self.down = False

    async def prepare(self) -> None:
        self._require_up()

    async def put(
        self, key: str, file: Path, *, sha256: str, retain_until: datetime, content_type: str
    ) -> StoredObject:
        self._require_up()
        body = await asyncio.to_thread(file.read_bytes)
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ObjectDamaged(f"{key}: the store received other bytes than were sent")
        about = StoredObject(
            key=key,
            version_id=f"v{next(self._numbers)}",
            size=len(body),
            sha256=sha256,
            retain_until=retain_until.astimezone(UTC),
        )
        self._versions.setdefault(key, []).append(_Version(about, body, content_type))
        return about

    async def stat(self, key: str, version_id: str | None = None) -> StoredObject:
        self._require_up()
        return self._find(key, version_id).about

    async def get(
        self, key: str, version_id: str | None = None, *, offset: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        self._require_up()
        body = self._find(key, version_id).body
        if offset and offset >= len(body):
            raise RangeOutside(f"{key}: the range begins after the end")
        return self._stream(body[offset:] if length is None else body[offset : offset + length])

    async def _stream(self, body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), CHUNK):
            self._require_up()
            yield body[start : start + CHUNK]

    async def list_versions(self, prefix: str) -> list[StoredObject]:
        self._require_up()
        return [
            replace(version.about, sha256="", retain_until=None)
            for key, versions in sorted(self._versions.items())
            if key.startswith(prefix)
            for version in reversed(versions)
        ]

    async def extend(self, key: str, version_id: str, retain_until: datetime) -> None:
        self._require_up()
        version = self._find(key, version_id)
        until = version.about.retain_until
        if until is not None and retain_until < until:
            raise ObjectLocked(f"{key}: the lock cannot be shortened")
        versions = self._versions[key]
        versions[versions.index(version)] = replace(
            version, about=replace(version.about, retain_until=retain_until.astimezone(UTC))
        )

    async def delete(self, key: str, version_id: str) -> None:
        self._require_up()
        version = self._find(key, version_id)
        if version.about.retain_until is not None and version.about.retain_until > self._clock.now():
            raise ObjectLocked(f"{key}: the lock holds until {version.about.retain_until:%Y-%m-%d}")
        self._versions[key].remove(version)

    def _find(self, key: str, version_id: str | None) -> _Version:
        for version in reversed(self._versions.get(key, [])):
            if version_id is None or version.about.version_id == version_id:
                return version
        raise ObjectMissing(f"{key}: no such object")

    def _require_up(self) -> None:
        if self.down:
            raise StoreUnavailable("the store does not answer")
