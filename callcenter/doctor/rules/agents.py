"""Judges the agents: who may telephone, who is there, why a ready one is offered nothing. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from callcenter.agents.types import DeskDuty
from callcenter.doctor.rules.faults import fault, moment
from callcenter.doctor.types import Fault, SeatFacts, StaffFacts
from callcenter.eligibility.types import RuleId
from callcenter.people.rules import Requirement

_LACKING = {
    Requirement.LICENCE: "agents_lack_licence",
    Requirement.TRAINING: "agents_lack_training",
    Requirement.EXAM: "agents_lack_exam",
    Requirement.AGREEMENT: "agents_lack_agreement",
    Requirement.LEAVING: "agents_leaving",
}
_CAPS = (RuleId.MIN_GAP, RuleId.PER_DAY, RuleId.PER_WEEK, RuleId.ATTEMPTS)
_REFUSED = {
    **dict.fromkeys(_CAPS, "refused_caps"),
    RuleId.DO_NOT_CALL: "refused_do_not_call",
    RuleId.LEGAL_BASIS: "refused_basis",
    RuleId.RECORDER: "refused_recorder",
    RuleId.QUOTA: "refused_quota",
    RuleId.NO_CALL: "refused_going_on",
    RuleId.DISPOSED: "refused_going_on",
}
_SAID_ELSEWHERE = frozenset(
    {RuleId.WINDOW, RuleId.CAMPAIGN, RuleId.CALLER_ID, RuleId.LINE, RuleId.LICENCE, RuleId.NONE}
)
"""Rules whose refusal is a fault of the campaign, the trunk or the staff, and is named there."""


def judge_agents(staff: StaffFacts, *, expected: bool) -> Iterator[Fault]:
    """Yields what keeps the agents from being offered customers; ``expected``: leads wait and may be called now."""
    for requirement, count in sorted(staff.lacking.items()):
        if (code := _LACKING.get(requirement)) and count:
            yield fault(code, count=count)
    if not staff.agents:
        yield fault("no_agents")
    elif not staff.fit:
        yield fault("none_fit", count=staff.agents)
    elif not staff.rostered and expected:
        yield fault("none_rostered", count=staff.fit)
    elif not staff.seats and expected:
        yield fault("none_logged_on", count=staff.rostered)
    yield from _phones(staff.seats)
    yield from _waiting(staff, expected=expected)


def _phones(seats: Sequence[SeatFacts]) -> Iterator[Fault]:
    people = [seat for seat in seats if not seat.robot]
    if unregistered := sum(not seat.phone_registered for seat in people):
        yield fault("phones_not_registered", count=unregistered)
    if silent := sum(seat.phone_registered and not seat.leg_up and not seat.paused for seat in people):
        yield fault("legs_down", count=silent)


def _waiting(staff: StaffFacts, *, expected: bool) -> Iterator[Fault]:
    seats = [seat for seat in staff.seats if seat.duty is DeskDuty.MARKETING]
    if seats and expected and all(seat.paused for seat in seats):
        yield fault("all_paused", count=len(seats))
    ready = [seat for seat in seats if seat.ready and not seat.busy]
    if without := sum(not seat.open for seat in ready):
        yield fault("ready_without_leads", count=without)
    resting = [seat.next_due_at for seat in ready if seat.next_due_at is not None and seat.next_due_at > staff.now]
    if resting:
        yield fault("ready_resting", count=len(resting), at=moment(min(resting)))
    refused = Counter(seat.refused_by for seat in ready if seat.refused_by is not None)
    by_code: Counter[str] = Counter()
    for rule, count in refused.items():
        if code := _REFUSED.get(rule):
            by_code[code] += count
        elif rule not in _SAID_ELSEWHERE:
            yield fault("refused_otherwise", count=count, rule=rule.value)
    for code, count in by_code.items():
        yield fault(code, count=count)
