"""Describes what a certificate says (requirement S4). No personal data: it names everything by kind and id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from callcenter.audit.certificate.remarks import Remark
from callcenter.audit.types import Anchor
from callcenter.kit.clock import business_date


class SectionId(StrEnum):
    """The law or the requirement a section looks after."""

    PERMISSION = "law1.permission"
    WINDOW = "law2.window"
    ONE_CALL = "law2.one_call"
    CAPS = "C3.caps"
    QUOTA = "law2.quota"
    ONE_AGENT = "law2.one_agent"
    DO_NOT_CALL = "L6.do_not_call"
    LEGAL_BASIS = "L9.legal_basis"
    RECORDING = "law3.recording"
    STORE = "R2.store"
    INCIDENTS = "R4.incidents"
    COMPLAINTS = "law4.complaints"
    OPEN_CALLS = "C10.open_calls"
    CHAIN = "S3.chain"
    FACTS = "S3.facts"
    ACTS = "S3.acts"
    TRACES = "S3.traces"
    SEALS = "L7.seals"


TITLES: Mapping[SectionId, tuple[str, str]] = {
    SectionId.PERMISSION: ("先有准许，后有拨号", "Permitted before dialled"),
    SectionId.WINDOW: ("只在允许时段内拨号", "Dialled inside the calling window only"),
    SectionId.ONE_CALL: ("同一坐席、客户、号码同时只有一通电话", "One call at a time per agent, customer and number"),
    SectionId.CAPS: ("拨打频次不超限", "No number dialled more often than the caps"),
    SectionId.QUOTA: ("坐席持有名单不超配额", "Nobody holds more than the quota"),
    SectionId.ONE_AGENT: ("一条名单只在一人手中", "One lead in one hand, called from that hand"),
    SectionId.DO_NOT_CALL: ("不拨打免打扰号码", "No marketing call to a do-not-call number"),
    SectionId.LEGAL_BASIS: ("撤回授权后不再拨打", "No marketing call after the legal basis was withdrawn"),
    SectionId.RECORDING: ("接通必有完整录音", "Every answered call recorded whole, stored, locked"),
    SectionId.STORE: ("录音对象存在、完整、已锁定", "The store holds every recording, whole and locked"),
    SectionId.INCIDENTS: ("没有未结的录音事件", "No open recording incident"),
    SectionId.COMPLAINTS: (
        "投诉客户均已回访，或仍在期限内",
        "Every complaint called back with evidence, or within its time",
    ),
    SectionId.OPEN_CALLS: ("没有悬而未结的电话", "No call left open"),
    SectionId.CHAIN: ("审计链完整", "The audit chain is unbroken"),
    SectionId.FACTS: ("业务记录与其摘要一致", "Business rows are as they were noted"),
    SectionId.ACTS: ("操作与业务记录相符", "Acts in the trail and business rows agree"),
    SectionId.TRACES: ("业务记录相互印证", "Business rows prove each other"),
    SectionId.SEALS: ("加密内容均在原处", "Every sealed text opens in its own place"),
}
"""Chinese, English."""


class Standing(StrEnum):
    """How far what a section looks after has come: said apart, since "holds" is about what is overdue alone."""

    DONE = "done"
    WITHIN_TIME = "within_time"
    OVERDUE = "overdue"


STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.DONE: ("已回访", "called back"),
    Standing.WITHIN_TIME: ("期限内待回访", "within their time"),
    Standing.OVERDUE: ("已逾期", "overdue"),
}
"""Chinese, English."""


class Result(StrEnum):
    HOLDS = "holds"
    BROKEN = "broken"
    NOTHING_CHECKED = "nothing_checked"
    """There was nothing to look at: neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One named thing: an exception, or something worth knowing."""

    subject: str
    """Kind and id: ``call:<uuid>``, ``staff:7``."""
    remark: Remark
    at: datetime | None = None

    @property
    def what(self) -> str:
        """Returns the finding in English, as the command prints it."""
        return self.remark.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    id: SectionId
    checked: int
    """How many things were looked at."""
    exceptions: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    """Worth knowing and no breach: calls cut off, outcomes that are unknown, customers still waiting."""
    standings: Mapping[Standing, int] = field(default_factory=dict)
    """Where things take their time: how many are done, how many wait with time left, how many are overdue."""

    @property
    def title_zh(self) -> str:
        return TITLES[self.id][0]

    @property
    def title_en(self) -> str:
        return TITLES[self.id][1]

    @property
    def ok(self) -> bool:
        """Returns whether there is no exception; ``result`` says whether anything was looked at."""
        return not self.exceptions

    @property
    def result(self) -> Result:
        if self.exceptions:
            return Result.BROKEN
        return Result.HOLDS if self.checked else Result.NOTHING_CHECKED


@dataclass(frozen=True, slots=True)
class Period:
    since: datetime
    until: datetime
    """The first instant that is outside."""


def days_of(period: Period) -> list[date]:
    """Returns the business days a period touches."""
    first, last = business_date(period.since), business_date(period.until - timedelta(microseconds=1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The period in numbers. A call belongs to the period in which it was dialled, else planned."""

    planned: int
    """Rows, dialled or not."""
    placed: int
    """Customers dialled: ``not_placed`` is not among them."""
    answered: int
    by_outcome: Mapping[str, int]
    """Of all planned calls; ``open`` for those that have not ended."""
    successes: int
    """Without those that quality has refused."""
    successes_passed: int
    """Of ``successes``; the others wait for quality."""
    successes_failed: int
    cut_off: int
    """Answered calls whose end was not reported."""
    unknown: int
    recordings_stored: int
    incidents_open: int
    complaints_due: int
    """Obligations of the cases looked at."""
    complaints_done: int
    complaints_within_time: int
    """Waiting for their callback, with time left."""
    complaints_overdue: int
    """Not called back in time, or wrong in another way that the section names."""
    audit_entries: int
    restarts: int | None = None
    """As the caller counted them; None: they were not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    period: Period
    made_at: datetime
    figures: Figures
    sections: tuple[Section, ...]
    chain_head: Anchor | None
    """Last entry of the audit trail: kept outside the database, it proves later that nothing before was rewritten."""

    @property
    def result(self) -> Result:
        """Returns *broken* for any broken section; *nothing checked* when no customer was dialled in the period."""
        if not all(section.ok for section in self.sections):
            return Result.BROKEN
        return Result.HOLDS if self.figures.placed else Result.NOTHING_CHECKED

    @property
    def ok(self) -> bool:
        """Returns whether every section holds and there were calls to be looked at."""
        return self.result is Result.HOLDS

    def section(self, section_id: SectionId) -> Section:
        return next(section for section in self.sections if section.id is section_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How exactly is looked. Every number is a default."""

    permission_age: timedelta = timedelta(minutes=1)
    """A permission older than this is none."""
    change_slack: timedelta = timedelta(seconds=1)
    """A change counts from the beginning of its transaction; what was judged before its end could not see it."""
    skew: timedelta = timedelta(seconds=1)
    """How far the switch's clock and ours may differ."""
    assignment_slack: timedelta = timedelta(minutes=1)
    """An allocation run carries the instant at which it began; what was finished while it went on is not held."""
    complaint_gap: timedelta = timedelta(minutes=10)
    """Between a call of any kind to a number and a complaint callback to it, as the settings have it."""
    length_tolerance: timedelta = timedelta(seconds=1)
    """Between a call and its recording (requirement R4)."""
    unflushed: timedelta = timedelta(seconds=2.1)
    """What a killed recorder may not have written of a call that was cut off."""
    store_within: timedelta = timedelta(0)
    """How long after its end an answered call may still wait for its recording. Not zero: for looks at a live floor."""
    open_after: timedelta = timedelta(minutes=30)
    """A call that was planned longer ago than this and has not ended is an exception."""
    noted_within: timedelta = timedelta(hours=3)
    """A last note of the facts that is older than this is worth knowing."""
    store_width: int = field(default=8)
    """Objects asked for at once."""
