"""Keys: what is sealed under a passphrase, the escrow, a new key in the settings, the sealing of everything again."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from callcenter import bootstrap
from callcenter.backup import keys, sealing
from callcenter.backup.errors import BackupRefused
from callcenter.backup.passphrases import read_passphrase
from callcenter.embedded.secrets import key as draw_key
from callcenter.kit.config import CoreSettings
from callcenter.kit.crypto import keys_of
from callcenter.setup.files import read_settings, write_private
from callcenter.storage.memory import MemoryStore
from tests.backup.conftest import PASSPHRASE
from tests.backup.test_restores import refusal
from tests.rooms.audit.certified_day import Day
from tests.support.settings import FIELD_KEYS, INDEX_KEY


def test_a_sealed_text_opens_with_its_passphrase_and_name_alone() -> None:
    sealed = sealing.seal("secret 密", PASSPHRASE, "a")
    assert "secret" not in sealed
    assert sealing.open_sealed(sealed, PASSPHRASE, "a") == "secret 密"
    assert sealing.seal("secret 密", PASSPHRASE, "a") != sealed
    with refusal("passphrase_wrong"):
        sealing.open_sealed(sealed, PASSPHRASE + "x", "a")
    with refusal("sealed_form"):
        sealing.open_sealed(sealed, PASSPHRASE, "b")
    with refusal("sealed_form"):
        sealing.open_sealed("{}", PASSPHRASE, "a")


@pytest.mark.parametrize("change", [{"n": 2**30}, {"n": 2}, {"r": 1024}, {"format": 9}, {"salt": 7}])
def test_altered_parameters_are_refused_before_they_are_used(change: dict[str, object]) -> None:
    box = json.loads(sealing.seal("secret", PASSPHRASE, "a"))
    with refusal("sealed_form"):
        sealing.open_sealed(json.dumps({**box, **change}), PASSPHRASE, "a")


def test_a_weaker_cost_in_an_altered_file_opens_nothing() -> None:
    box = json.loads(sealing.seal("secret", PASSPHRASE, "a"))
    with refusal("passphrase_wrong"):
        sealing.open_sealed(json.dumps({**box, "n": 2**14}), PASSPHRASE, "a")


def test_a_passphrase_file_is_its_owners_and_long_enough(tmp_path: Path) -> None:
    file = tmp_path / "p"
    write_private(file, PASSPHRASE + "\n")
    assert read_passphrase(file, new=True) == PASSPHRASE
    file.chmod(0o640)
    with refusal("passphrase_open"):
        read_passphrase(file, new=False)
    write_private(tmp_path / "s", "short")
    with refusal("passphrase_short"):
        read_passphrase(tmp_path / "s", new=True)
    with refusal("passphrase_missing"):
        read_passphrase(None, new=False)


def test_an_escrow_names_the_keys_it_lacks(tmp_path: Path, installed: CoreSettings) -> None:
    file = tmp_path / "escrow"
    held = {keys.FIELD_KEYS: FIELD_KEYS, keys.INDEX_KEY: INDEX_KEY, "CALLCENTER_DATABASE_URL": "x"}
    assert keys.write_escrow(file, held, PASSPHRASE) == ["t1"]
    with refusal("escrow_there"):
        keys.write_escrow(file, held, PASSPHRASE)
    opened = keys.open_escrow(file, PASSPHRASE)
    assert opened == {keys.FIELD_KEYS: FIELD_KEYS, keys.INDEX_KEY: INDEX_KEY}
    assert keys.lacking_in(opened, installed) == []
    drawn = f"t2:{draw_key()}"
    newer = CoreSettings(
        database_url=SecretStr("postgresql://u@h/d"),
        field_keys=SecretStr(f"{drawn},{FIELD_KEYS}"),
        index_key=SecretStr(draw_key()),
    )
    assert keys.lacking_in(opened, newer) == ["field:t2", "index"]


def test_a_new_key_stands_in_front_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    env = tmp_path / "callcenter.env"
    env.write_text(f"# the operator's\nCALLCENTER_FIELD_KEYS={FIELD_KEYS}\nCALLCENTER_NODE=n7\n")
    assert keys.add_key(env, "") == "k1"
    assert keys.add_key(env, "of-2027") == "of-2027"
    written, values = read_settings(env)
    assert list(keys_of(values["CALLCENTER_FIELD_KEYS"])) == ["of-2027", "k1", "t1"]
    assert values["CALLCENTER_FIELD_KEYS"].endswith(FIELD_KEYS)
    assert written.startswith("# the operator's\n")
    assert values["CALLCENTER_NODE"] == "n7"
    for wrong, code in (("t1", "key_there"), ("a b", "key_form")):
        with refusal(code):
            keys.add_key(env, wrong)
    with refusal("env_needed"):
        keys.add_key(None, "")
    (tmp_path / "other.env").write_text("CALLCENTER_NODE=n7\n")
    with refusal("keys_elsewhere"):
        keys.add_key(tmp_path / "other.env", "")


@pytest.mark.db
async def test_the_list_says_how_much_each_key_has_sealed(
    day: Day, installed: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = bootstrap.build(installed, store=MemoryStore(day.clock))
    try:
        (only,) = await keys.list_keys(system)
        assert (only.id, only.active) == ("t1", True)
        assert only.values >= len(day.leads)
    finally:
        await system.close()
    monkeypatch.setenv("CALLCENTER_FIELD_KEYS", f"t2:{draw_key()},{FIELD_KEYS}")
    system = bootstrap.build(CoreSettings(), store=MemoryStore(day.clock))
    try:
        async with system.works.begin() as work:
            job = await system.resealing.order(work)
        await bootstrap.run_job(system, job.id)
        newest, older = await keys.list_keys(system)
        assert (newest.id, newest.active, older.id, older.active) == ("t2", True, "t1", False)
        assert (newest.values, older.values) == (only.values, 0)
        async with system.works.begin() as work:
            assert await work.session.scalar(text("SELECT count(*) FROM lead")) == len(day.leads)
    finally:
        await system.close()


def test_every_refusal_says_what_to_do_in_both_languages() -> None:
    with pytest.raises(BackupRefused, match="chmod 600 /p") as refused:
        raise BackupRefused("passphrase_open", path="/p")
    assert "其他用户" in str(refused.value)
