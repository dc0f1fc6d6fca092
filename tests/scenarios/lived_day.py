"""A Monday afternoon that was lived by the services: calls, reviews, complaints, what people changed, and two notes."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from callcenter.agents.types import PauseCode
from callcenter.allocation.types import MemberDraft
from callcenter.audit.certificate.types import Certificate
from callcenter.bootstrap import Part
from callcenter.callbacks.types import CallbackState
from callcenter.calls.types import CallCard, CallKind, Disposition, DispositionDetails
from callcenter.campaigns.types import CampaignChanges, ServiceDays, ServiceHours, Shift
from callcenter.complaints.types import Category
from callcenter.consent.types import BasisEvidence
from callcenter.customers.types import ChangeSource, Correction, FileField
from callcenter.dnc.types import DncReason
from callcenter.kit.clock import at_business_time
from callcenter.leads.types import BasisKind
from callcenter.people.types import Role
from callcenter.quality.types import ReviewVerdict
from tests.scenarios.acts import dispose, go_to_work, person, talk, wait_for_recording
from tests.scenarios.conftest import MONDAY, Stage
from tests.support.waiting import eventually

SINCE, UNTIL = at_business_time(MONDAY, 0), at_business_time(MONDAY + timedelta(days=1), 0)


@dataclass
class LivedDay:
    """The day's rows, by the names the plants use: ``{success}`` in a statement is the id of that call."""

    stage: Stage
    names: dict[str, str] = field(default_factory=dict)

    async def certify(self, *, with_store: bool = True) -> Certificate:
        async with self.stage.system.works.begin() as work:
            return await self.stage.system.certificates.certify(work, SINCE, UNTIL, with_store=with_store)

    async def one(self, query: str) -> str:
        """Returns the single value of a query, as text."""
        async with self.stage.system.works.begin() as work:
            return str((await work.session.execute(text(query))).scalar_one())


async def live(stage: Stage) -> LivedDay:
    day = LivedDay(stage)
    first, second = stage.agents
    system = stage.system
    await stage.ask(system.fact_notes.take)
    await _office(day)
    await stage.start({Part.ENGINE, Part.RECORDER})
    await go_to_work(stage, first)
    await _success(day, first, "success", ReviewVerdict.PASS)
    await _success(day, first, "failed success", ReviewVerdict.FAIL)
    await _success(day, first, "returned success", ReviewVerdict.RETURN)
    await _talk(day, first, "refused", Disposition.REFUSED)
    promised = DispositionDetails(callback_at=at_business_time(MONDAY, 17))
    await _talk(day, first, "promised", Disposition.CALLBACK, promised)
    await _complaint(day, first, second)
    await system.recordings.retention.keep_locked(system.works)
    await stage.ask(system.fact_notes.take)
    # What comes now is in no note: only the acts in the trail and the rows of other rooms speak of it.
    await stage.ask(lambda work: system.desk.ready(work, first))
    await _talk(day, first, "late refused", Disposition.REFUSED)
    await _success(day, first, "late success", ReviewVerdict.PASS)
    await stage.ask(lambda work: system.desk.pause(work, first, PauseCode.BREAK))
    async with system.works.begin(await person(stage, Role.COMPLAINT_OFFICER)) as work:
        lead_id = int(day.names["third lead"])
        case = await system.complaints.intake.open(work, category=Category.PRODUCT, text="来信投诉", lead_id=lead_id)
    day.names["late case"] = str(case.id)
    await _name_rows(day)
    return day


async def _talk(
    day: LivedDay, agent: int, name: str, disposition: Disposition, details: DispositionDetails | None = None
) -> CallCard:
    call = await talk(day.stage, agent)
    await dispose(day.stage, agent, disposition, details)
    await wait_for_recording(day.stage, call.id)
    day.names[name] = str(call.id)
    return call


async def _success(day: LivedDay, agent: int, name: str, verdict: ReviewVerdict) -> None:
    visit = DispositionDetails(visit_at=at_business_time(MONDAY + timedelta(days=2), 14), note="下午方便")
    call = await _talk(day, agent, name, Disposition.SUCCESS, visit)
    checker = await person(day.stage, Role.QA)
    async with day.stage.system.works.begin(checker) as work:
        await day.stage.system.recordings.listening.open_audio(work, checker, call.id, "质检")
    await review(day, name, verdict)


async def review(day: LivedDay, name: str, verdict: ReviewVerdict) -> None:
    """Claims the review of a call and decides it."""
    quality = day.stage.system.quality
    async with day.stage.system.works.begin(await person(day.stage, Role.QA)) as work:
        card = next(card for card in await quality.reviews(work) if str(card.call_id) == day.names[name])
        await quality.claim(work, card.id)
        failed = [quality.score_card.items[0].key] if verdict is ReviewVerdict.FAIL else []
        await quality.decide(work, card.id, verdict, note="已核", failed_items=failed)


async def _complaint(day: LivedDay, first: int, second: int) -> None:
    stage, system = day.stage, day.stage.system
    complaint = DispositionDetails(complaint_category="staff_attitude", note="客户说坐席态度不好")
    call = await talk(stage, first)
    await stage.ask(lambda work: system.desk.pause(work, first, PauseCode.BREAK))
    await dispose(stage, first, Disposition.COMPLAINT, complaint)
    day.names["complaint"] = str(call.id)
    await go_to_work(stage, second)
    callback = await talk(stage, second)
    while callback.kind is not CallKind.COMPLAINT:
        await dispose(stage, second, Disposition.REFUSED)
        callback = await talk(stage, second)
    await dispose(stage, second, Disposition.RESOLVED, DispositionDetails(note="已道歉"))
    await stage.ask(lambda work: system.desk.pause(work, second, PauseCode.BREAK))
    day.names["called back"] = str(callback.id)
    [case] = await stage.ask(lambda work: system.complaints.cases.cases(work))
    day.names["case"] = str(case.id)

    async def fulfilled() -> bool:
        callbacks = await stage.ask(lambda work: system.callbacks.of_cases(work, [case.id]))
        return callbacks[case.id].state is CallbackState.DONE

    await eventually(fulfilled)
    await wait_for_recording(stage, UUID(day.names["complaint"]))
    async with system.works.begin(await person(stage, Role.COMPLAINT_OFFICER)) as work:
        await system.complaints.deciding.decide(work, case.id, "向客户致歉")


async def _office(day: LivedDay) -> None:
    """What the office changes and enters on the day."""
    stage, system = day.stage, day.stage.system
    officer = await person(stage, Role.DATA_OFFICER)
    [campaign] = await stage.ask(system.campaigns.list)
    campaign_id = campaign.campaign_id
    in_stock = "SELECT id FROM lead WHERE state = 'stock' ORDER BY id LIMIT 1 OFFSET"
    leads = [int(await day.one(f"{in_stock} {number}")) for number in range(3)]
    day.names |= {"campaign": str(campaign_id)}
    day.names |= {name: str(lead) for name, lead in zip(("lead", "other lead", "third lead"), leads, strict=True)}

    async def ask(act: Any) -> Any:
        async with system.works.begin(officer) as work:
            return await act(work)

    shifts = (Shift(time(10), time(12)), Shift(time(13), time(18, 30)))
    await ask(lambda work: system.campaigns.change(work, campaign_id, CampaignChanges(shifts=shifts), "忙时"))
    hours = ServiceHours(time(8), time(20), ServiceDays.EVERY_DAY)
    await ask(lambda work: system.service_hours.change(work, hours, "夜间不打扰"))
    await ask(lambda work: system.calendar.override_day(work, date(2026, 12, 31), working=False, reason="年终"))
    draft = MemberDraft(campaign_id=campaign_id, staff_ids=(stage.agents[1],), weight=2, from_on=MONDAY, reason="调整")
    await ask(lambda work: system.members.set(work, draft))
    await ask(lambda work: system.consent.withdraw_basis(work, leads[0], "来信撤回"))
    evidence = BasisEvidence(
        kind=BasisKind.WRITTEN_CONSENT, reference="同意书 2026-118", valid_until=date(2027, 11, 1), dated_on=MONDAY
    )
    await ask(lambda work: system.consent.add_basis(work, leads[1], evidence, "续签"))
    entry = await ask(lambda work: system.dnc.enter_dnc(work, leads[1], DncReason.OTHER))
    lifted = await ask(lambda work: system.dnc.enter_dnc(work, leads[2], DncReason.OTHER))
    await ask(lambda work: system.dnc.lift_dnc(work, lifted, "登记有误"))
    learned = Correction({FileField.OCCUPATION: "退休教师"}, "客户告知", ChangeSource.DESK)
    await ask(lambda work: system.corrections.correct(work, leads[2], learned))
    day.names |= {"entry": str(entry), "lifted entry": str(lifted)}


OF_CALL = {
    "recording": "SELECT id FROM recording WHERE call_id = '{}'",
    "assignment": "SELECT assignment_id FROM call WHERE id = '{}'",
    "review": "SELECT id FROM review WHERE call_id = '{}'",
    "hand-over": "SELECT id FROM hand_over WHERE call_id = '{}'",
    "lead": "SELECT lead_id FROM call WHERE id = '{}'",
    "access": "SELECT a.id FROM recording_access a JOIN recording r ON r.id = a.recording_id WHERE r.call_id = '{}'",
    "callback": "SELECT id FROM callback WHERE origin_call_id = '{}'",
}
SINGLE = {
    "obligation": "SELECT id FROM callback WHERE case_id = {case}",
    "late obligation": "SELECT id FROM callback WHERE case_id = {late case}",
    "version": "SELECT max(id) FROM campaign_version",
    "hours": "SELECT max(id) FROM service_hours",
    "override": "SELECT max(id) FROM calendar_override",
    "script": "SELECT max(id) FROM script_version",
    "member": "SELECT max(id) FROM campaign_member",
    "run": "SELECT max(id) FROM allocation_run",
    "share": "SELECT min(id) FROM allocation_share",
    "open assignment": "SELECT max(id) FROM assignment WHERE state = 'open'",
    "list": "SELECT max(id) FROM lead_list",
    "change": "SELECT max(id) FROM lead_change",
    "step": "SELECT max(id) FROM lead_basis WHERE act = 'withdrawn'",
    "added step": "SELECT max(id) FROM lead_basis WHERE act <> 'withdrawn'",
    "alert": "SELECT min(id) FROM alert",
    "agent": "SELECT min(id) FROM staff WHERE role = 'agent'",
    "other agent": "SELECT max(id) FROM staff WHERE role = 'agent'",
    "checker": "SELECT min(id) FROM staff WHERE role = 'qa'",
    "officer": "SELECT min(id) FROM staff WHERE role = 'complaint_officer'",
    "rule set": "SELECT min(name || ' ' || digest) FROM rule_set",
    "edition": "SELECT min(name) FROM calendar_edition",
    "first lead": "SELECT min(id) FROM lead",
}


async def _name_rows(day: LivedDay) -> None:
    """Names the rows that belong to each call, and single ones: ``recording of success``."""
    for name, call in list(day.names.items()):
        for what, query in OF_CALL.items() if "-" in call else ():
            async with day.stage.system.works.begin() as work:
                found = (await work.session.execute(text(query.format(call)))).scalar()
            if found is not None:
                day.names[f"{what} of {name}"] = str(found)
    for name, query in SINGLE.items():
        day.names[name] = await day.one(query.format_map(day.names))
