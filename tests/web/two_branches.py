"""Two branches with a region each: the same staff and the same rows in both, each with numbers of its own."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from callcenter.bootstrap import System
from callcenter.callbacks.types import CallbackKind
from callcenter.calls.types import Disposition
from callcenter.kit.clock import business_date
from callcenter.kit.scope import Scope
from callcenter.kit.work import Work
from callcenter.people.types import Role
from tests.support.people import hire
from tests.support.rows import (
    Campaign,
    Staff,
    make_agent_session,
    make_assignment,
    make_call,
    make_callback,
    make_campaign,
    make_case,
    make_export,
    make_hand_over,
    make_incident,
    make_job,
    make_lead,
    make_lead_list,
    make_leave,
    make_member,
    make_message,
    make_notice,
    make_quota,
    make_recording,
    make_region,
    make_review,
    make_staff,
    make_target_group,
    make_visit,
)

WIDTH = 1_000_000


@dataclass
class Side:
    """One branch and its region. Every row of it has a number from ``first`` on, and no other row has."""

    first: int
    branch: str
    login: str = ""
    """Of the person who is asked about."""
    ids: dict[str, int | UUID] = field(default_factory=dict)
    """Kind of object (as in the table of rights) to the one that this person may name."""

    def is_in(self, value: Any) -> bool:
        """Returns whether a value of an answer is a row of this side, a call of it, or its branch."""
        if isinstance(value, str):
            return value == self.branch or value == str(self.ids["call"])
        return isinstance(value, int) and self.first <= value < self.first + WIDTH


async def make_sides(system: System, role: Role) -> tuple[Side, Side]:
    """Makes both sides, each with a person of this role who can log in: ``north`` and ``south``."""
    async with system.works.begin() as work:
        campaign = await make_campaign(work)
    north = await _make_side(system, Side(7 * WIDTH, "北城支行", "north"), role, campaign)
    south = await _make_side(system, Side(8 * WIDTH, "南城支行", "south"), role, campaign)
    return north, south


async def _make_side(system: System, side: Side, role: Role, campaign: Campaign) -> Side:
    async with system.works.begin() as work:
        await _number_from(work, side.first)
        region = await make_region(work, name=f"region of {side.login}")
    extension = f"1{side.first // WIDTH:03d}" if role is Role.AGENT else None
    person = await hire(
        system.works, system.people, side.login, role, branch=side.branch, extension=extension, region_id=region.id
    )
    async with system.works.begin() as work:
        staff = {
            other: await make_staff(work, other, branch=side.branch, region_id=region.id)
            for other in (Role.AGENT, Role.FIELD_AGENT)
        }
        staff[role] = await work.session.get_one(Staff, person.id)
        await _make_rows(work, side, staff, role, campaign.id)
        side.ids |= {"region": region.id, "agent": staff[Role.AGENT].id}
    return side


async def _make_rows(work: Work, side: Side, staff: dict[Role, Staff], role: Role, campaign_id: int) -> None:
    agent, person = staff[Role.AGENT], staff[role]
    visitor = person if role is Role.FIELD_LEADER else staff[Role.FIELD_AGENT]
    leads = await make_lead_list(work, campaign_id=campaign_id, branch=side.branch)
    lead = await make_lead(work, campaign_id=campaign_id, list_id=leads.id)
    await make_assignment(work, lead_id=lead.id, agent_id=agent.id)
    call = await make_call(
        work, id=UUID(int=side.first), lead_id=lead.id, agent_id=agent.id, disposition=Disposition.SUCCESS
    )
    columns = {"agent_id": agent.id, "lead_id": lead.id, "campaign_id": campaign_id}
    await make_recording(work, call, **columns, disposition=Disposition.SUCCESS)
    complaint = await make_case(work, call)
    await make_callback(work, CallbackKind.COMPLAINT, lead_id=lead.id, case_id=complaint.id)
    region_id = staff[Role.FIELD_AGENT].region_id
    hand_over = await make_hand_over(work, call, region_id=region_id, field_agent_id=visitor.id)
    visited = await make_call(work, id=UUID(int=side.first + 1), lead_id=lead.id, agent_id=agent.id)
    to_visit = await make_hand_over(work, visited, region_id=region_id, field_agent_id=visitor.id)
    visit = await make_visit(work, to_visit, visit_at=work.now + timedelta(hours=1))
    job = await make_job(work, requested_by=person.id)
    await make_agent_session(work, agent)
    quota = await make_quota(work, agent, campaign_id)
    await make_member(work, staff_id=agent.id, campaign_id=campaign_id)
    away_on = business_date(work.now) + timedelta(days=30)
    leave = await make_leave(work, staff_id=agent.id, first_on=away_on, last_on=away_on)
    group = await make_target_group(work, side.branch, campaign_id=campaign_id, approved_at=work.now)
    scope = str(Scope.of_branch(side.branch))
    side.ids |= {
        "call": call.id,
        "customer": lead.id,
        "case": complaint.id,
        "review": (await make_review(work, call)).id,
        "incident": (await make_incident(work, call)).id,
        "hand_over": hand_over.id,
        "visit": visit.id,
        "quota": quota.id,
        "leave": leave.id,
        "target_group": group.id,
        "notice": (await make_notice(work, agent, lead)).id,
        "message": (await make_message(work, agent, person)).id,
        "seat": agent.id,
        "job": job.id,
        "export": (await make_export(work, job, scope)).id,
    }


async def _number_from(work: Work, first: int) -> None:
    """Lets every table number its next rows from ``first`` on."""
    query = text("SELECT setval(quote_ident(schemaname) || '.' || quote_ident(sequencename), :first) FROM pg_sequences")
    await work.session.execute(query, {"first": first})
