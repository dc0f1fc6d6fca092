"""Every kind of signal is written as JSON and read back as it was: what is kept aside must be taken again whole."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_type_hints
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.telephony import events as tel
from callcenter.telephony.asterisk import translate  # has a kind of its own
from callcenter.telephony.signal_json import UnknownSignal, from_json, kinds, to_json

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
"""Separators, NUL and halves of a pair of surrogates included: a switch may send any of them."""
SHANGHAI = timezone(timedelta(hours=8))
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    datetime: st.datetimes(timezones=st.sampled_from([UTC, SHANGHAI])),
    UUID: st.uuids(),
    str: ANY_TEXT,
    bool: st.booleans(),
    int | None: st.none() | st.integers(),
    tel.DialStatus: st.sampled_from(tel.DialStatus),
}
HEADERS = st.dictionaries(ANY_TEXT, ANY_TEXT | st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2), max_size=4)
KINDS = sorted(kinds(), key=lambda kind: kind.__name__)


@st.composite
def signals(draw: st.DrawFn, kind: type[tel.Signal]) -> tel.Signal:
    hints = get_type_hints(kind)
    values = {field.name: draw(VALUES.get(hints[field.name], HEADERS)) for field in fields(kind)}
    return kind(**values)


def test_every_kind_is_found() -> None:
    named = {thing for thing in vars(tel).values() if isinstance(thing, type) and issubclass(thing, tel.Signal)}
    assert set(KINDS) == (named - {tel.Signal}) | {translate.ContactChanged}
    assert len(KINDS) == len({kind.__name__ for kind in KINDS}), "the name says which kind it is"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_signal_is_read_back_as_it_was(kind: type[tel.Signal], data: st.DataObject) -> None:
    signal = data.draw(signals(kind))
    read = from_json(json.loads(json.dumps(to_json(signal))))
    assert read == signal
    assert type(read) is kind
    assert [type(getattr(read, field.name)) for field in fields(kind)] == [
        type(getattr(signal, field.name)) for field in fields(kind)
    ]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"kind": "Signal", "at": "2026-11-23T05:40:00+00:00"},
        {"kind": "CustomerYawned", "at": "2026-11-23T05:40:00+00:00"},
        {"kind": "CustomerAnswered", "at": "2026-11-23T05:40:00+00:00"},
        {"kind": "CustomerAnswered", "at": "at noon", "call_id": str(uuid4())},
        {"kind": "DialFinished", "at": "2026-11-23T05:40:00+00:00", "call_id": str(uuid4()), "status": "sung"},
    ],
)
def test_what_another_version_wrote_is_refused_and_not_guessed(document: dict[str, Any]) -> None:
    with pytest.raises(UnknownSignal):
        from_json(document)
