"""What an installation asks a carrier: whether it answers, and takes the account."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.embedded.process import free_ports
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes import trunk as probe
from callcenter.setup.probes.trunk import require_trunk
from callcenter.setup.types import TrunkAt
from tests.setup.test_machine import refused
from tests.telephony.registering import PASSWORD, USER, Carrier, registering_carrier

LOCAL = "127.0.0.1"


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carrier]:
    with registering_carrier(tmp_path_factory.mktemp("carrier") / "c") as running:
        yield running


@pytest.mark.e2e
def test_the_right_account_is_taken_and_nothing_is_registered(carrier: Carrier) -> None:
    require_trunk(TrunkAt(LOCAL, carrier.port, USER), PASSWORD, LOCAL)
    require_trunk(TrunkAt(LOCAL, carrier.port), "", LOCAL)
    assert "No objects found" in carrier.asked("pjsip show contacts")


@pytest.mark.e2e
@pytest.mark.parametrize(("user", "password"), [(USER, "wrong"), ("stranger", PASSWORD)])
def test_a_wrong_account_is_refused(carrier: Carrier, user: str, password: str) -> None:
    with pytest.raises(AnswerRefused, match=r"the carrier refuses account") as refusal:
        require_trunk(TrunkAt(LOCAL, carrier.port, user), password, LOCAL)
    assert password not in str(refusal.value)


def test_a_carrier_that_does_not_answer_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_TRIES", (0.05, 0.05))
    with refused("trunk_silent"):
        require_trunk(TrunkAt(LOCAL, free_ports(1)[0], USER), PASSWORD, LOCAL)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind((LOCAL, 0))
        with refused("trunk_silent"):
            require_trunk(TrunkAt(LOCAL, mute.getsockname()[1]), "", LOCAL)
    with refused("trunk_name"):
        require_trunk(TrunkAt("no-such-host.invalid", 5060, USER), PASSWORD, LOCAL)
