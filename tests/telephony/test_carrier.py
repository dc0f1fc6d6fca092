"""The simulated carrier: each number behaves in one way, and all behaviours occur."""

from collections import Counter

import pytest

from callcenter.telephony import carrier
from callcenter.telephony.carrier import Manner, behaviour_of, of_ending


def test_the_shares_are_as_promised() -> None:
    shares = Counter(of_ending(ending).manner for ending in range(100))
    assert shares == {
        Manner.TALKS: 55,
        Manner.EARLY_MEDIA: 5,
        Manner.MACHINE: 5,
        Manner.NO_ANSWER: 15,
        Manner.BUSY: 6,
        Manner.REJECTS: 3,
        Manner.UNREACHABLE: 4,
        Manner.INVALID: 3,
        Manner.CONGESTION: 2,
        Manner.EARLY_HANG_UP: 2,
    }


@pytest.mark.parametrize("ending", range(100))
def test_every_behaviour_ends_by_itself_or_never_answers(ending: int) -> None:
    behaviour = of_ending(ending)
    if behaviour.answers:
        assert behaviour.talk_seconds is not None
        assert 0.5 <= behaviour.talk_seconds <= 12
        assert behaviour.tone_hz == 440 + ending
    elif behaviour.manner is Manner.NO_ANSWER:
        assert behaviour.ring_seconds is None
    else:
        assert None not in (behaviour.cause, behaviour.sip_code, behaviour.hangup_cause)


def test_pace_scales_everything_that_takes_time() -> None:
    usual, slow = of_ending(1), of_ending(1, pace=2)
    assert usual.ring_seconds is not None
    assert usual.talk_seconds is not None
    assert (slow.ring_seconds, slow.talk_seconds) == (usual.ring_seconds * 2, usual.talk_seconds * 2)


def test_the_steady_number_answers_at_once_and_talks_until_we_end_it() -> None:
    behaviour = behaviour_of(carrier.STEADY_NUMBER)
    assert (behaviour.ring_seconds, behaviour.talk_seconds, behaviour.tone_hz) == (0, None, 440)


def test_robots_have_voices_of_their_own() -> None:
    voices = {behaviour_of(f"9{number:03d}").tone_hz for number in range(12)}
    customers = {of_ending(ending).tone_hz for ending in range(100)}
    assert len(voices) == 12
    assert not voices & customers
    assert not carrier.is_robot("13912349001")
