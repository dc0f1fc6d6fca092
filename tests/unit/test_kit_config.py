"""Settings name what is missing by the variable one has to set, and never show a value."""

import pytest

from callcenter.kit.config import CoreSettings, SettingsError
from callcenter.telephony.settings import SwitchSettings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "FIELD_KEYS", "INDEX_KEY", "SWITCH_AMI_SECRET", "SWITCH_AMI_PORT", "SWITCH_SPOOL_DIR"):
        monkeypatch.delenv(f"CALLCENTER_{name}", raising=False)


def test_each_missing_variable_is_named_in_full() -> None:
    with pytest.raises(SettingsError, match="CALLCENTER_SWITCH_AMI_SECRET") as caught:
        SwitchSettings()
    assert "CALLCENTER_SWITCH_SPOOL_DIR" in str(caught.value)
    with pytest.raises(SettingsError, match="CALLCENTER_DATABASE_URL"):
        CoreSettings()


def test_a_wrong_value_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_SWITCH_AMI_PORT", "a password pasted here")
    with pytest.raises(SettingsError) as caught:
        SwitchSettings()
    assert "CALLCENTER_SWITCH_AMI_PORT" in str(caught.value)
    assert "password pasted" not in str(caught.value)
