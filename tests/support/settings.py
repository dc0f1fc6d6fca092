"""Settings for whole systems in tests: keys that protect nothing, and no real switch."""

import base64
from pathlib import Path
from typing import Any

import pytest

from callcenter.kit.config import CoreSettings
from callcenter.kit.crypto import Vault

_FIELD_KEY, _INDEX_KEY = bytes(range(32)), bytes(range(32, 64))
FIELD_KEYS = f"t1:{base64.b64encode(_FIELD_KEY).decode()}"
INDEX_KEY = base64.b64encode(_INDEX_KEY).decode()

VAULT = Vault(keys={"t1": _FIELD_KEY}, active="t1", index_key=_INDEX_KEY)
"""Seals with these keys, so that a row which a test has built can be opened by a system of these settings."""


def core_settings(database_url: str, **changes: Any) -> CoreSettings:
    return CoreSettings.model_validate(
        {"database_url": database_url, "field_keys": FIELD_KEYS, "index_key": INDEX_KEY, **changes}
    )


def set_environment(monkeypatch: pytest.MonkeyPatch, folder: Path, **more: str) -> None:
    """Sets what a system without a real switch reads from its environment; ``folder`` is its spool."""
    values = {
        "SWITCH_SPOOL_DIR": str(folder),
        "SWITCH_AMI_SECRET": "not used here",
        "SWITCH_PHONE_SECRET": "not used here",
        "RECORDINGS_SPOOL_DIR": str(folder),
        **more,
    }
    for name, value in values.items():
        monkeypatch.setenv(f"CALLCENTER_{name}", value)
