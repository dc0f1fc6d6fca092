"""Fills an empty rehearsal through the rooms' own services: staff, campaign, script, regions, customers, the 30."""

import io
import random
from collections.abc import Callable
from datetime import date, timedelta

from callcenter.bootstrap import System, run_job
from callcenter.campaigns.rules import DEFAULT_RETRIES
from callcenter.campaigns.types import CampaignDraft, DialMode, Statement
from callcenter.classes.applying import APPLY
from callcenter.imports.types import ImportReport, ImportRequest
from callcenter.kit.clock import business_date
from callcenter.people.types import Role
from callcenter.rehearsal import cast

RING_SECONDS = 8
"""Shorter than in life: a rehearsal has little time for telephones nobody answers."""


async def seed(
    system: System,
    *,
    password: str,
    robots: int,
    customers: int,
    chance_seed: int,
    first_number: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> ImportReport:
    """Everything a working day begins with, into an empty database."""
    works, on = system.works, business_date(system.clock.now())
    async with works.begin() as work:
        regions = {
            name: (await system.field.regions.create(work, name=name, districts=list(districts))).id
            for name, districts in cast.REGIONS
        }
    players = [*cast.robots(robots), *cast.persons()]
    for player in players:
        async with works.begin() as work:
            fit = player.role is Role.AGENT
            card = await system.people.create_staff(
                work,
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
            )
            if player.role is Role.FIELD_LEADER and player.region:
                await system.field.regions.set_leader(work, regions[player.region], card.id)
    say(f"{len(players)} accounts, {len(regions)} regions")

    async with works.begin() as work:
        rules = await system.campaigns.create(
            work,
            CampaignDraft(
                name=cast.CAMPAIGN,
                product=cast.PRODUCT,
                company_full_name=cast.COMPANY,
                caller_id=cast.CALLER_ID,
                trunk=system.switch.trunk,
                mode=DialMode.PREVIEW,
                ring_seconds=RING_SECONDS,
                retries=DEFAULT_RETRIES,
            ),
        )
        await system.campaigns.publish_script(
            work,
            rules.campaign_id,
            "邀约上门讲解",
            [Statement(key, text, mandatory, text_en) for key, text, text_en, mandatory in cast.SCRIPT],
        )
        await system.classes.install_defaults(work)
        value, *_ = await system.classes.schemes(work)
        await system.campaigns.set_class_scheme(work, rules.campaign_id, value.id)
    chance = random.Random(chance_seed)  # noqa: S311 - invented customers, no secret
    file = cast.customer_list(customers, chance, first_number=first_number)
    async with works.begin() as work:
        request = ImportRequest(rules.campaign_id, "演练名单")
        report = await system.intake.import_file(work, request, file_name="rehearsal.csv", file=io.BytesIO(file))
        waiting = await system.jobs.list(work, [APPLY])
    for job in waiting:  # now, and not when the engine runs: the 30 are allocated by class
        await run_job(system, job.id)
    say(f"{report.good} customers imported, {report.rejected} rows rejected")
    say(await _allocate(system, rules.campaign_id, on, chance_seed))
    return report


async def _allocate(system: System, campaign_id: int, on: date, chance_seed: int) -> str:
    async with system.works.begin() as work:
        allocated = await system.allocation.allocate(work, campaign_id, on, chance_seed)
    return f"{allocated.assigned} leads allocated to {allocated.agents} agents for {on}"
