"""Requests and responses of the audit room's endpoints."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field, model_validator

from callcenter.audit.certificate.types import Result, Standing
from callcenter.audit.labels import labels_in
from callcenter.audit.naming import Names
from callcenter.audit.rules import Entry
from callcenter.audit.types import ACCESS_OF, Access, CheckCard, Fault, TrailFilter
from callcenter.kit.clock import at_business_time
from callcenter.kit.job_schemas import JobOut
from callcenter.kit.jobs import JobCard
from callcenter.kit.output import Output
from callcenter.kit.paging import Page


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Query parameters by which entries are filtered; parameters left out do not filter."""

    subject: Annotated[str | None, Query(max_length=120, examples=["lead:17"])] = None
    actor: Annotated[str | None, Query(max_length=80, examples=["staff:7"])] = None
    first_on: Annotated[date | None, Query(description="first day, Beijing time")] = None
    last_on: Annotated[date | None, Query(description="last day, included")] = None

    def of_acts(self, acts: Collection[str] | None) -> TrailFilter:
        """Returns the filter with instants instead of days, for these acts or for all."""
        return TrailFilter(
            subject=self.subject,
            actor=self.actor,
            acts=None if acts is None else frozenset(acts),
            since=at_business_time(self.first_on, 0) if self.first_on else None,
            until=at_business_time(self.last_on + timedelta(days=1), 0) if self.last_on else None,
        )


@dataclass(frozen=True, slots=True)
class TrailQuery(EntryFilter):
    act: Annotated[list[str] | None, Query(examples=[["people.logged_in"]])] = None

    def wanted(self) -> TrailFilter:
        return self.of_acts(self.act)


@dataclass(frozen=True, slots=True)
class AccessQuery(EntryFilter):
    access: Access | None = None

    def wanted(self) -> TrailFilter:
        return self.of_acts([act for act, kind in ACCESS_OF.items() if self.access in (None, kind)])


class NameOut(BaseModel):
    """A name in both languages."""

    zh: str
    en: str


class EntryLine(BaseModel):
    """One entry of the trail."""

    id: int
    at: datetime
    actor: str = Field(examples=["staff:7"])
    actor_name: str | None = Field(description="null for the system")
    act: str = Field(examples=["leads.particulars_revealed"])
    subject: str = Field(examples=["lead:17"])
    facts: dict[str, Any]
    names: dict[str, NameOut] = Field(
        description="of the subject and of the ids among the facts, as far as they have one", examples=["campaign:3"]
    )
    hash: str

    @classmethod
    def of(cls, entry: Entry, names: Names) -> "EntryLine":
        return cls(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            actor_name=_name(names, entry.actor),
            act=entry.act,
            subject=entry.subject,
            facts=dict(entry.facts),
            names=_names_in(entry, names),
            hash=entry.hash,
        )


def _name(names: Names, label: str) -> str | None:
    """Returns the name of a person, which is the same in both languages."""
    return names[label].zh if label in names else None


def _names_in(entry: Entry, names: Names) -> dict[str, NameOut]:
    labels = set(labels_in(entry)) & names.keys()
    return {label: NameOut.model_validate(names[label], from_attributes=True) for label in sorted(labels)}


class AuditPage(Page[EntryLine]):
    pass


class AccessLine(BaseModel):
    """One look at something that is masked otherwise."""

    id: int
    at: datetime
    actor: str
    actor_name: str | None
    access: Access
    act: str
    subject: str
    names: dict[str, NameOut] = Field(description="of the subject, if it has one")
    why: str | None = Field(description="the reason that was given, where one is asked for")

    @classmethod
    def of(cls, entry: Entry, names: Names) -> "AccessLine":
        return cls(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            actor_name=_name(names, entry.actor),
            access=ACCESS_OF[entry.act],
            act=entry.act,
            subject=entry.subject,
            names=_names_in(entry, names),
            why=entry.facts.get("why"),
        )


class AccessPage(Page[AccessLine]):
    pass


class PlaceOut(BaseModel):
    """One place at which the chain is broken."""

    entry_id: int
    fault: Fault


class CheckOut(BaseModel):
    """The latest check of the trail."""

    at: datetime
    actor_name: str | None = Field(description="null: the nightly check")
    entries: int
    broken: int = Field(description="in how many places; 0: the trail is whole")
    places: list[PlaceOut] = Field(description="the first of them")
    anchors: int | None = Field(description="heads in the object store it was compared with; null: no answer")

    @classmethod
    def of(cls, card: CheckCard, names: Names) -> "CheckOut":
        return cls(
            at=card.at,
            actor_name=_name(names, card.actor),
            entries=card.entries,
            broken=card.broken,
            places=[PlaceOut.model_validate(place) for place in card.places],
            anchors=card.anchors,
        )


class ChainOut(BaseModel):
    latest: CheckOut | None = Field(description="null: the trail was never checked")
    running: JobOut | None = Field(description="the check that waits or runs")


class CertificateRequest(BaseModel):
    """Whole business days, both included."""

    first_on: date
    last_on: date
    with_store: bool = Field(default=False, description="ask the object store for each recording, too")


class CertificateLine(BaseModel):
    """A certificate that was made, or is being made."""

    id: int = Field(description="of the job that makes it")
    job: JobOut
    first_on: date
    last_on: date
    with_store: bool
    requested_by_name: str | None
    result: Result | None = Field(description="null until it is made")
    exceptions: int | None

    @classmethod
    def of(cls, card: JobCard, name: str | None) -> "CertificateLine":
        made = card.result
        return cls(
            id=card.id,
            job=JobOut.of(card).model_copy(update={"result": None}),
            first_on=card.params["first_on"],
            last_on=card.params["last_on"],
            with_store=card.params["with_store"],
            requested_by_name=name,
            result=made and made["result"],
            exceptions=made and sum(len(section["exceptions"]) for section in made["sections"]),
        )


class CertificatePage(Page[CertificateLine]):
    pass


class FindingOut(Output):
    subject: str = Field(examples=["staff:7"])
    code: str | None = Field(default=None, description="null in certificates from before there were codes")
    facts: dict[str, Any] = Field(default_factory=dict)
    what_zh: str
    what_en: str
    at: datetime | None

    @model_validator(mode="before")
    @classmethod
    def _read_older(cls, finding: Any) -> Any:
        """Reads a finding of an older certificate: it has one sentence, in English."""
        if isinstance(finding, dict) and "what" in finding:
            return {**finding, "what_zh": finding["what"], "what_en": finding["what"]}
        return finding


class SectionOut(Output):
    id: str = Field(examples=["law2.window"])
    title_zh: str
    title_en: str
    checked: int
    result: Result
    exceptions: list[FindingOut]
    notes: list[FindingOut] = Field(description="worth knowing, and no breach")
    standings: dict[Standing, int] = Field(
        default_factory=dict, description="where things take their time: how many are done, within their time, overdue"
    )


class HeadOut(BaseModel):
    entry_id: int
    hash: str


class CertificateOut(BaseModel):
    """A whole certificate."""

    line: CertificateLine
    made_at: datetime
    figures: dict[str, Any]
    sections: list[SectionOut]
    chain_head: HeadOut | None
    sha256: str = Field(description="of the certificate, as the trail holds it")
    names: dict[str, NameOut] = Field(description="of the subjects of its findings, as they are now; not certified")

    @classmethod
    def of(cls, card: JobCard, name: str | None, names: Names) -> "CertificateOut":
        named = {label: NameOut.model_validate(found, from_attributes=True) for label, found in names.items()}
        return cls(line=CertificateLine.of(card, name), names=named, **(card.result or {}))


def subjects_in(certificate: Mapping[str, Any]) -> set[str]:
    """Returns the labels of what a certificate's findings are about."""
    sections = certificate["sections"]
    return {finding["subject"] for section in sections for finding in (*section["exceptions"], *section["notes"])}
