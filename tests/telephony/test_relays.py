"""Phones get a relay with a credential that a real coturn takes, until it expires."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from callcenter.kit.config import SettingsError
from callcenter.telephony.asterisk.provision import templates_directory
from callcenter.telephony.relays import RelaySettings, ice_servers
from tests.support.turn import allocation_refused, answers, coturn
from tests.support.waiting import eventually

SECRET = "shared-with-the-relay"


def settings(**changes: object) -> RelaySettings:
    values = {"urls": "stun:r.bank.test:3478,turn:r.bank.test:3478?transport=udp,turns:r.bank.test:5349"}
    return RelaySettings(**{**values, "secret": SecretStr(SECRET), **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    template = (templates_directory().parent / "coturn/turnserver.conf").read_text()
    folder: Path = tmp_path_factory.mktemp("coturn")
    with coturn(folder, SECRET, template) as port:
        yield port


def test_servers_that_ask_for_no_name_get_none() -> None:
    stun, turn = ice_servers(settings(), "1001", datetime(2026, 11, 29, tzinfo=UTC))
    assert (stun.urls, stun.username) == (("stun:r.bank.test:3478",), "")
    assert len(turn.urls) == 2
    assert turn.username == "1795914000:1001"
    assert turn.credential not in repr(turn)
    assert ice_servers(settings(urls=""), "1001", datetime(2026, 11, 29, tzinfo=UTC)) == ()


@pytest.mark.parametrize("urls", ["https://relay", "turn:", "turn:a,", "turn:a b", "turn:a?transport=sctp"])
def test_what_is_no_address_of_a_relay_is_refused(urls: str) -> None:
    with pytest.raises(SettingsError):
        settings(urls=urls)


@pytest.mark.e2e
async def test_the_relay_takes_a_credential_until_it_expires(relay: int) -> None:
    now = datetime.now(UTC)
    _, fresh = ice_servers(settings(), "1001", now)
    await eventually(lambda: answers(relay))
    assert allocation_refused(relay, fresh) is None
    _, expired = ice_servers(settings(), "1001", now - timedelta(hours=1, seconds=5))
    assert allocation_refused(relay, expired) == 401
    _, foreign = ice_servers(settings(secret=SecretStr("another secret")), "1001", now)
    assert allocation_refused(relay, foreign) == 401
