"""Judges what the certificate has read. Pure: rows in, the reason of a breach out, None where there is none.

The calling window is computed anew from calendar and campaign as they were then; the verdict stored with the call is
not believed.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from callcenter.audit.certificate.history import History, named
from callcenter.audit.certificate.remarks import FindingCode, Remark
from callcenter.audit.certificate.types import Limits, Standing
from callcenter.calendar.rules import WorkingCalendar
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.campaigns.rules import service_window_at, window_at
from callcenter.campaigns.types import CampaignState, WindowVerdict
from callcenter.complaints.types import CaseState
from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.recordings.rules import complete
from callcenter.recordings.types import IncidentKind, LengthVerdict, RecordingState


@dataclass(frozen=True, slots=True, kw_only=True)
class DialledCall:
    id: UUID
    kind: CallKind
    campaign_id: int
    planned_at: datetime
    dialled_at: datetime
    verdict: Mapping[str, Any]


def permission_problem(call: DialledCall, history: History, limits: Limits) -> Remark | None:
    """Returns why this call was not permitted before it was dialled (law 1, requirement C2); None when it was."""
    if call.planned_at > call.dialled_at:
        return Remark(FindingCode.DIALLED_UNWRITTEN)
    if call.verdict.get("allowed") is not True:
        return Remark(FindingCode.NOT_PERMITTED)
    if not call.verdict.get("rule_set"):
        return Remark(FindingCode.RULE_SET_UNNAMED)
    given_at = _instant(call.verdict.get("at"))
    if given_at is None:
        return Remark(FindingCode.PERMISSION_UNDATED)
    if given_at > call.dialled_at:
        return Remark(FindingCode.PERMISSION_LATE)
    if call.dialled_at - given_at > limits.permission_age:
        return Remark(FindingCode.PERMISSION_OLD, {"seconds": _seconds(call.dialled_at - given_at)})
    return _version_problem(call, given_at, history, limits)


def _version_problem(call: DialledCall, given_at: datetime, history: History, limits: Limits) -> Remark | None:
    """Returns which version the permission names that was not in force when it was given (laws 1 and 11)."""
    rule_set = history.rule_set(call.verdict["rule_set"])
    if rule_set is None or rule_set.first_used_at > given_at:
        return Remark(FindingCode.RULE_SET_NOT_IN_USE, {"rule_set": str(call.verdict["rule_set"])})
    if not rule_set.names_versions:
        return None
    for what, path, in_force in _versions(call, history):
        if named(call.verdict, *path) not in {in_force(given_at), in_force(given_at - limits.change_slack)}:
            return Remark(FindingCode.VERSION_NOT_IN_FORCE, {"version": what})
    return None


def _versions(
    call: DialledCall, history: History
) -> Iterator[tuple[str, tuple[str, ...], Callable[[datetime], int | None]]]:
    """Yields each fact a permission names the version of: its name, its place in the verdict, and what was in force."""

    def rules(at: datetime) -> int | None:
        known = history.rules(call.campaign_id, at)
        return None if known is None else known.version

    yield "campaign", ("campaign_version",), rules
    yield "calendar", ("calendar", "change"), history.day_change
    if call.kind is CallKind.COMPLAINT:
        yield "service_hours", ("service_hours",), lambda at: history.service_hours(at).version


def _instant(stored: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(stored) if isinstance(stored, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


class Windows:
    """Judges calling windows as they were when each call was dialled: campaign, calendar and service hours of then.

    Asked in the order of time it computes each window once, however many calls were dialled in it.
    """

    def __init__(self, history: History, limits: Limits) -> None:
        self._history = history
        self._limits = limits
        self._open: dict[Hashable, tuple[datetime, datetime]] = {}

    def problem(self, call: DialledCall) -> Remark | None:
        """Returns why this call was outside its window. A complaint callback keeps the service hours alone (X3)."""
        problem = self._problem(call, call.dialled_at)
        if problem is not None and self._problem(call, call.dialled_at - self._limits.change_slack) is None:
            return None  # a change that was just being written: the call could not see it yet
        return problem

    def _problem(self, call: DialledCall, known_at: datetime) -> Remark | None:
        """Judges a call by what was in force at ``known_at``."""
        calendar_key = self._history.calendar_key(known_at)
        if call.kind is CallKind.COMPLAINT:
            hours = self._history.service_hours(known_at)
            return self._outside(
                call,
                known_at,
                (hours, calendar_key),
                lambda calendar: service_window_at(calendar, hours, call.dialled_at),
            )
        rules = self._history.rules(call.campaign_id, known_at)
        if rules is None:
            return Remark(FindingCode.CAMPAIGN_UNKNOWN)
        if rules.state is not CampaignState.RUNNING:
            return Remark(FindingCode.CAMPAIGN_NOT_RUNNING, {"campaign_state": rules.state.value})
        return self._outside(
            call,
            known_at,
            (call.campaign_id, rules.version, calendar_key),
            lambda calendar: window_at(calendar, rules, call.dialled_at),
        )

    def _outside(
        self,
        call: DialledCall,
        known_at: datetime,
        key: Hashable,
        judge: Callable[[WorkingCalendar], WindowVerdict],
    ) -> Remark | None:
        opened, closes = self._open.get(key, (call.dialled_at, call.dialled_at))
        if opened <= call.dialled_at < closes:
            return None
        verdict = judge(self._history.calendar(known_at))
        if not verdict.open:
            return Remark(FindingCode.OUTSIDE_WINDOW, {"rule": verdict.rule.value})
        if verdict.until is not None:
            self._open[key] = (call.dialled_at, verdict.until)
        return None


@dataclass(frozen=True, slots=True)
class Settled:
    """An incident that a person has closed for good."""

    incident_id: int
    words_sealed: str | None
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredCall:
    """An answered call that has ended, and what is known of its recording."""

    id: UUID
    dialled_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime
    end_estimated: bool
    state: RecordingState | None
    """None: there is no recording at all."""
    duration: timedelta | None
    sha256: str | None
    stored_at: datetime | None
    retain_until: datetime | None
    wanted_until: datetime | None
    incident: bool
    """An incident about this call is open."""
    settled: Mapping[str, Settled] = field(default_factory=dict)
    """Kinds of incidents that were closed for good."""
    destroyed: bool = False
    """A run that two people decided destroyed the recording after its time."""

    def waits_for(self, grace: timedelta, now: datetime) -> bool:
        """Returns whether the recording may still be on its way, ``grace`` after the call."""
        return self.state in (RecordingState.ARMED, RecordingState.CAPTURED) and now < self.ended_at + grace


def recording_problem(call: AnsweredCall, limits: Limits, now: datetime) -> Remark | None:
    """Returns why this call is not recorded as law 3 demands, an open incident apart; None when it is."""
    if call.state is None:
        return Remark(FindingCode.NOT_RECORDED)
    if call.state is RecordingState.EMPTY and call.end_estimated:
        verdict = _length(call, timedelta(0), limits)
        return None if verdict.complete else Remark(FindingCode.RECORDING_EMPTY, {"against": _tenths(verdict.against)})
    if call.state is RecordingState.DESTROYED and call.destroyed and call.sha256:
        return None
    if call.state is not RecordingState.STORED:
        facts = {"recording_state": call.state.value, "seconds": _seconds(now - call.ended_at)}
        return Remark(FindingCode.NOT_STORED, facts)
    if call.duration is None or not call.sha256 or call.stored_at is None:
        return Remark(FindingCode.NOT_READ_BACK)
    if lock := lock_problem(call.retain_until, call.wanted_until, now):
        return lock
    verdict = _length(call, call.duration, limits)
    if verdict.complete:
        return None
    code = FindingCode.TOO_LONG if verdict.too_long else FindingCode.TOO_SHORT
    return Remark(code, {"recorded": _tenths(verdict.recorded), "against": _tenths(verdict.against)})


def settled_by(call: AnsweredCall, problem: Remark) -> Settled | None:
    """Returns how a person has closed the incident of this problem for good; None without one."""
    return next((call.settled[kind] for kind in _SETTLED_AS.get(problem.code, ()) if kind in call.settled), None)


_SETTLED_AS: Mapping[FindingCode, tuple[IncidentKind, ...]] = {
    FindingCode.NOT_RECORDED: (IncidentKind.MISSING,),
    FindingCode.NOT_STORED: (IncidentKind.MISSING, IncidentKind.NO_AUDIO, IncidentKind.LATE),
    FindingCode.RECORDING_EMPTY: (IncidentKind.NO_AUDIO,),
    FindingCode.TOO_SHORT: (IncidentKind.WRONG_LENGTH,),
    FindingCode.TOO_LONG: (IncidentKind.WRONG_LENGTH,),
}
"""Problem → kinds of incident that the comparison opens for it. A wrong lock or hash is never settled."""


def _length(call: AnsweredCall, recorded: timedelta, limits: Limits) -> LengthVerdict:
    answered_at = call.answered_at or call.ended_at
    return complete(
        recorded,
        max(call.ended_at - answered_at, timedelta(0)),
        call.ended_at - (call.dialled_at or answered_at),
        tolerance=limits.length_tolerance,
        end_estimated=limits.unflushed if call.end_estimated else None,
    )


def lock_problem(retain_until: datetime | None, wanted_until: datetime | None, now: datetime) -> Remark | None:
    """Returns why a lock is not what the policy demands; None when it is, or when its whole term is over."""
    if retain_until is None:
        return Remark(FindingCode.NOT_LOCKED)
    if wanted_until is not None and retain_until < wanted_until:
        return Remark(FindingCode.LOCKED_TOO_SHORT, {"until": shown(retain_until), "wanted": shown(wanted_until)})
    if wanted_until is None and retain_until <= now:
        return Remark(FindingCode.LOCK_OVER, {"until": shown(retain_until)})
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintCase:
    """A case with its obligation (``callback_*``, None where it has none) and the obligation's evidence."""

    id: int
    lead_id: int
    agent_id: int | None
    state: CaseState
    opened_at: datetime
    answer_due_at: datetime
    decided_by: int | None
    callback_id: int | None
    callback_kind: CallbackKind | None
    callback_state: CallbackState | None
    callback_lead_id: int | None
    excluded_agent_id: int | None
    attempts_demanded: int | None
    done_at: datetime | None
    done_call_id: UUID | None
    signed_off_by: int | None
    signed_off_with_reason: bool
    call_kind: CallKind | None
    call_outcome: Outcome | None
    call_disposition: Disposition | None
    call_callback_id: int | None
    call_lead_id: int | None
    recording_state: RecordingState | None
    tried: int
    """Calls made for the obligation in which the customer's network was really tried."""
    last_caller_id: int | None
    called_by_excluded: bool

    @property
    def done(self) -> bool:
        return self.callback_state is CallbackState.DONE


_HELD = frozenset({Disposition.RESOLVED, Disposition.UNRESOLVED})
"""Dispositions of a conversation that was held. A list of its own on purpose, as are those in ``queries``: asking
``calls.dispositions`` would let a wrong row there certify itself.
"""
_OBLIGATION_ENDED = frozenset({CaseState.ANSWERED, CaseState.CLOSED})


def standing_of(case: ComplaintCase, now: datetime) -> Standing:
    """Returns how far a case's callback has come. What is wrong with it apart from the time counts as overdue."""
    if case.done:
        return Standing.DONE
    return Standing.OVERDUE if any(complaint_problems(case, now)) else Standing.WITHIN_TIME


def complaint_problems(case: ComplaintCase, now: datetime) -> Iterator[Remark]:
    """Returns everything that is wrong with a case's callback (law 4, requirement X3)."""
    if case.callback_id is None:
        yield Remark(FindingCode.NO_OBLIGATION)
        return
    if case.callback_kind is not CallbackKind.COMPLAINT or case.callback_lead_id != case.lead_id:
        yield Remark(FindingCode.OBLIGATION_ASTRAY)
    if case.called_by_excluded:
        yield Remark(FindingCode.CALLED_BY_BLAMED)
    if case.done:
        if case.done_call_id is not None:
            yield from _evidence_problems(case)
        else:
            yield from _sign_off_problems(case)
    elif case.callback_state is CallbackState.LAPSED:
        yield Remark(FindingCode.ENDED_WITHOUT_EVIDENCE)
    elif case.state in _OBLIGATION_ENDED:
        yield Remark(FindingCode.CASE_NOT_CALLED_BACK, {"case_state": case.state.value})
    elif case.answer_due_at < now:
        yield Remark(FindingCode.OVERDUE, {"since": shown(case.answer_due_at)})


def _evidence_problems(case: ComplaintCase) -> Iterator[Remark]:
    if case.call_kind is not CallKind.COMPLAINT or case.call_callback_id != case.callback_id:
        yield Remark(FindingCode.EVIDENCE_OF_OTHER)
    if case.call_lead_id != case.lead_id:
        yield Remark(FindingCode.EVIDENCE_TO_OTHER)
    if case.call_outcome is not Outcome.ANSWERED or case.call_disposition not in _HELD:
        yield Remark(FindingCode.EVIDENCE_NO_CONVERSATION)
    if case.recording_state not in (RecordingState.STORED, RecordingState.DESTROYED):
        yield Remark(FindingCode.EVIDENCE_NOT_STORED)


def _sign_off_problems(case: ComplaintCase) -> Iterator[Remark]:
    if case.signed_off_by is None:
        yield Remark(FindingCode.ENDED_WITHOUT_EVIDENCE)
        return
    if not case.signed_off_with_reason:
        yield Remark(FindingCode.SIGNED_WITHOUT_REASON)
    if case.signed_off_by in (case.agent_id, case.excluded_agent_id, case.last_caller_id, case.decided_by):
        yield Remark(FindingCode.SIGNED_IN_CONFLICT)
    if case.tried < (case.attempts_demanded or 0):
        yield Remark(FindingCode.SIGNED_TOO_EARLY, {"tried": case.tried, "demanded": case.attempts_demanded})


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():.0f}"


def _tenths(length: timedelta) -> str:
    return f"{length.total_seconds():.1f}"


def shown(at: datetime) -> str:
    """Returns an instant as people read it, Shanghai time."""
    return at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M")
