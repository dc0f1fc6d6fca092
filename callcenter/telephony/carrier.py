"""The simulated carrier: how the person behind each number behaves. Rehearsals and tests only; no real person is in it.

One table, used by the carrier's dialplan and by the simulated switch. A number's last two digits choose the behaviour.

    00–54  talks, then hangs up              80–85  busy (486)
    55–59  early media, then talks           86–88  rejects (603)
    60–64  an answering machine              89–92  unreachable (480)
    65–79  rings, never answers              93–95  no such number (404)
                                             96–97  congestion (503)
                                             98–99  answers and hangs up at once

Two kinds of numbers stand outside the table: ``STEADY_NUMBER`` answers at once and talks until the other side hangs
up; four digits beginning with 9 are robot agents' telephones, which answer and talk for ever.
Every voice is a tone of its own, so that it can be found again in a recording.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

STEADY_NUMBER = "13900000000"
ROBOT_PATTERN = re.compile(r"9\d{3}")
ROBOT_DIALPLAN_PATTERN = "_9XXX"
CUSTOMER_TONE_HZ = 440
ROBOT_TONE_HZ = 700


class Manner(StrEnum):
    """What the person (or the network) behind a number does."""

    TALKS = "talks"
    EARLY_MEDIA = "early_media"
    """An announcement before the answer, then as TALKS."""
    MACHINE = "machine"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTS = "rejects"
    UNREACHABLE = "unreachable"
    INVALID = "invalid"
    CONGESTION = "congestion"
    EARLY_HANG_UP = "early_hang_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What happens when a number is dialled. Durations are seconds."""

    manner: Manner
    tone_hz: int
    """The frequency of this person's voice."""
    ring_seconds: float | None = 0.0
    """How long it rings before anything else; None: for ever."""
    early_media_seconds: float = 0.0
    talk_seconds: float | None = None
    """How long the person talks before hanging up; None: until the other side does, or the call stays unanswered."""
    answers: bool = True
    cause: int | None = None
    """Q.850 cause by which the caller learns of a refusal."""
    sip_code: int | None = None
    hangup_cause: int | None = None
    """The cause the carrier's Asterisk must hang up with so that it sends ``sip_code``."""


_TABLE: tuple[tuple[int, Behaviour], ...] = (
    (54, Behaviour(manner=Manner.TALKS, tone_hz=CUSTOMER_TONE_HZ)),
    (59, Behaviour(manner=Manner.EARLY_MEDIA, tone_hz=CUSTOMER_TONE_HZ, early_media_seconds=1.0)),
    (64, Behaviour(manner=Manner.MACHINE, tone_hz=CUSTOMER_TONE_HZ, ring_seconds=1.0)),
    (79, Behaviour(manner=Manner.NO_ANSWER, tone_hz=CUSTOMER_TONE_HZ, answers=False, ring_seconds=None)),
    (85, Behaviour(manner=Manner.BUSY, tone_hz=0, answers=False, cause=17, sip_code=486, hangup_cause=17)),
    # 16 has no SIP answer of its own, so Asterisk sends its general one: 603
    (88, Behaviour(manner=Manner.REJECTS, tone_hz=0, answers=False, cause=21, sip_code=603, hangup_cause=16)),
    (92, Behaviour(manner=Manner.UNREACHABLE, tone_hz=0, answers=False, cause=19, sip_code=480, hangup_cause=20)),
    (95, Behaviour(manner=Manner.INVALID, tone_hz=0, answers=False, cause=1, sip_code=404, hangup_cause=1)),
    (97, Behaviour(manner=Manner.CONGESTION, tone_hz=0, answers=False, cause=34, sip_code=503, hangup_cause=34)),
    (99, Behaviour(manner=Manner.EARLY_HANG_UP, tone_hz=CUSTOMER_TONE_HZ, talk_seconds=0.5)),
)

_STEADY = Behaviour(manner=Manner.TALKS, tone_hz=CUSTOMER_TONE_HZ)


def is_robot(number: str) -> bool:
    """Returns whether the number is a robot agent's telephone."""
    return ROBOT_PATTERN.fullmatch(number) is not None


def of_ending(ending: int, *, pace: float = 1.0) -> Behaviour:
    """Returns the behaviour that a number's last two digits choose; ``pace`` stretches ringing and talking."""
    if not 0 <= ending <= 99:
        raise ValueError(f"an ending is two digits, not {ending}")
    pattern = next(behaviour for last, behaviour in _TABLE if ending <= last)
    rings = 0.3 + ending % 4 * 0.5 if pattern.manner is Manner.TALKS else pattern.ring_seconds
    talks = 3.0 + ending * 7 % 10 if pattern.answers and pattern.talk_seconds is None else pattern.talk_seconds
    return replace(
        pattern,
        tone_hz=pattern.tone_hz and pattern.tone_hz + ending,
        ring_seconds=None if rings is None else round(rings * pace, 3),
        early_media_seconds=round(pattern.early_media_seconds * pace, 3),
        talk_seconds=None if talks is None else round(talks * pace, 3),
    )


def behaviour_of(number: str, *, pace: float = 1.0) -> Behaviour:
    """Returns how the person behind a number behaves. ``number`` is digits only, at least two."""
    if number == STEADY_NUMBER:
        return _STEADY
    if is_robot(number):
        return Behaviour(manner=Manner.TALKS, tone_hz=ROBOT_TONE_HZ + 2 * int(number[-2:]))
    return of_ending(int(number[-2:]), pace=pace)
