"""A signal that meets passing trouble of the database waits; one that breaks our code is kept aside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from structlog.testing import capture_logs

from callcenter.dialer import certainty
from callcenter.dialer.certainty import CertainTaker
from callcenter.telephony import events as tel
from tests.unit.test_passing import OURS, PASSING, of_database

SIGNAL = tel.CustomerAnswered(at=datetime(2026, 11, 23, 2, tzinfo=UTC), call_id=UUID(int=1))
NEXT = tel.CustomerRinging(at=SIGNAL.at, call_id=UUID(int=2))
TROUBLE: list[Exception] = [
    *(of_database(error) for error in PASSING),
    PoolExhausted("QueuePool limit reached"),
    OperationalError("SELECT 1", {}, Exception()),
    InterfaceError("SELECT 1", {}, Exception()),
    ConnectionRefusedError(),
    ConnectionResetError(),
    TimeoutError(),
]
"""Each kind of trouble in ``kit.passing``."""


def named(error: Exception) -> str:
    return type(getattr(error, "orig", None) or error).__name__


class Stand:
    """Replaces the transactions and the table; raises the given errors, one a time, before it succeeds."""

    def __init__(self, *, taking: list[Exception], keeping: list[Exception]) -> None:
        self.taking = taking
        self.keeping = keeping
        self.taken: list[tel.Signal] = []
        self.kept: list[tuple[tel.Signal, Exception]] = []
        self.certain = CertainTaker(works=self, node="n1", kept=self)  # type: ignore[arg-type]

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        yield

    async def keep(self, _work: None, _node: str, signal: tel.Signal, error: Exception) -> None:
        if self.keeping:
            raise self.keeping.pop(0)
        self.kept.append((signal, error))

    async def take(self, signal: tel.Signal) -> None:
        if self.taking:
            raise self.taking.pop(0)
        self.taken.append(signal)

    async def all(self, *signals: tel.Signal) -> None:
        for signal in signals:
            await self.certain.take(signal, self.take)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certainty, "_TRY_AGAIN_AFTER", 0)


@pytest.mark.parametrize("error", TROUBLE, ids=named)
async def test_a_signal_waits_for_passing_trouble_and_those_behind_it_stay_in_order(error: Exception) -> None:
    stand = Stand(taking=[error, error], keeping=[])
    await stand.all(SIGNAL, NEXT)
    assert (stand.taken, stand.kept) == ([SIGNAL, NEXT], [])


@pytest.mark.parametrize("error", [*map(of_database, OURS), ValueError("ours"), KeyError("x")], ids=named)
async def test_a_signal_that_breaks_our_code_is_kept_and_the_next_goes_on(error: Exception) -> None:
    stand = Stand(taking=[error], keeping=[])
    await stand.all(SIGNAL, NEXT)
    assert (stand.taken, stand.kept) == ([NEXT], [(SIGNAL, error)])


@pytest.mark.parametrize("trouble", TROUBLE, ids=named)
async def test_to_keep_a_signal_waits_for_passing_trouble_too(trouble: Exception) -> None:
    broken = ValueError("ours")
    stand = Stand(taking=[trouble, broken], keeping=[trouble, trouble])
    await stand.all(SIGNAL, NEXT)
    assert (stand.taken, stand.kept) == ([NEXT], [(SIGNAL, broken)])


async def test_a_signal_that_cannot_even_be_kept_is_written_into_the_log_and_stops_no_other() -> None:
    stand = Stand(taking=[ValueError("ours")], keeping=[ValueError("ours too")])
    with capture_logs() as logs:
        await stand.all(SIGNAL, NEXT)
    assert stand.taken == [NEXT]
    [line] = [line for line in logs if line["log_level"] == "critical"]
    assert line["known"] == {
        "kind": "CustomerAnswered",
        "at": "2026-11-23T02:00:00+00:00",
        "call_id": str(SIGNAL.call_id),
    }


async def test_the_log_holds_nothing_of_an_event_that_may_name_a_customer() -> None:
    headers: dict[str, Any] = {"ConnectedLineName": "a customer"}
    event = tel.UnreadEvent(at=SIGNAL.at, event="Hangup", headers=headers)
    stand = Stand(taking=[ValueError("ours")], keeping=[ValueError("ours too")])
    with capture_logs() as logs:
        await stand.all(event)
    assert [line for line in logs if line["log_level"] == "critical"]
    assert "a customer" not in str(logs)
