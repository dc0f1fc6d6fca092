"""The servers that an installation keeps on its machine, as its settings describe them."""

from pathlib import Path

import pytest

from callcenter.embedded.kept import kept_parts
from callcenter.embedded.process import EmbeddedError
from callcenter.embedded.settings import KeptServer, KeptSettings
from callcenter.kit.config import CoreSettings
from tests.support.processes import environment

KEPT_URL = "postgresql://callcenter:p%40w@127.0.0.1:5433/callcenter"


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str) -> CoreSettings:
    for name, value in {
        **environment(KEPT_URL, folder / "spool"),
        "CALLCENTER_LOG_DIR": str(folder / "log"),
        "CALLCENTER_KEPT_FOLDER": str(folder),
        "CALLCENTER_NODE_FOLDER": str(folder / "switch"),
        **settings,
    }.items():
        monkeypatch.setenv(name, value)
    return CoreSettings()


def test_without_the_setting_no_server_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept_parts(use(monkeypatch, tmp_path)) == []
    monkeypatch.setenv("CALLCENTER_KEPT_SERVERS", "store,postgres")
    assert KeptSettings().kept == {KeptServer.STORE, KeptServer.POSTGRES}


def test_a_store_has_its_ports_in_a_row_from_the_endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {
        "CALLCENTER_KEPT_SERVERS": "store",
        "CALLCENTER_KEPT_STORE_KEY": "0f" * 32,
        "CALLCENTER_S3_ENDPOINT": "127.0.0.1:8400",
        "CALLCENTER_S3_SECURE": "false",
        "CALLCENTER_S3_PLAYER_ACCESS_KEY": "player",
        "CALLCENTER_S3_PLAYER_SECRET_KEY": "player-secret",
    }
    (part,) = kept_parts(use(monkeypatch, tmp_path, **settings))
    line = " ".join(part.command.argv)
    assert "-s3.port=8400 " in line
    assert line.endswith("-admin.port.grpc=8409")
    assert "0f0f" not in line
    assert "player-secret" not in line
    assert part.after_ready is not None


@pytest.mark.parametrize(
    ("server", "settings", "sentence"),
    [
        (
            "postgres",
            {"CALLCENTER_DATABASE_URL": "postgresql://callcenter:p@db.bank.example:5432/cc"},
            "take postgres out of",
        ),
        ("postgres", {"CALLCENTER_DATABASE_URL": "postgresql://callcenter@127.0.0.1:5433/cc"}, "take postgres out of"),
        ("store", {"CALLCENTER_S3_ENDPOINT": "s3.bank.example"}, "take store out of"),
        ("switch", {}, "run callcenter switch write --node n1"),
    ],
)
def test_settings_that_name_another_server_are_refused(
    server: str, settings: dict[str, str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = use(monkeypatch, tmp_path, **settings, CALLCENTER_KEPT_SERVERS=server)
    with pytest.raises(EmbeddedError, match=sentence):
        kept_parts(core)
