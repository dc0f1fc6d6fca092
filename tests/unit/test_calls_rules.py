"""What the network's evidence means, whatever order it came in; and the table of a call's states."""

import itertools

import pytest

from callcenter.calls.dispositions import dispositions_for, missing_details
from callcenter.calls.rules import Evidence, outcome_of
from callcenter.calls.transitions import CALL, Fact
from callcenter.calls.types import CallKind, CallState, Disposition, DispositionDetails, Outcome
from callcenter.telephony.events import DialStatus

S = DialStatus


def seen(
    *,
    answered: bool = False,
    rang: bool = False,
    dialled: bool = True,
    ours: bool = False,
    status: DialStatus | None = None,
    cause: int | None = None,
    sip: int | None = None,
) -> Evidence:
    return Evidence(
        answered=answered, rang=rang, dialled=dialled, we_hung_up=ours, status=status, cause=cause, sip_code=sip
    )


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (seen(answered=True, cause=16), Outcome.ANSWERED),
        (seen(status=S.ANSWERED), Outcome.ANSWERED),
        (seen(answered=True, ours=True, cause=16), Outcome.ANSWERED),
        (seen(rang=True, ours=True, cause=16), Outcome.CANCELLED),
        (seen(cause=17, sip=486), Outcome.BUSY),
        (seen(status=S.BUSY, cause=17), Outcome.BUSY),
        (seen(cause=17, sip=600), Outcome.BUSY),
        (seen(cause=19, sip=480), Outcome.UNREACHABLE),
        (seen(rang=True, cause=19, sip=480), Outcome.NO_ANSWER),
        (seen(rang=True, status=S.NO_ANSWER, cause=0), Outcome.NO_ANSWER),
        (seen(status=S.UNAVAILABLE, cause=1, sip=404), Outcome.INVALID_NUMBER),
        (seen(cause=22, sip=410), Outcome.INVALID_NUMBER),
        (seen(cause=28, sip=484), Outcome.INVALID_NUMBER),
        (seen(status=S.UNAVAILABLE, cause=21, sip=603), Outcome.REJECTED),
        (seen(cause=21, sip=403), Outcome.REJECTED),
        (seen(status=S.CONGESTION, cause=34, sip=503), Outcome.CONGESTION),
        (seen(cause=38, sip=500), Outcome.CONGESTION),
        (seen(cause=18, sip=408), Outcome.UNREACHABLE),
        (seen(dialled=False, status=S.UNAVAILABLE, cause=21), Outcome.NOT_PLACED),
        (seen(dialled=False), Outcome.UNKNOWN),
        (seen(), Outcome.UNKNOWN),
    ],
)
def test_the_outcome_follows_from_the_evidence(evidence: Evidence, outcome: Outcome) -> None:
    assert outcome_of(evidence) is outcome


def test_a_call_that_has_ended_stays_ended() -> None:
    assert CALL.permitted(CallState.ENDED) == ()


def test_any_order_of_signals_ends_the_call() -> None:
    """Ring, answer and end may be reported in any order (law 7): the end is reached and never left."""
    for order in itertools.permutations([Fact.RANG, Fact.ANSWERED, Fact.OVER, Fact.OVER]):
        state = CallState.DIALLING
        for fact in order:
            state = CALL.advance(state, fact) or state
        assert state is CallState.ENDED


def test_no_call_is_dialled_without_a_command() -> None:
    assert {state for (state, fact) in CALL.table if fact is Fact.COMMANDED} == {CallState.PLANNED}
    assert CALL.advance(CallState.PLANNED, Fact.ANSWERED) is None


def test_a_complaint_callback_never_turns_into_marketing() -> None:
    allowed = dispositions_for(CallKind.COMPLAINT, Outcome.ANSWERED)
    assert Disposition.SUCCESS not in allowed
    assert Disposition.RESOLVED in allowed


def test_an_unanswered_call_cannot_be_a_success() -> None:
    for outcome in set(Outcome) - {Outcome.ANSWERED}:
        assert dispositions_for(CallKind.LEAD, outcome) == (Disposition.NOT_REACHED,)
    assert dispositions_for(CallKind.LEAD, None) == ()


def test_dispositions_ask_for_what_they_need() -> None:
    assert missing_details(Disposition.CALLBACK, DispositionDetails()) == ("callback_at",)
    assert missing_details(Disposition.COMPLAINT, DispositionDetails(note="rude")) == ("complaint_category",)
    assert missing_details(Disposition.REFUSED, DispositionDetails()) == ()
