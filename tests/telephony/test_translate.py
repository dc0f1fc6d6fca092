"""Event tables of a real Asterisk mean what is written under them; anything else means nothing, and never raises."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.rules import Evidence, is_certain, outcome_of
from callcenter.calls.types import Outcome
from callcenter.telephony.asterisk.translate import ContactChanged, Phones, read_state, translate
from callcenter.telephony.events import (
    AgentLegDown,
    DialStatus,
    PhoneRegistered,
    PhoneUnregistered,
)
from tests.telephony.outcomes import evidence_in
from tests.telephony.record_transcripts import MARK, REFUSALS, TRANSCRIPTS, signals_of, typed_signals_of

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
EVENTS = ["DialBegin", "DialState", "DialEnd", "Hangup", "OriginateResponse", "UserEvent", "ContactStatus", "Other"]
HEADERS = ["Timestamp", "ChanVariable", "DestChanVariable", "Cause", "TechCause", "UserEvent", "CallId", "LegId"]
HEADERS += ["DialStatus", "Response", "Uniqueid", "AOR", "ContactStatus", "URI", "DestChannel"]


@pytest.mark.parametrize("transcript", sorted(TRANSCRIPTS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_transcript_means_what_is_written_under_it(transcript: Path) -> None:
    table, _, expected = transcript.read_text().partition(MARK)
    assert signals_of(table) == expected.strip().splitlines()


@pytest.mark.parametrize(
    ("transcript", "outcome"),
    [
        ("busy", Outcome.BUSY),
        ("rejected", Outcome.REJECTED),
        ("unreachable", Outcome.UNREACHABLE),
        ("no_such_number", Outcome.INVALID_NUMBER),
        ("no_answer", Outcome.NO_ANSWER),
        ("recorder_refused", Outcome.NOT_PLACED),
        ("congestion", Outcome.LINE_FAULT),
        ("line_not_authorised", Outcome.LINE_FAULT),
        ("line_without_credit", Outcome.LINE_FAULT),
        ("line_forbidden", Outcome.LINE_FAULT),
        ("line_proxy_not_authorised", Outcome.LINE_FAULT),
        ("no_circuit", Outcome.LINE_FAULT),
        ("trunk_down", Outcome.LINE_FAULT),
        ("announcement_then_absent", Outcome.UNREACHABLE),
    ],
)
def test_a_transcript_ends_in_its_outcome(transcript: str, outcome: Outcome) -> None:
    table = (TRANSCRIPTS / f"{transcript}.txt").read_text().partition(MARK)[0]
    evidence = evidence_in(typed_signals_of(table))
    assert is_certain(evidence)
    assert outcome_of(evidence) is outcome


def test_a_carrier_that_says_why_behind_a_general_answer_is_believed() -> None:
    """Other switches, and a later Asterisk, pass the cause on that the carrier gave (``no_such_number_behind_503``)."""
    general = Evidence(
        answered=False,
        rang=False,
        dialled=True,
        we_hung_up=False,
        hung_up=True,
        status=DialStatus.CONGESTION,
        cause=1,
        sip_code=503,
    )
    assert outcome_of(general) is Outcome.INVALID_NUMBER


def test_every_outcome_has_a_transcript() -> None:
    assert len(list(TRANSCRIPTS.glob("*.txt"))) == 15 + len(REFUSALS) + 1


@given(
    event=st.sampled_from(EVENTS),
    headers=st.dictionaries(
        st.sampled_from(HEADERS),
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(["RINGING", "ANSWER", "Failure", "CallDone", "1e400", "-1", "Removed", "1001"]),
            st.dictionaries(st.sampled_from(["CALL_ID", "LEG_ID"]), st.text(max_size=8)),
        ),
    ),
)
def test_no_event_raises(event: str, headers: dict[str, object]) -> None:
    for signal in translate(event, headers, NOW, timedelta()):
        assert signal.at.tzinfo is not None
        assert signal.key


def test_instants_of_the_switch_are_shifted_as_the_clock_is() -> None:
    headers = {"Timestamp": "1795306370.339180", "ChanVariable": {"LEG_ID": "leg-1"}, "Cause": "16"}
    (signal,) = translate("Hangup", headers, NOW, timedelta(hours=8))
    assert signal == AgentLegDown(at=datetime(2026, 11, 22, 8, 12, 50, 339180, tzinfo=UTC), leg_id="leg-1", cause=16)
    (signal,) = translate("Hangup", headers | {"Timestamp": "soon"}, NOW, timedelta(hours=8))
    assert signal.at == NOW


def test_a_reloaded_page_is_one_phone() -> None:
    phones = Phones()
    kinds = []
    for uri, reachable in (("a", True), ("a", True), ("b", True), ("a", False), ("a", False), ("b", False)):
        phones, signals = phones.take(ContactChanged(at=NOW, extension="1001", uri=uri, reachable=reachable))
        kinds.append([type(signal) for signal in signals])
    assert kinds == [[PhoneRegistered], [], [], [], [], [PhoneUnregistered]]


def test_a_leg_that_still_rings_is_not_up() -> None:
    channels: list[dict[str, object]] = [
        {"ChannelState": "5", "ChanVariable": {"CALL_ID": "", "LEG_ID": "ringing"}},
        {"ChannelState": "6", "ChanVariable": {"CALL_ID": "", "LEG_ID": "up"}},
        {"ChannelState": "6"},
    ]
    assert read_state(channels, frozenset()).legs == {"up"}
