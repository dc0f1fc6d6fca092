"""Seeds an empty rehearsal through the rooms' services: staff, regions, campaign, script, customers, assignments."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from callcenter.allocation.types import MemberDraft
from callcenter.bootstrap import System, run_job
from callcenter.campaigns.types import CampaignDraft, DialMode, ScriptDraft, Statement
from callcenter.classes.applying import APPLY
from callcenter.imports.types import ImportReport, ImportRequest
from callcenter.kit.clock import business_date
from callcenter.people.types import Role, StaffDraft
from callcenter.rehearsal import cast

RING_SECONDS = 8
"""Shorter than in a real campaign: a rehearsal has little time for unanswered calls."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Size of a rehearsal."""

    robots: int
    customers: int
    chance_seed: int
    """Seed of the invented customers and of the allocation."""
    first_number: str | None = None
    """The first customer's number, so that a test knows how the first call goes."""


async def seed(system: System, scale: Scale, *, password: str, say: Say = lambda _: None) -> ImportReport:
    """Writes the data with which a working day begins into an empty database; every account has ``password``."""
    on = business_date(system.clock.now())
    await _hire(system, [*cast.robots(scale.robots), *cast.persons()], password, say)
    campaign_id = await _open_campaign(system)
    await _staff_campaign(system, campaign_id)
    report = await _import_customers(system, campaign_id, scale)
    on_purpose = "含有意放入的坏行 some rows are bad on purpose"
    say(f"名单 list: 导入 {report.good} imported, 拒收 {report.rejected} rejected ({on_purpose})")
    async with system.works.begin() as work:
        allocated = await system.runs.allocate(work, campaign_id, on, scale.chance_seed)
    say(f"分配 allocation for {on}: {allocated.assigned} 条 leads → {allocated.agents} 名坐席 agents")
    return report


async def _hire(system: System, players: list[cast.Player], password: str, say: Say) -> None:
    """Creates regions and accounts; phone agents get the licence, training, exam and agreement they need."""
    async with system.works.begin() as work:
        await system.organisation.add_branch(work, cast.BRANCH, cast.BRANCH)
        regions = {
            name: (await system.field.regions.create(work, name=name, districts=list(districts))).id
            for name, districts in cast.REGIONS
        }
    on = business_date(system.clock.now())
    for player in players:
        async with system.works.begin() as work:
            fit = player.role in (Role.AGENT, Role.COMPLAINT_OFFICER)
            card = await system.people.create_staff(
                work,
                StaffDraft(
                    login=player.login,
                    name=player.name,
                    password=password,
                    role=player.role,
                    branch=cast.BRANCH,
                    extension=player.extension,
                    robot_number=player.robot_number,
                    licence_number=f"YL-{player.login.upper()}" if fit else None,
                    licence_valid_until=on + timedelta(days=365) if fit else None,
                    trained_at=work.now if fit else None,
                    examined_at=work.now if fit else None,
                    agreement_signed_at=work.now if fit else None,
                    region_id=regions[player.region] if player.region else None,
                ),
            )
            if player.role is Role.FIELD_LEADER and player.region:
                await system.field.regions.set_leader(work, regions[player.region], card.id)
    say(f"账号 accounts: {len(players)}; 片区 regions: {len(regions)}")


async def _open_campaign(system: System) -> int:
    """Makes the campaign with its script and its customer classes; returns its id."""
    async with system.works.begin() as work:
        campaign = await system.campaigns.create(
            work,
            CampaignDraft(
                name=cast.CAMPAIGN,
                product=cast.PRODUCT,
                company_full_name=cast.COMPANY,
                caller_id=cast.CALLER_ID,
                trunk=system.switch.trunk,
                mode=DialMode.PREVIEW,
                ring_seconds=RING_SECONDS,
            ),
        )
        await system.campaigns.publish_script(
            work,
            campaign.campaign_id,
            ScriptDraft(
                "邀约上门讲解",
                tuple(Statement(key, text, mandatory, text_en) for key, text, text_en, mandatory in cast.SCRIPT),
            ),
            "活动首版话术",
        )
        await system.classes.install_defaults(work)
        value, *_ = await system.classes.schemes(work)
        await system.campaigns.set_class_scheme(work, campaign.campaign_id, value.id, "按客户价值安排拨打顺序")
        return campaign.campaign_id


async def _staff_campaign(system: System, campaign_id: int) -> None:
    """Lets all agents serve the campaign from today on."""
    async with system.works.begin() as work:
        agents = await system.people.by_role(work, Role.AGENT)
        draft = MemberDraft(
            campaign_id=campaign_id,
            staff_ids=tuple(agent.id for agent in agents),
            weight=1,
            from_on=business_date(work.now),
            reason="演练 rehearsal",
        )
        await system.members.set(work, draft)


async def _import_customers(system: System, campaign_id: int, scale: Scale) -> ImportReport:
    """Imports the invented customer list and puts its customers into classes."""
    chance = random.Random(scale.chance_seed)  # noqa: S311 - invented customers, no secret
    file = cast.customer_list(scale.customers, chance, first_number=scale.first_number)
    async with system.works.begin() as work:
        request = ImportRequest(campaign_id, "演练名单")
        report = await system.intake.import_file(work, request, file_name="rehearsal.csv", file=io.BytesIO(file))
        jobs = await system.jobs.list(work, [APPLY])
    for job in jobs:  # classify now, not when the engine runs: the allocation below needs the classes
        await run_job(system, job.id)
    return report
