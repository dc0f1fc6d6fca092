"""Implements the object store on any S3 with object lock, through the library ``minio``. Only this file knows S3.

Peculiarities of S3 that are kept here:

- Over plain HTTP a store keeps altered bytes. Each upload carries its SHA-256 as ``x-amz-checksum-sha256`` and goes in
  one part, so that the store itself refuses bytes that do not fit.
- Stores write the end of a lock in several ways (Ceph RGW with nanoseconds, which the library cannot read), so it is
  taken from the answer's headers, or from the bare ``?retention`` answer, and parsed here.
- 5xx and lost connections are tried again a few times: a store that has just started answers 500 for a while.
"""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import stamina
import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE, ENABLED
from minio.error import InvalidResponseError, S3Error, ServerError
from minio.retention import Retention
from urllib3.response import BaseHTTPResponse

from callcenter.kit.threads import made_in_thread
from callcenter.storage.port import (
    BucketUnfit,
    ObjectDamaged,
    ObjectLocked,
    ObjectMissing,
    RangeOutside,
    StoredObject,
    StoreUnavailable,
)
from callcenter.storage.settings import StorageSettings

T = TypeVar("T")

CHUNK = 256 * 1024
"""Bytes per chunk of a streamed read."""

_SMALLEST_PART = 5 * 1024 * 1024
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "NoSuchObject", "ResourceNotFound"})
_DAMAGED = frozenset({"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"})
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?")
_RETAIN_UNTIL = re.compile(r"<RetainUntilDate>\s*([^<]+?)\s*</RetainUntilDate>")


def parse_date(text: str) -> datetime:
    """Reads an ISO 8601 instant with any number of decimals, cut to microseconds; no zone means UTC."""
    if (match := _DATE.fullmatch(text.strip())) is None:
        raise ValueError(f"not an instant: {text!r}")
    whole, fraction, zone = match.groups()
    offset = "+00:00" if zone in (None, "Z") else zone
    return datetime.fromisoformat(f"{whole}.{(fraction or '0')[:6].ljust(6, '0')}{offset}").astimezone(UTC)


def whole_second(at: datetime) -> datetime:
    """Rounds an instant up: stores keep seconds, and a lock must not end before its date."""
    at = at.astimezone(UTC)
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)


def is_passing(error: Exception) -> bool:
    """Returns whether the same request may succeed a moment later."""
    if isinstance(error, S3Error):
        return error.code == "SlowDown" or error.response.status >= 500
    return isinstance(error, ServerError | InvalidResponseError | urllib3.exceptions.HTTPError | ConnectionError)


@contextmanager
def _translated(what: str, *, forbidden: type[ObjectLocked | StoreUnavailable] = StoreUnavailable) -> Iterator[None]:
    """Turns the vendor's errors into the port's; ``forbidden`` is what a 403 means for this request."""
    try:
        yield
    except S3Error as error:
        code = error.code or ""
        status = error.response.status
        if code in _MISSING or status in (404, 405):  # 405: the version asked for is a delete marker
            raise ObjectMissing(f"{what}: no such object") from error
        if code in _DAMAGED:
            raise ObjectDamaged(f"{what}: the store received other bytes than were sent ({code})") from error
        if status == 416:
            raise RangeOutside(f"{what}: the range begins after the end") from error
        if status == 403 or code == "AccessDenied":
            raise forbidden(f"{what}: the store forbids it ({code})") from error
        if code in ("InvalidRequest", "InvalidArgument", "InvalidRetentionPeriod") and forbidden is ObjectLocked:
            raise ObjectLocked(f"{what}: the store refuses it ({code})") from error
        raise StoreUnavailable(f"{what}: the store answers {status} {code}") from error
    except (ServerError, InvalidResponseError, urllib3.exceptions.HTTPError, ConnectionError) as error:
        raise StoreUnavailable(f"{what}: the store does not answer ({type(error).__name__})") from error


class S3Store:
    """Stores objects in one bucket of an S3 store. Requests run in threads: the library blocks."""

    def __init__(self, settings: StorageSettings) -> None:
        self._bucket = settings.bucket
        self._region = settings.region
        self._http = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=settings.connect_timeout, read=settings.answer_timeout),
            maxsize=16,
            retries=False,
        )
        self._writer = self._client(settings, settings.access_key, settings.secret_key.get_secret_value())
        self._reader = (
            self._client(settings, settings.player_access_key, settings.player_secret_key.get_secret_value())
            if settings.player_access_key and settings.player_secret_key
            else self._writer
        )
        self._retry = stamina.AsyncRetryingCaller(
            attempts=settings.attempts, timeout=settings.patience, wait_initial=0.2, wait_max=4.0
        ).on(is_passing)

    def _client(self, settings: StorageSettings, access_key: str, secret_key: str) -> Minio:
        return Minio(
            settings.endpoint,
            access_key=access_key,
            secret_key=secret_key,
            secure=settings.secure,
            region=settings.region,
            http_client=self._http,
        )

    async def _ask(self, act: Callable[..., T], /, *args: Any, **options: Any) -> T:
        return await self._retry(asyncio.to_thread, act, *args, **options)

    async def prepare(self) -> None:
        with _translated(f"bucket {self._bucket}"):
            if not await self._ask(self._writer.bucket_exists, self._bucket):
                try:
                    await self._ask(self._writer.make_bucket, self._bucket, self._region, object_lock=True)
                except S3Error as error:
                    if error.code not in (
                        "BucketAlreadyOwnedByYou",
                        "BucketAlreadyExists",
                    ):  # another process was first
                        raise
            await self._check_bucket()

    async def _check_bucket(self) -> None:
        versioning = await self._ask(self._writer.get_bucket_versioning, self._bucket)
        if versioning.status != ENABLED:
            raise BucketUnfit(f"bucket {self._bucket} keeps no versions")
        try:
            await self._ask(self._writer.get_object_lock_config, self._bucket)
        except S3Error as error:
            if error.code == "ObjectLockConfigurationNotFoundError":
                raise BucketUnfit(f"bucket {self._bucket} was made without object lock") from error
            raise

    async def put(
        self, key: str, file: Path, *, sha256: str, retain_until: datetime, content_type: str
    ) -> StoredObject:
        until = whole_second(retain_until)

        def send() -> str:
            size = file.stat().st_size
            with file.open("rb") as body:
                result = self._writer.put_object(
                    self._bucket,
                    key,
                    body,
                    size,
                    content_type=content_type,
                    metadata={
                        "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode(),
                        "x-amz-meta-sha256": sha256,
                    },
                    part_size=max(size + 1, _SMALLEST_PART),
                    retention=Retention(COMPLIANCE, until),
                )
            return result.version_id or ""

        with _translated(key):
            version_id = await self._ask(send)
        return await self.stat(key, version_id)

    async def stat(self, key: str, version_id: str | None = None) -> StoredObject:
        with _translated(key):
            answer = await self._ask(
                self._writer.stat_object,
                self._bucket,
                key,
                version_id=version_id,
                extra_headers={"x-amz-checksum-mode": "ENABLED"},
            )
            headers: Mapping[str, str] = answer.metadata or {}
            version = answer.version_id or version_id or ""
            return StoredObject(
                key=key,
                version_id=version,
                size=answer.size or 0,
                sha256=_sha256_of(headers),
                retain_until=await self._lock_end(key, version, headers),
            )

    async def _lock_end(self, key: str, version_id: str, headers: Mapping[str, str]) -> datetime | None:
        if until := headers.get("x-amz-object-lock-retain-until-date"):
            return parse_date(until) if headers.get("x-amz-object-lock-mode") == COMPLIANCE else None
        return await self._ask(self._ask_lock_end, key, version_id)

    def _ask_lock_end(self, key: str, version_id: str) -> datetime | None:
        """Asks for the lock separately, for stores that do not send it with the object.

        Not by the library: it cannot read the nanoseconds that some stores send.
        """
        url = self._writer.get_presigned_url(
            "GET",
            self._bucket,
            key,
            expires=timedelta(minutes=5),
            version_id=version_id or None,
            extra_query_params={"retention": ""},
        )
        answer = self._http.request("GET", url)
        body = answer.data.decode(errors="replace")
        if answer.status >= 500:
            raise ServerError(f"retention of an object: {answer.status}", answer.status)
        match = _RETAIN_UNTIL.search(body)
        return parse_date(match.group(1)) if match and f"<Mode>{COMPLIANCE}</Mode>" in body else None

    async def get(
        self, key: str, version_id: str | None = None, *, offset: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        if length == 0:
            return _nothing()
        with _translated(key):
            answer = await self._retry(
                made_in_thread,
                self._reader.get_object,
                self._bucket,
                key,
                offset=offset,
                length=length or 0,
                version_id=version_id,
                unused=_release,
            )
        return _stream(key, answer)

    async def list_versions(self, prefix: str) -> list[StoredObject]:
        def collect() -> list[StoredObject]:
            return [
                StoredObject(
                    key=item.object_name or "",
                    version_id=item.version_id or "",
                    size=item.size or 0,
                    sha256="",
                    retain_until=None,
                )
                for item in self._writer.list_objects(self._bucket, prefix=prefix, recursive=True, include_version=True)
                if not item.is_delete_marker
            ]

        with _translated(f"versions under {prefix}"):
            return await self._ask(collect)

    async def extend(self, key: str, version_id: str, retain_until: datetime) -> None:
        with _translated(key, forbidden=ObjectLocked):
            await self._ask(
                self._writer.set_object_retention,
                self._bucket,
                key,
                Retention(COMPLIANCE, whole_second(retain_until)),
                version_id=version_id,
            )

    async def delete(self, key: str, version_id: str) -> None:
        with _translated(key, forbidden=ObjectLocked):
            await self._ask(self._writer.remove_object, self._bucket, key, version_id=version_id)


def _sha256_of(headers: Mapping[str, str]) -> str:
    """Returns the checksum that the store has computed, or else the one that was uploaded with the object."""
    if checksum := headers.get("x-amz-checksum-sha256"):
        try:
            return base64.b64decode(checksum, validate=True).hex()
        except binascii.Error:
            return ""
    return headers.get("x-amz-meta-sha256", "")


async def _nothing() -> AsyncIterator[bytes]:
    for _ in range(0):
        yield b""


async def _stream(key: str, answer: BaseHTTPResponse) -> AsyncIterator[bytes]:
    try:
        with _translated(key):
            while chunk := await asyncio.to_thread(answer.read, CHUNK):
                yield chunk
    finally:
        _release(answer)


def _release(answer: BaseHTTPResponse) -> None:
    answer.close()
    answer.release_conn()
