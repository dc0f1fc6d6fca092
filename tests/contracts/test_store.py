"""What every object store must do and refuse: one suite for the store in memory and a real S3 server."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from minio.commonconfig import GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention

from callcenter.embedded.process import free_ports
from callcenter.kit.clock import SystemClock
from callcenter.storage.memory import MemoryStore
from callcenter.storage.port import (
    BucketUnfit,
    ObjectDamaged,
    ObjectLocked,
    ObjectMissing,
    ObjectStore,
    RangeOutside,
    StoredObject,
    StoreUnavailable,
)
from callcenter.storage.s3 import S3Store
from tests.contracts.seaweed import Seaweed

BODY = bytes(range(256)) * 4096  # 1 MiB: many chunks
SHA = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.e2e)])
async def store(request: pytest.FixtureRequest) -> ObjectStore:
    made: ObjectStore
    if request.param == "memory":
        made = MemoryStore(SystemClock())
    else:
        made = S3Store(request.getfixturevalue("s3_server").settings())
    await made.prepare()
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "body"
    path.write_bytes(BODY)
    return path


def fill(file: Path, body: bytes) -> None:
    file.write_bytes(body)


def years(count: float) -> datetime:
    return SystemClock().now() + timedelta(days=365 * count)


async def put(store: ObjectStore, file: Path, key: str = "a/b.flac", until: datetime | None = None) -> StoredObject:
    return await store.put(key, file, sha256=SHA, retain_until=until or years(1), content_type="audio/flac")


async def read(store: ObjectStore, key: str, version_id: str | None = None, **window: int) -> bytes:
    return b"".join([chunk async for chunk in await store.get(key, version_id, **window)])


async def test_an_object_is_described_and_read_back(store: ObjectStore, file: Path) -> None:
    until = years(1)
    stored = await put(store, file, until=until)
    assert (stored.key, stored.size, stored.sha256) == ("a/b.flac", len(BODY), SHA)
    assert stored.version_id
    assert stored.retain_until is not None
    assert until <= stored.retain_until <= until + timedelta(seconds=1)
    assert await store.stat("a/b.flac") == stored
    assert await store.stat("a/b.flac", stored.version_id) == stored
    assert await read(store, "a/b.flac", stored.version_id) == BODY


async def test_altered_bytes_are_refused_and_not_kept(store: ObjectStore, file: Path) -> None:
    fill(file, BODY[:-1] + b"!")
    with pytest.raises(ObjectDamaged):
        await put(store, file)
    with pytest.raises(ObjectMissing):
        await store.stat("a/b.flac")


async def test_a_locked_version_cannot_be_deleted(store: ObjectStore, file: Path) -> None:
    stored = await put(store, file)
    with pytest.raises(ObjectLocked):
        await store.delete(stored.key, stored.version_id)
    assert await read(store, stored.key, stored.version_id) == BODY


async def test_a_lock_is_lengthened_and_never_shortened(store: ObjectStore, file: Path) -> None:
    stored = await put(store, file, until=years(1))
    later = years(2)
    await store.extend(stored.key, stored.version_id, later)
    for earlier in (years(1.5), years(1 / 365)):
        with pytest.raises(ObjectLocked):
            await store.extend(stored.key, stored.version_id, earlier)
    found = await store.stat(stored.key, stored.version_id)
    assert found.retain_until is not None
    assert later <= found.retain_until <= later + timedelta(seconds=1)


async def test_a_version_whose_lock_has_ended_can_be_deleted(store: ObjectStore, file: Path) -> None:
    until = SystemClock().now() + timedelta(seconds=2)
    stored = await put(store, file, until=until)
    with pytest.raises(ObjectLocked):
        await store.delete(stored.key, stored.version_id)
    deadline = time.monotonic() + 20
    while True:
        try:
            await store.delete(stored.key, stored.version_id)
            break
        except ObjectLocked:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.2)
    assert SystemClock().now() >= until
    with pytest.raises(ObjectMissing):
        await store.stat(stored.key, stored.version_id)


async def test_the_same_key_again_is_a_second_version(store: ObjectStore, file: Path) -> None:
    first = await put(store, file)
    fill(file, b"second")
    second = await store.put(
        first.key,
        file,
        sha256=hashlib.sha256(b"second").hexdigest(),
        retain_until=years(1),
        content_type="audio/flac",
    )
    assert first.version_id != second.version_id
    assert await read(store, first.key, first.version_id) == BODY
    assert await read(store, first.key) == b"second"
    assert [(v.version_id, v.size) for v in await store.list_versions("a/")] == [
        (second.version_id, 6),
        (first.version_id, len(BODY)),
    ]
    assert await store.list_versions("other/") == []


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, None, BODY),
        (1000, None, BODY[1000:]),
        (7, 1, BODY[7:8]),
        (0, 300_000, BODY[:300_000]),
        (len(BODY) - 5, 5, BODY[-5:]),
        (len(BODY) - 5, 500, BODY[-5:]),
        (10, 0, b""),
    ],
)
async def test_a_range_is_read(
    store: ObjectStore, file: Path, offset: int, length: int | None, expected: bytes
) -> None:
    stored = await put(store, file)
    chunks = [c async for c in await store.get(stored.key, stored.version_id, offset=offset, length=length)]
    assert b"".join(chunks) == expected


async def test_a_range_behind_the_end_is_refused(store: ObjectStore, file: Path) -> None:
    stored = await put(store, file)
    with pytest.raises(RangeOutside):
        await store.get(stored.key, stored.version_id, offset=len(BODY))


async def test_a_reader_may_stop_in_the_middle_of_an_object(store: ObjectStore, file: Path) -> None:
    stored = await put(store, file)
    stream = await store.get(stored.key)
    async for chunk in stream:
        assert chunk == BODY[: len(chunk)]
        break
    await stream.aclose()  # type: ignore[attr-defined]
    assert await read(store, stored.key) == BODY


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.stat("nowhere"),
        lambda store: store.get("nowhere"),
        lambda store: store.stat("a/b.flac", "0123456789abcdef0123456789abcdef"),
    ],
)
async def test_a_missing_object_is_reported_as_missing(
    store: ObjectStore, file: Path, ask: Callable[[ObjectStore], "asyncio.Future[object]"]
) -> None:
    await put(store, file)
    with pytest.raises(ObjectMissing):
        await ask(store)


async def test_putting_a_missing_file_is_an_error_of_the_caller(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await put(store, tmp_path / "nothing")


async def test_an_empty_file_is_stored(store: ObjectStore, file: Path) -> None:
    fill(file, b"")
    stored = await store.put(
        "empty", file, sha256=hashlib.sha256(b"").hexdigest(), retain_until=years(1), content_type="audio/flac"
    )
    assert stored.size == 0


async def test_prepare_may_be_repeated(store: ObjectStore, file: Path) -> None:
    stored = await put(store, file)
    await store.prepare()
    assert await store.stat(stored.key) == stored


class TestMemory:
    async def test_a_store_that_is_down_says_so(self, file: Path) -> None:
        store = MemoryStore(SystemClock())
        stored = await put(store, file)
        store.down = True
        for ask in (store.prepare(), put(store, file), store.stat(stored.key), store.get(stored.key)):
            with pytest.raises(StoreUnavailable):
                await ask
        store.down = False
        assert await read(store, stored.key) == BODY


@pytest.mark.e2e
class TestS3:
    async def test_a_store_that_is_down_says_so(self, s3_server: Seaweed, file: Path) -> None:
        closed = free_ports(1)[0]
        store = S3Store(s3_server.settings(endpoint=f"127.0.0.1:{closed}", attempts=2, patience=1))
        for ask in (store.prepare(), put(store, file), store.stat("a"), store.get("a"), store.list_versions("a")):
            with pytest.raises(StoreUnavailable):
                await ask

    async def test_neither_bypass_nor_multi_delete_opens_the_lock(self, s3_server: Seaweed, file: Path) -> None:
        settings = s3_server.settings()
        store = S3Store(settings)
        await store.prepare()
        stored = await put(store, file)
        client = s3_server.client()
        errors = list(
            client.remove_objects(
                settings.bucket,
                [DeleteObject(stored.key, stored.version_id)],
                bypass_governance_mode=True,
            )
        )
        assert [error.name for error in errors] == [stored.key]
        with pytest.raises(S3Error):
            client.set_object_retention(
                settings.bucket, stored.key, Retention(GOVERNANCE, years(3)), version_id=stored.version_id
            )
        with pytest.raises(S3Error):
            client.remove_bucket(settings.bucket)
        assert await store.stat(stored.key, stored.version_id) == stored
        assert await read(store, stored.key, stored.version_id) == BODY

    async def test_a_deletion_without_version_hides_and_loses_nothing(self, s3_server: Seaweed, file: Path) -> None:
        settings = s3_server.settings()
        store = S3Store(settings)
        await store.prepare()
        stored = await put(store, file)
        s3_server.client().remove_object(settings.bucket, stored.key)
        with pytest.raises(ObjectMissing):
            await store.stat(stored.key)
        assert await read(store, stored.key, stored.version_id) == BODY
        assert [v.version_id for v in await store.list_versions(stored.key)] == [stored.version_id]

    async def test_the_players_key_reads_and_cannot_write(self, s3_server: Seaweed, file: Path) -> None:
        settings = s3_server.settings()
        recorder = S3Store(settings)
        await recorder.prepare()
        await put(recorder, file)
        player = S3Store(
            settings.model_copy(
                update={"access_key": settings.player_access_key, "secret_key": settings.player_secret_key}
            )
        )
        assert await read(player, "a/b.flac") == BODY
        with pytest.raises(StoreUnavailable, match="forbids"):
            await put(player, file, "c")

    async def test_a_bucket_without_object_lock_is_refused(self, s3_server: Seaweed) -> None:
        settings = s3_server.settings()
        s3_server.client().make_bucket(settings.bucket)
        with pytest.raises(BucketUnfit):
            await S3Store(settings).prepare()

    async def test_a_lock_that_is_not_reported_with_the_object_is_requested(
        self, s3_server: Seaweed, file: Path
    ) -> None:
        store = S3Store(s3_server.settings())
        await store.prepare()
        stored = await put(store, file)
        assert await asyncio.to_thread(store._ask_lock_end, stored.key, stored.version_id) == stored.retain_until
