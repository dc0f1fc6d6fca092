"""A rehearsal's secrets: made once, kept for their owner alone, never shown."""

import json
import stat
from pathlib import Path

from pydantic import SecretStr

from callcenter.embedded.secrets import Secrets
from callcenter.kit.config import CoreSettings


def test_secrets_are_generated_once(tmp_path: Path) -> None:
    first = Secrets.kept_in(tmp_path / "state")
    assert Secrets.kept_in(tmp_path / "state") == first
    assert Secrets.kept_in(tmp_path / "other") != first
    assert stat.S_IMODE((tmp_path / "state/secrets.json").stat().st_mode) == 0o600


def test_a_missing_secret_is_added_and_the_others_stay(tmp_path: Path) -> None:
    first = Secrets.kept_in(tmp_path)
    path = tmp_path / "secrets.json"
    kept = json.loads(path.read_text())
    del kept["ami_secret"]
    path.write_text(json.dumps({**kept, "of another version": "x"}))
    second = Secrets.kept_in(tmp_path)
    assert second.ami_secret not in ("", first.ami_secret)
    assert second.field_keys == first.field_keys
    assert json.loads(path.read_text())["of another version"] == "x"


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    assert repr(Secrets.kept_in(tmp_path)) == "Secrets()"


def test_secrets_fit_the_settings(tmp_path: Path) -> None:
    secrets = Secrets.kept_in(tmp_path)
    settings = CoreSettings(
        database_url=SecretStr("postgresql://host/name"),
        field_keys=SecretStr(secrets.field_keys),
        index_key=SecretStr(secrets.index_key),
    )
    assert settings.vault.open(settings.vault.seal("13800000000", "number:1"), "number:1") == "13800000000"
