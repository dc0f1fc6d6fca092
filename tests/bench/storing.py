"""From the recorder's mark to the locked object, on a real store: 50 calls that end at once, and the bare library."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.retention import Retention

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, SystemClock
from callcenter.kit.db import Database
from callcenter.kit.work import Work, Works
from callcenter.recordings.types import RecordingStored
from callcenter.storage.s3 import S3Store
from tests.bench.server import sqlalchemy_url
from tests.bench.table import Table
from tests.contracts.seaweed import Seaweed
from tests.rooms.recordings.cast import System

CALLS = 50
SECONDS = 60
"""Length of each call."""
_AUDIO_BYTES = SECONDS * 8000 * 4


async def measure(url: str, table: Table) -> None:
    """Adds the rows of storing to the table."""
    base, bus = Database(sqlalchemy_url(url)), Bus()
    stored_at: dict[UUID, float] = {}

    async def note(_work: Work, event: RecordingStored) -> None:
        stored_at[event.call_id] = time.perf_counter()

    bus.subscribe(RecordingStored, note)
    clock = FrozenClock(SystemClock().now())
    with tempfile.TemporaryDirectory(prefix="callcenter-storing-") as folder:
        store_folder, spool = Path(folder) / "store", Path(folder) / "spool"
        spool.mkdir()
        store_folder.mkdir()
        seaweed = Seaweed.under(store_folder)
        await asyncio.to_thread(seaweed.start)
        try:
            settings = seaweed.settings()
            store = S3Store(settings)
            await store.prepare()
            system = System(Works(base, clock, bus), bus, clock, spool, store)
            calls = [await system.talk(SECONDS) for _ in range(CALLS)]
            processor, began = time.process_time(), time.perf_counter()
            while len(stored_at) < CALLS:
                await system.pipeline.tick()
            used = time.process_time() - processor
            whole = time.perf_counter() - began
            bodies = [await system.body(call_id) for call_id in calls]
            client = Minio(
                settings.endpoint,
                settings.access_key,
                settings.secret_key.get_secret_value(),
                secure=False,
                region=settings.region,
            )
            bare = await asyncio.to_thread(_put_bare, client, settings.bucket, bodies, Path(folder), clock)
        finally:
            await asyncio.to_thread(seaweed.stop)
    await base.close()
    times = sorted(stored_at[call_id] - began for call_id in calls)
    p50, p99 = statistics.median(times), times[-1]
    table.rows.append(("hang-up to locked, 50 calls of a minute", f"{p50 * 1000:.0f}", f"{p99 * 1000:.0f} (p99)", "–"))
    hours = CALLS * SECONDS / 3600
    size = sum(map(len, bodies)) / 1e6
    table.notes.append(
        f"Storing: wanted p99 of 5 s: {'kept' if p99 <= 5 else 'NOT kept'}. {used / hours:.1f} s of processor for an"
        f" hour of audio. {size / whole:.1f} MB/s encoded, compared, put, locked and read back; the bare library puts"
        f" and locks the same files at {size / bare:.1f} MB/s ({bare / whole:.2f} of its rate, encoding included)."
    )


def _put_bare(client: Minio, bucket: str, bodies: Sequence[bytes], folder: Path, clock: FrozenClock) -> float:
    """Puts the same files under lock without anything else; returns the seconds."""
    files = []
    for number, body in enumerate(bodies):
        file = folder / f"bare-{number}"
        file.write_bytes(body)
        files.append(file)
    until = clock.now() + timedelta(days=1)
    began = time.perf_counter()
    for file in files:
        with file.open("rb") as content:
            client.put_object(
                bucket, f"bare/{file.name}", content, file.stat().st_size, retention=Retention(COMPLIANCE, until)
            )
    return time.perf_counter() - began
