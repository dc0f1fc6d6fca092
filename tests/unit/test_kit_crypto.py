"""Personal data at rest."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.kit.crypto import UndecipherableError, Vault, mask_name, mask_phone

OLD, NEW, INDEX = bytes(32), bytes(range(32)), bytes(range(32, 64))
VAULT = Vault(keys={"old": OLD, "new": NEW}, active="new", index_key=INDEX)


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    assert VAULT.open(VAULT.seal(text)) == text


def test_equal_values_have_different_seals_and_the_same_index() -> None:
    assert VAULT.seal("13800001234") != VAULT.seal("13800001234")
    assert VAULT.index("13800001234") == VAULT.index("13800001234") != VAULT.index("13800001235")
    assert Vault(keys={"new": NEW}, active="new", index_key=OLD).index("13800001234") != VAULT.index("13800001234")


def test_old_rows_stay_readable_when_keys_rotate() -> None:
    before = Vault(keys={"old": OLD}, active="old", index_key=INDEX)
    sealed = before.seal("张三")
    assert VAULT.open(sealed) == "张三"
    assert VAULT.seal("张三").startswith("new.")
    with pytest.raises(UndecipherableError, match="'new'"):
        before.open(VAULT.seal("张三"))


def test_every_altered_byte_is_noticed() -> None:
    sealed = VAULT.seal("张三")
    key_id, _, body = sealed.partition(".")
    raw = base64.b64decode(body)
    for position in range(len(raw)):
        altered = bytearray(raw)
        altered[position] ^= 1
        with pytest.raises(UndecipherableError, match="altered"):
            VAULT.open(f"{key_id}.{base64.b64encode(bytes(altered)).decode()}")


@pytest.mark.parametrize("nonsense", ["", "new", "new.", "new.!!!", "new.AAAA", "swapped"])
def test_malformed_ciphertext_and_a_swapped_key_id_are_refused(nonsense: str) -> None:
    if nonsense == "swapped":
        nonsense = "old." + VAULT.seal("x")[4:]
    with pytest.raises(UndecipherableError):
        VAULT.open(nonsense)


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
def test_a_bound_value_opens_only_in_its_place(value: str, place: str) -> None:
    sealed = VAULT.seal_at(value, "lead.7.name")
    assert VAULT.open_at(sealed, "lead.7.name") == value
    if place != "lead.7.name":
        with pytest.raises(UndecipherableError, match="belongs elsewhere"):
            VAULT.open_at(sealed, place)
    with pytest.raises(UndecipherableError):
        VAULT.open(sealed)
