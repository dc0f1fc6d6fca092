"""Declares the port to an object store (requirement R2). Implementations: ``s3`` and ``memory``; one contract suite.

Every object is written once, under object lock in COMPLIANCE mode until a date: until then the store refuses everyone,
its administrators included, to delete that version or to shorten the lock.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from callcenter.kit.errors import Conflict, NotFound, Refusal, Unavailable


class StoreUnavailable(Unavailable):
    """The store does not answer, or answers 5xx: try again later; nothing is known to be stored."""

    code = "store_unavailable"


class ObjectMissing(NotFound):
    code = "object_missing"


class ObjectLocked(Conflict):
    """The store refuses to delete or shorten: the lock holds until its date."""

    code = "object_locked"


class ObjectDamaged(Conflict):
    """The bytes sent or read back do not have the expected SHA-256."""

    code = "object_damaged"


class RangeOutside(Refusal):
    """The range asked for begins after the object's end."""

    status = 416
    code = "range_outside"


class BucketUnfit(Conflict):
    """The bucket exists without versions or object lock: recordings would not be safe in it. Use another bucket."""

    code = "bucket_unfit"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One version of one object, as the store describes it."""

    key: str
    version_id: str
    size: int
    """Bytes."""
    sha256: str
    """Hexadecimal, as the store keeps it beside the object."""
    retain_until: datetime | None
    """End of the COMPLIANCE lock, aware UTC."""


class ObjectStore(Protocol):
    """One bucket, with versions and object lock."""

    async def prepare(self) -> None:
        """Makes the bucket with object lock if it is missing; raises BucketUnfit if it has not both. Safe to repeat."""
        ...

    async def put(
        self, key: str, file: Path, *, sha256: str, retain_until: datetime, content_type: str
    ) -> StoredObject:
        """Stores a file under a lock that ends at ``retain_until`` or up to a second later.

        Raises ObjectDamaged if the bytes that arrive do not have this hash (hexadecimal).
        """
        ...

    async def stat(self, key: str, version_id: str | None = None) -> StoredObject:
        """Describes a version (default: the latest)."""
        ...

    async def get(
        self, key: str, version_id: str | None = None, *, offset: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """Streams a version, or a range of it, in chunks; ``length`` may reach past the end.

        Raises ObjectMissing or RangeOutside before the first chunk.
        """
        ...

    async def list_versions(self, prefix: str) -> list[StoredObject]:
        """Lists every version under a prefix (``sha256`` may be empty here)."""
        ...

    async def extend(self, key: str, version_id: str, retain_until: datetime) -> None:
        """Moves the end of the lock to a later date. Raises ObjectLocked for an earlier one."""
        ...

    async def delete(self, key: str, version_id: str) -> None:
        """Deletes a version for good. Raises ObjectLocked while its lock holds."""
        ...
