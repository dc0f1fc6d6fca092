"""The trail holds ids; its page shows names: of people, campaigns, regions, lists, schemes and classes."""

from datetime import UTC, datetime
from typing import Any

from callcenter.audit.labels import labels_in
from callcenter.audit.naming import LabelName, NamingService
from callcenter.audit.rules import Entry
from callcenter.classes.service import ClassService
from callcenter.dnc.lists import ExternalLists
from callcenter.field.regions import RegionService
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Jobs
from callcenter.kit.work import Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.ordering import LeadOrdering
from callcenter.leads.records import LeadRecords
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role
from tests.support.leads import campaign_service, create_campaign
from tests.support.rows import make_lead_list, make_region, make_staff


def entry(act: str, subject: str, **facts: Any) -> Entry:
    at = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    return Entry(id=1, at=at, actor="staff:7", act=act, subject=subject, facts=facts, previous_hash="")


def test_the_ids_among_the_facts_are_labels() -> None:
    def labels(act: str, subject: str, **facts: Any) -> set[str]:
        return set(labels_in(entry(act, subject, **facts))) - {"staff:7", subject}

    assert labels("allocation.members_set", "campaign:3", staff=[4, 5], weight=1) == {"staff:4", "staff:5"}
    assert labels("campaigns.class_scheme_set", "campaign:3", scheme=2, before=1) == {
        "class_scheme:2",
        "class_scheme:1",
    }
    assert labels("people.leave_changed", "staff:3", before="2026-11-23") == set()
    assert labels("alerts.raised", "alert:3", about="campaign:2", campaign_id=2) == {"campaign:2"}
    assert labels("leads.class_added", "class_scheme:2", **{"class": "dormant"}) == {"class:2:dormant"}
    assert labels("leads.class_set_manually", "lead:9", scheme=2, **{"class": "a", "before": "b"}) == {
        *("class_scheme:2", "class:2:a", "class:2:b")
    }


async def test_labels_have_names_in_both_languages(works: Works, vault: Vault) -> None:
    people, campaigns = PeopleService(PeopleSettings()), campaign_service()
    classes = ClassService(vault, Jobs(), campaigns, LeadRecords(), LeadLists(), LeadOrdering())
    async with works.begin() as work:
        agent = await make_staff(work, Role.AGENT, name="李娜")
        campaign = await create_campaign(work, name="安心保")
        region = await make_region(work, name="城东")
        lead_list = await make_lead_list(work, campaign_id=campaign.campaign_id, name="十一月名单")
        await classes.install_defaults(work)
        scheme, *_ = await classes.schemes(work)
        naming = NamingService(people, campaigns, classes, RegionService(people), LeadLists(), ExternalLists(vault))
        known = {
            f"staff:{agent.id}": LabelName("李娜", "李娜"),
            f"campaign:{campaign.campaign_id}": LabelName("安心保", "安心保"),
            f"region:{region.id}": LabelName("城东", "城东"),
            f"lead_list:{lead_list.id}": LabelName("十一月名单", "十一月名单"),
            f"class_scheme:{scheme.id}": LabelName(scheme.name_zh, scheme.name_en),
            f"class:{scheme.id}:{scheme.classes[0].code}": LabelName(
                scheme.classes[0].name_zh, scheme.classes[0].name_en
            ),
        }
        unknown = {"campaign:4711", "lead:3", "audit:trail", "trunk:carrier", "class:1:gone", "staff:x"}
        assert await naming.names(work, known.keys() | unknown) == known
