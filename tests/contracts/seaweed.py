"""A real S3 server for a test run, and a client for what only an attacker would try."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any
from uuid import uuid4

from minio import Minio
from pydantic import SecretStr
from urllib3 import PoolManager

from callcenter.embedded.objectstore import PORTS, REGION, EmbeddedObjectStore
from callcenter.embedded.process import free_ports
from callcenter.embedded.secrets import Secrets
from callcenter.storage.settings import StorageSettings


@dataclass
class Seaweed:
    """One server. Nothing in a locked bucket can be emptied: each test takes settings with a bucket of its own."""

    folder: Path
    server: EmbeddedObjectStore
    process: "Popen[bytes] | None" = field(default=None, repr=False)

    @classmethod
    def under(cls, folder: Path) -> "Seaweed":
        server = EmbeddedObjectStore(folder / "store", tuple(free_ports(PORTS)), Secrets.kept_in(folder).store_keys)
        server.prepare()
        return cls(folder, server)

    def start(self) -> None:
        """Returns when an object can be written and read back."""
        log_file = self.folder / "weed.log"
        with log_file.open("ab") as log:
            self.process = self.server.command().start(log)
        deadline = time.monotonic() + 40
        while not self._ready():
            assert self.process.poll() is None, log_file.read_text()[-2000:]
            assert time.monotonic() < deadline, log_file.read_text()[-2000:]
            time.sleep(0.1)

    def _ready(self) -> bool:
        with ThreadPoolExecutor(1) as aside:  # a loop may be running here
            return aside.submit(lambda: asyncio.run(self.server.ready())).result()

    def kill(self) -> None:
        """Kills the server, as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=20)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.server.command().stop_signal)
            self.process.wait(timeout=20)

    def settings(self, **changes: Any) -> StorageSettings:
        values: dict[str, Any] = {
            "endpoint": self.server.endpoint,
            "secure": False,
            "bucket": f"test-{uuid4().hex[:12]}",
            "access_key": self.server.keys.recorder[0],
            "secret_key": SecretStr(self.server.keys.recorder[1]),
            "player_access_key": self.server.keys.player[0],
            "player_secret_key": SecretStr(self.server.keys.player[1]),
        }
        return StorageSettings(**{**values, **changes})

    def client(self) -> Minio:
        """With the recorder's key, past the port."""
        return Minio(
            self.server.endpoint,
            *self.server.keys.recorder,
            secure=False,
            region=REGION,
            http_client=PoolManager(retries=False),
        )
