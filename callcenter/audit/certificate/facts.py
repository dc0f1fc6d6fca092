"""Holds the business rows against their notes, the trail and each other: the sections that find manipulation."""

from dataclasses import replace

from callcenter.audit.certificate import queries
from callcenter.audit.certificate.remarks import FindingCode, Remark
from callcenter.audit.certificate.rules import shown
from callcenter.audit.certificate.types import Finding, Limits, Period, Section, SectionId
from callcenter.kit.work import Work


async def held_against_notes(work: Work, period: Period, limits: Limits) -> list[Section]:
    """Makes the sections of the facts. They look at nothing in a system whose facts were never noted."""
    noting = await queries.noting(work.session)
    if noting is None:
        return [Section(id=id_, checked=0) for id_ in (SectionId.FACTS, SectionId.ACTS, SectionId.TRACES)]
    stopped: tuple[Finding, ...] = ()
    if noting.last_at + limits.noted_within < min(work.now, period.until):
        remark = Remark(FindingCode.NOTES_STOPPED, {"since": shown(noting.last_at)})
        stopped = (Finding(f"fact_note:{noting.last_number}", remark, noting.last_at),)
    facts = Section(
        id=SectionId.FACTS,
        checked=await queries.count_noted(work.session, period),
        exceptions=(
            *await queries.notes_astray(work.session, period),
            *await queries.facts_changed(work.session, period),
            *await queries.facts_unnoted(work.session, period),
        ),
        notes=stopped,
    )
    if noting.first_at >= period.until:
        return [facts, Section(id=SectionId.ACTS, checked=0), Section(id=SectionId.TRACES, checked=0)]
    # Rows from before the first note may be older than the act that writes them today.
    since = replace(period, since=max(period.since, noting.first_at))
    return [
        facts,
        Section(
            id=SectionId.ACTS,
            checked=await queries.count_acts(work.session, since),
            exceptions=(
                *await queries.acts_without_row(work.session, since),
                *await queries.rows_without_act(work.session, since),
            ),
        ),
        Section(
            id=SectionId.TRACES,
            checked=await queries.count_dialled(work.session, since),
            exceptions=await queries.traces_broken(work.session, since),
        ),
    ]
