"""What the network's evidence means, whatever order it came in; and the table of a call's states."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest

from callcenter.calls.dispositions import dispositions_for, missing_details
from callcenter.calls.outcomes import OUTCOMES, LineSign, outcomes_with
from callcenter.calls.rules import Evidence, is_certain, number_calls, outcome_of, owed_until
from callcenter.calls.transitions import CALL, Fact
from callcenter.calls.types import CallKind, CallState, Disposition, DispositionDetails, NumberCall, Outcome
from callcenter.kit.clock import at_business_time
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
    over: bool = True,
) -> Evidence:
    return Evidence(
        answered=answered,
        rang=rang,
        dialled=dialled,
        we_hung_up=ours,
        hung_up=over,
        status=status,
        cause=cause,
        sip_code=sip,
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
        # what the carrier says of our line
        (seen(cause=21, sip=401), Outcome.LINE_FAULT),
        (seen(cause=127, sip=402), Outcome.LINE_FAULT),
        (seen(cause=21, sip=403), Outcome.LINE_FAULT),
        (seen(cause=21, sip=407), Outcome.LINE_FAULT),
        (seen(status=S.CONGESTION, cause=34, sip=503), Outcome.LINE_FAULT),
        (seen(cause=3), Outcome.LINE_FAULT),
        (seen(dialled=False, over=False, status=S.UNAVAILABLE), Outcome.LINE_FAULT),
        # the carrier's own cause says more than a general answer
        (seen(status=S.CONGESTION, cause=1, sip=503), Outcome.INVALID_NUMBER),
        (seen(cause=17, sip=503), Outcome.BUSY),
        (seen(cause=20, sip=503), Outcome.UNREACHABLE),
        (seen(cause=20, sip=480), Outcome.UNREACHABLE),
        (seen(rang=True, cause=20, sip=480), Outcome.UNREACHABLE),
        (seen(cause=3, sip=480), Outcome.LINE_FAULT),
        (seen(cause=16, sip=503), Outcome.LINE_FAULT),
        (seen(cause=38, sip=500), Outcome.CONGESTION),
        (seen(cause=18, sip=408), Outcome.UNREACHABLE),
        (seen(dialled=False, status=S.UNAVAILABLE, cause=21), Outcome.NOT_PLACED),
        (seen(dialled=False, cause=47, status=S.UNAVAILABLE), Outcome.NOT_PLACED),
        (seen(dialled=False), Outcome.UNKNOWN),
        (seen(), Outcome.UNKNOWN),
    ],
)
def test_the_outcome_follows_from_the_evidence(evidence: Evidence, outcome: Outcome) -> None:
    assert outcome_of(evidence) is outcome


@pytest.mark.parametrize(
    ("evidence", "certain"),
    [
        (seen(answered=True, over=False), True),
        (seen(status=S.ANSWERED, over=False), True),
        (seen(ours=True), True),
        (seen(cause=1, sip=404), True),
        (seen(rang=True, cause=None), False),  # our ring time ran out, or the agent's leg is gone: not said yet
        (seen(rang=True, status=S.NO_ANSWER, over=False), False),  # it sums up a 404 and a 603 so, too
        (seen(status=S.UNAVAILABLE, over=False), False),
        (seen(rang=True, status=S.NO_ANSWER), True),
        (seen(dialled=False, cause=47), False),
        (seen(dialled=False, over=False, status=S.UNAVAILABLE), True),
    ],
)
def test_an_outcome_is_certain_once_no_usual_signal_can_change_it(evidence: Evidence, certain: bool) -> None:
    assert is_certain(evidence) is certain


@pytest.mark.parametrize("sip", [401, 404, 480, 486, 503, 603])
@pytest.mark.parametrize("cause", [None, 1, 16, 17, 19, 20, 21, 34, 127])
@pytest.mark.parametrize("rang", [True, False])
def test_a_certain_outcome_does_not_change_with_the_switchs_sum(rang: bool, cause: int | None, sip: int) -> None:
    """The lead was settled by it: what comes later must agree."""
    evidence = seen(rang=rang, cause=cause, sip=sip)
    assert is_certain(evidence)
    for status in (S.NO_ANSWER, S.UNAVAILABLE, S.CONGESTION, S.BUSY, S.UNKNOWN):
        assert outcome_of(replace(evidence, status=status)) is outcome_of(evidence), status


def test_what_says_something_of_the_line_says_nothing_of_the_customer() -> None:
    for rule in OUTCOMES.values():
        if rule.line is LineSign.REFUSED:
            assert not rule.is_attempt
            assert not rule.counts_for_caps
    assert outcomes_with(lambda rule: rule.line is LineSign.REFUSED) == (Outcome.LINE_FAULT,)


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


NOW = at_business_time(date(2026, 11, 23), 10, 30)
EARLIER = NumberCall(CallKind.LEAD, NOW - timedelta(hours=1), is_open=False, spoken_at=None)


def test_the_calls_to_a_number_say_whether_one_goes_on_and_what_is_owed() -> None:
    planned = NumberCall(CallKind.COMPLAINT, None, is_open=True, spoken_at=None)
    asked_for = replace(EARLIER, kind=CallKind.CALLBACK, dialled_at=NOW)
    calls = number_calls([EARLIER, asked_for, planned], NOW)
    assert (calls.unasked_at, calls.last_at) == ((EARLIER.dialled_at,), NOW)
    assert (calls.is_open, calls.owed_until) == (True, None)
    assert not number_calls([EARLIER], NOW).is_open


def test_a_disposition_is_waited_for_until_the_end_of_the_day_of_the_conversation() -> None:
    midnight = at_business_time(date(2026, 11, 24), 0)
    assert owed_until(NOW) == owed_until(midnight - timedelta(seconds=1)) == midnight
    spoken = replace(EARLIER, spoken_at=NOW - timedelta(minutes=50))
    assert number_calls([spoken, EARLIER], NOW).owed_until == midnight
    assert number_calls([spoken], midnight).owed_until is None, "the time is over"
