"""Personal data at rest."""

import base64
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.customers.types import FileField
from callcenter.kit.crypto import UndecipherableError, Vault, mask_name, mask_phone
from callcenter.kit.places import Binding, line_places
from callcenter.leads.types import LEAD_NAME

OLD, NEW, INDEX = bytes(32), bytes(range(32)), bytes(range(32, 64))
VAULT = Vault(keys={"old": OLD, "new": NEW}, active="new", index_key=INDEX)
HERE = "lead.name:7:2"
OLD_FACT = "new.AAAAAAAAAAAAAAAA6gQPOg6sZwSALIqRo2/+U0P5NmwD7KvRcA=="
"""As a release before the colon has written it."""


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    assert VAULT.open(VAULT.seal(text, HERE), HERE) == text


def test_equal_values_have_different_seals_and_the_same_index() -> None:
    assert VAULT.seal("13800001234", HERE) != VAULT.seal("13800001234", HERE)
    assert VAULT.index("13800001234") == VAULT.index("13800001234") != VAULT.index("13800001235")
    assert Vault(keys={"new": NEW}, active="new", index_key=OLD).index("13800001234") != VAULT.index("13800001234")


def test_old_rows_stay_readable_when_keys_rotate() -> None:
    before = Vault(keys={"old": OLD}, active="old", index_key=INDEX)
    sealed = before.seal("张三", HERE)
    assert VAULT.open(sealed, HERE) == "张三"
    assert VAULT.seal("张三", HERE).startswith(VAULT.newest_mark)
    with pytest.raises(UndecipherableError, match="'new'"):
        before.open(VAULT.seal("张三", HERE), HERE)


def test_every_altered_byte_is_noticed() -> None:
    sealed = VAULT.seal("张三", HERE)
    key_id, _, body = sealed.partition(":")
    raw = base64.b64decode(body)
    for position in range(len(raw)):
        altered = bytearray(raw)
        altered[position] ^= 1
        with pytest.raises(UndecipherableError, match="altered"):
            VAULT.open(f"{key_id}:{base64.b64encode(bytes(altered)).decode()}", HERE)


@pytest.mark.parametrize(
    "nonsense", ["", "new", "new.", "new.!!!", "new.AAAA", "new:", "new:!!!", "new:AAAA", "swapped"]
)
def test_malformed_ciphertext_and_a_swapped_key_id_are_refused(nonsense: str) -> None:
    if nonsense == "swapped":
        nonsense = "old:" + VAULT.seal("x", HERE)[4:]
    with pytest.raises(UndecipherableError):
        VAULT.open(nonsense, HERE)


def test_a_vault_shows_no_key() -> None:
    assert repr(VAULT) == "Vault(active='new')"


def test_names_and_numbers_are_masked() -> None:
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("12345") == "****"
    assert mask_name("张三丰") == "张**"
    assert mask_name("张") == "张*"
    assert mask_name("") == ""


@given(st.binary(max_size=200), st.text(max_size=20))
def test_a_sealed_piece_opens_only_in_its_place(data: bytes, place: str) -> None:
    sealed = VAULT.seal_bytes(data, place)
    assert VAULT.open_bytes(sealed, place) == data
    with pytest.raises(UndecipherableError, match="wrong place"):
        VAULT.open_bytes(sealed, place + "x")
    with pytest.raises(UndecipherableError, match="altered"):
        VAULT.open_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]), place)


def test_sealed_pieces_open_after_a_change_of_keys() -> None:
    before = Vault(keys={"old": OLD}, active="old", index_key=INDEX)
    assert VAULT.open_bytes(before.seal_bytes(b"x", "p"), "p") == b"x"
    with pytest.raises(UndecipherableError, match="'new'"):
        before.open_bytes(VAULT.seal_bytes(b"x", "p"), "p")
    for nonsense in (b"", b"new", b"new.", b"\xff.x"):
        with pytest.raises(UndecipherableError):
            VAULT.open_bytes(nonsense, "p")


@given(st.text(), st.text(min_size=1))
def test_a_value_opens_only_in_its_place(value: str, place: str) -> None:
    sealed = VAULT.seal(value, HERE)
    assert VAULT.open(sealed, HERE) == value
    if place != HERE:
        with pytest.raises(UndecipherableError, match="belongs elsewhere"):
            VAULT.open(sealed, place)


def test_many_values_are_sealed_each_for_its_place() -> None:
    places = [f"lead.name:7:{line}" for line in range(3)]
    sealed = VAULT.seal_many(["甲", "乙", "丙"], places)
    assert [VAULT.open(*one) for one in zip(sealed, places, strict=True)] == ["甲", "乙", "丙"]
    with pytest.raises(UndecipherableError):
        VAULT.open(sealed[0], places[1])
    with pytest.raises(ValueError, match="shorter"):
        VAULT.seal_many(["甲", "乙"], places[:1])


def test_a_mark_cannot_be_changed() -> None:
    """A bound value does not become one of no place when its colon becomes a dot."""
    sealed = VAULT.seal("x", HERE)
    with pytest.raises(UndecipherableError):
        VAULT.open(sealed.replace(":", "."), "lead.name:7:3")


def test_values_of_earlier_releases_open_until_all_are_bound() -> None:
    vault = Vault(keys={"old": OLD, "new": NEW}, active="new", index_key=INDEX)
    unbound = vault.seal_unbound("x")
    assert vault.open(unbound, HERE) == "x"
    assert not unbound.startswith(vault.newest_mark)
    vault.refuse_unbound()
    with pytest.raises(UndecipherableError):
        vault.open(unbound, HERE)
    assert vault.open(vault.seal("x", HERE), HERE) == "x"


def test_a_fact_of_the_trail_of_earlier_releases_stays_readable_at_its_entry() -> None:
    """The trail cannot be sealed again: its old facts have a dot and are bound all the same."""
    vault = Vault(keys={"new": bytes(range(32))}, active="new", index_key=INDEX)
    vault.refuse_unbound()
    assert vault.open(OLD_FACT, "audit_entry.7.why") == "为什么"
    with pytest.raises(UndecipherableError):
        vault.open(OLD_FACT, "audit_entry.8.why")


BINDING = Binding("lead_change.old", ("lead_id", "field", "at"))
NOON = datetime(2026, 7, 30, 12, tzinfo=UTC)


def test_a_place_is_the_same_from_a_row_and_before_there_is_one() -> None:
    row = SimpleNamespace(lead_id=7, field=FileField.NAME, at=NOON.astimezone(ZoneInfo("Asia/Shanghai")))
    assert BINDING.at(row) == BINDING.place(7, "name", NOON) == "lead_change.old:7:name:2026-07-30T12:00:00+00:00"
    with pytest.raises(TypeError, match="bound by lead_id, field, at"):
        BINDING.place(7)


def test_places_of_lines_are_those_of_each() -> None:
    assert line_places(LEAD_NAME, 7, [2, 3]) == [LEAD_NAME.place(7, 2), LEAD_NAME.place(7, 3)]
