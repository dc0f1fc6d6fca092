"""What the endpoints of campaigns take and return."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from callcenter.campaigns.agent_fields import AgentField, Showing
from callcenter.campaigns.types import (
    LEGAL_HOURS,
    CampaignChanges,
    CampaignDraft,
    CampaignRules,
    CampaignState,
    CampaignVersionCard,
    DialMode,
    LegalHours,
    RuleChange,
    ServiceDays,
    ServiceHours,
    ServiceHoursCard,
    Shift,
    VersionOrigin,
)
from callcenter.campaigns.versions import changes_between
from callcenter.kit.reasons import Reason

WallTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class ShiftOut(BaseModel):
    opens: str = Field(examples=["10:00"], description="wall-clock time in Shanghai")
    closes: str = Field(examples=["12:00"])

    @classmethod
    def of(cls, shift: Shift) -> "ShiftOut":
        return cls(opens=f"{shift.opens:%H:%M}", closes=f"{shift.closes:%H:%M}")


class CampaignOut(BaseModel):
    id: int
    version: int = Field(description="the number of the version of these rules that is in force")
    name: str
    product: str
    company_full_name: str
    state: CampaignState
    mode: DialMode
    legal_hours: ShiftOut = Field(description="no shift may pass them")
    legal_preset: LegalHours | None = Field(description="the preset these hours are; null: none of them")
    first_on: date | None = Field(description="the first day on which it calls; null: as soon as it runs")
    caller_id: str = Field(description="the number that customers see")
    caller_id_approved: bool = Field(description="whether the carrier has approved it for display")
    trunk: str
    shifts: list[ShiftOut]
    quota: int
    ring_seconds: int
    wrap_up_seconds: int
    max_attempts: int
    cap_per_day: int
    cap_per_7_days: int
    class_scheme_id: int | None = Field(description="the scheme of customer classes that decides the order")
    open_to_all_branches: bool = Field(description="whether leads of a branch may go to agents of any branch")
    agent_fields: dict[AgentField, Showing] = Field(
        description="what of a customer the agent sees on the card; a field left out is hidden"
    )

    @classmethod
    def of(cls, rules: CampaignRules, approved: Collection[str]) -> "CampaignOut":
        return cls(
            id=rules.campaign_id,
            version=rules.version,
            name=rules.name,
            product=rules.product,
            company_full_name=rules.company_full_name,
            state=rules.state,
            mode=rules.mode,
            legal_hours=ShiftOut.of(rules.legal_hours),
            legal_preset=next((preset for preset, hours in LEGAL_HOURS.items() if hours == rules.legal_hours), None),
            first_on=rules.first_on,
            caller_id=rules.caller_id,
            caller_id_approved=rules.caller_id in approved,
            trunk=rules.trunk,
            shifts=[ShiftOut.of(shift) for shift in rules.shifts],
            quota=rules.quota,
            ring_seconds=rules.ring_seconds,
            wrap_up_seconds=rules.wrap_up_seconds,
            max_attempts=rules.max_attempts,
            cap_per_day=rules.cap_per_day,
            cap_per_7_days=rules.cap_per_7_days,
            class_scheme_id=rules.class_scheme_id,
            open_to_all_branches=rules.open_to_all_branches,
            agent_fields=dict(rules.agent_fields),
        )


class ClassSchemeIn(BaseModel):
    scheme_id: int | None = Field(description="null: the oldest data first, whatever the class")
    reason: Reason


class ShiftIn(BaseModel):
    opens: WallTime = Field(examples=["10:00"], description="wall-clock time in Shanghai")
    closes: WallTime = Field(examples=["12:00"])

    @property
    def shift(self) -> Shift:
        return Shift(time.fromisoformat(self.opens), time.fromisoformat(self.closes))


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
CallerId = Annotated[str, StringConstraints(pattern=r"^\d{3,20}$")]


class CampaignIn(BaseModel):
    """A campaign to be made; what is left out has the value of the regulation or the plan."""

    name: Name
    product: Name
    company_full_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] = Field(
        description="spoken in full at the start of a call"
    )
    caller_id: CallerId = Field(description="one of the approved numbers")
    mode: DialMode = DialMode.PREVIEW
    legal_preset: LegalHours = LegalHours.REGULATION
    shifts: list[ShiftIn] | None = Field(default=None, max_length=6, description="null: those of the plan")
    quota: int = Field(default=30, ge=1, le=200)
    ring_seconds: int = Field(default=30, ge=10, le=90)
    wrap_up_seconds: int = Field(default=60, ge=0, le=600)
    cap_per_day: int = Field(default=1, ge=1, le=10)
    cap_per_7_days: int = Field(default=3, ge=1, le=20)
    max_attempts: int = Field(default=3, ge=1, le=20)
    open_to_all_branches: bool = False
    first_on: date | None = None

    @property
    def draft(self) -> CampaignDraft:
        values: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        del values["legal_preset"], values["shifts"]
        if self.shifts is not None:
            values["shifts"] = tuple(shift.shift for shift in self.shifts)
        return CampaignDraft(**values, trunk="", legal_hours=LEGAL_HOURS[self.legal_preset])


class CampaignCopy(BaseModel):
    name: Name


class CampaignChoices(BaseModel):
    """What a campaign can be made from."""

    caller_ids: list[str] = Field(description="numbers the carrier has approved for display")
    legal_hours: dict[LegalHours, ShiftOut]

    @classmethod
    def of(cls, approved: Collection[str]) -> "CampaignChoices":
        return cls(
            caller_ids=sorted(approved),
            legal_hours={preset: ShiftOut.of(hours) for preset, hours in LEGAL_HOURS.items()},
        )


class CampaignChange(BaseModel):
    """What is to be different; what is left out stays."""

    name: Name | None = Field(default=None, description="as long as it has never run, as product and company")
    product: Name | None = None
    company_full_name: Annotated[str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] = (
        None
    )
    caller_id: CallerId | None = Field(default=None, description="one of the approved numbers")
    legal_preset: LegalHours | None = None
    first_on: date | None = None
    state: CampaignState | None = None
    mode: DialMode | None = None
    shifts: list[ShiftIn] | None = Field(default=None, max_length=6)
    quota: int | None = Field(default=None, ge=1, le=200)
    ring_seconds: int | None = Field(default=None, ge=10, le=90)
    wrap_up_seconds: int | None = Field(default=None, ge=0, le=600)
    cap_per_day: int | None = Field(default=None, ge=1, le=10)
    cap_per_7_days: int | None = Field(default=None, ge=1, le=20)
    max_attempts: int | None = Field(default=None, ge=1, le=20)
    open_to_all_branches: bool | None = None
    agent_fields: dict[AgentField, Showing] | None = Field(
        default=None, description="the whole setting: a field left out is hidden"
    )
    reason: Reason

    @property
    def changes(self) -> CampaignChanges:
        values = self.model_dump(exclude={"reason", "shifts", "legal_preset"})
        return CampaignChanges(
            **values,
            shifts=None if self.shifts is None else tuple(shift.shift for shift in self.shifts),
            legal_hours=None if self.legal_preset is None else LEGAL_HOURS[self.legal_preset],
        )


class CampaignPage(BaseModel):
    """All campaigns, the oldest first."""

    items: list[CampaignOut]


class RuleChangeOut(BaseModel):
    rule: str = Field(description="name of the rule, or ``script`` for the number of its version")
    old: Any
    new: Any

    @classmethod
    def of(cls, change: RuleChange) -> "RuleChangeOut":
        return cls(rule=change.rule, old=change.old, new=change.new)


class CampaignVersionOut(BaseModel):
    number: int
    valid_from: AwareDatetime
    by: str | None = Field(description="name; null for the system")
    reason: str
    origin: VersionOrigin = Field(description="how it is known; assumed: nothing older than these values is known")
    changes: list[RuleChangeOut] = Field(description="what differs from the version before; empty for the first")


class CampaignHistoryOut(BaseModel):
    """Every version of a campaign's rules, the newest first."""

    versions: list[CampaignVersionOut]

    @classmethod
    def of(cls, versions: Sequence[CampaignVersionCard], names: Mapping[int, str]) -> "CampaignHistoryOut":
        changes = [[], *(changes_between(before, after) for before, after in pairwise(versions))]
        return cls(
            versions=[
                CampaignVersionOut(
                    number=version.number,
                    valid_from=version.valid_from,
                    by=None if version.set_by is None else names.get(version.set_by),
                    reason=version.reason,
                    origin=version.origin,
                    changes=[RuleChangeOut.of(change) for change in changed],
                )
                for version, changed in zip(versions, changes, strict=True)
            ][::-1]
        )


class ServiceHoursOut(BaseModel):
    """When complaint and service callbacks may be placed, whatever the campaign."""

    opens: str = Field(examples=["08:00"], description="wall-clock time in Shanghai")
    closes: str = Field(examples=["21:00"])
    days: ServiceDays
    version: int = Field(description="0: the default, which no administrator has changed")

    @classmethod
    def of(cls, hours: ServiceHours) -> "ServiceHoursOut":
        span = ShiftOut.of(Shift(hours.opens, hours.closes))
        return cls(opens=span.opens, closes=span.closes, days=hours.days, version=hours.version)


class ServiceHoursIn(BaseModel):
    opens: WallTime = Field(examples=["08:00"], description="wall-clock time in Shanghai")
    closes: WallTime = Field(examples=["21:00"])
    days: ServiceDays
    reason: Reason

    @property
    def hours(self) -> ServiceHours:
        return ServiceHours(time.fromisoformat(self.opens), time.fromisoformat(self.closes), self.days)


class ServiceHoursVersionOut(BaseModel):
    hours: ServiceHoursOut
    before: ServiceHoursOut
    valid_from: AwareDatetime
    by: str | None = Field(description="name; null for the system")
    reason: str


class ServiceHoursHistoryOut(BaseModel):
    """Every change of the service hours, the newest first."""

    versions: list[ServiceHoursVersionOut]

    @classmethod
    def of(cls, versions: Sequence[ServiceHoursCard], names: Mapping[int, str]) -> "ServiceHoursHistoryOut":
        hours = [ServiceHours(), *(version.hours for version in versions)]
        return cls(
            versions=[
                ServiceHoursVersionOut(
                    hours=ServiceHoursOut.of(version.hours),
                    before=ServiceHoursOut.of(before),
                    valid_from=version.valid_from,
                    by=None if version.set_by is None else names.get(version.set_by),
                    reason=version.reason,
                )
                for before, version in zip(hours, versions, strict=False)
            ][::-1]
        )
