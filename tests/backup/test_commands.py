"""The commands themselves, as an operator types them: backup with a drill on a real store, restore, keys, verify."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.embedded.process import free_ports
from callcenter.kit.config import CoreSettings
from callcenter.setup.files import read_settings, write_private
from callcenter.storage.s3 import S3Store
from tests.backup.conftest import PASSPHRASE
from tests.contracts.seaweed import Seaweed

pytestmark = [pytest.mark.e2e, pytest.mark.db, pytest.mark.usefixtures("day"), pytest.mark.timeout(300)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Seaweed]:
    server = Seaweed.under(tmp_path / "s3")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def call(*words: str, **settings: str) -> tuple[int, str]:
    """Runs a command with these settings alone; returns exit code and standard output."""
    passed_on = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CALLCENTER_") or name == "CALLCENTER_CACHE_DIR"
    }
    done = subprocess.run(
        [sys.executable, "-m", "callcenter", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**passed_on, **settings},
    )
    print(done.stdout, done.stderr)
    return done.returncode, done.stdout if done.returncode < 2 else done.stderr


async def test_an_installation_is_backed_up_drilled_and_restored(
    installed: CoreSettings, store: Seaweed, tmp_path: Path
) -> None:
    where = store.settings()
    await S3Store(where).prepare()
    env = tmp_path / "callcenter.env"
    settings = {name: value for name, value in os.environ.items() if name.startswith("CALLCENTER_")} | {
        "CALLCENTER_S3_ENDPOINT": where.endpoint,
        "CALLCENTER_S3_SECURE": "false",
        "CALLCENTER_S3_BUCKET": where.bucket,
        "CALLCENTER_S3_ACCESS_KEY": where.access_key,
        "CALLCENTER_S3_SECRET_KEY": where.secret_key.get_secret_value(),
    }
    settings.pop("CALLCENTER_CACHE_DIR", None)
    write_private(env, "".join(f"{name}={value}\n" for name, value in settings.items()))
    write_private(tmp_path / "pass", PASSPHRASE)
    sealing = ("--passphrase-file", str(tmp_path / "pass"))

    code, said = call("backup", str(tmp_path / "b"), "--env", str(env), *sealing, "--drill", "--days", "30", "--json")
    assert (code, json.loads(said)["same"]) == (0, True)
    code, said = call("backup", str(tmp_path / "b"), "--env", str(env), *sealing)
    assert code == 2
    assert "another folder" in said

    port = free_ports(1)[0]
    kept = (
        *("--set", "CALLCENTER_KEPT_SERVERS=postgres"),
        *("--set", f"CALLCENTER_DATABASE_URL=postgresql://callcenter:pw@127.0.0.1:{port}/callcenter"),
        *("--set", f"CALLCENTER_LOG_DIR={tmp_path / 'new/log'}"),
    )
    code, said = call("restore", str(tmp_path / "b"), "--data", str(tmp_path / "new"), *sealing, *kept, "--json")
    assert code == 0
    restored = Path(json.loads(said)["settings"])
    assert read_settings(restored)[1]["CALLCENTER_FIELD_KEYS"] == settings["CALLCENTER_FIELD_KEYS"]

    code, said = call("keys", "list", "--env", str(env), "--json")
    assert [key["id"] for key in json.loads(said)["keys"]] == ["t1"]
    code, said = call("keys", "escrow", str(tmp_path / "e"), "--env", str(env), *sealing, "--json")
    assert (code, json.loads(said)["keys"]) == (0, ["t1"])
    code, said = call("keys", "add", "--env", str(env), "--json")
    assert (code, json.loads(said)["added"]) == (0, "k1")
    code, said = call("keys", "escrow", str(tmp_path / "e"), "--env", str(env), *sealing, "--check", "--json")
    assert (code, json.loads(said)["lacking"]) == (1, ["field:k1"])
    code, said = call("keys", "reseal", "--json", CALLCENTER_ENV_FILE=str(env))
    assert (code, json.loads(said)["unreadable"]) == (0, 0)
    code, said = call("keys", "escrow", str(tmp_path / "e"), *sealing, "--open", "--json")
    assert json.loads(said)["CALLCENTER_INDEX_KEY"] == settings["CALLCENTER_INDEX_KEY"]
