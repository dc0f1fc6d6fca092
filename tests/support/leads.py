"""Invented campaigns and customers for tests: numbers 199 0000 xxxx that nobody has."""

import dataclasses
import io
from typing import Any

from callcenter.leads.settings import LeadSettings
from sqlmodel import col, select

from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.settings import CampaignSettings
from callcenter.campaigns.types import CampaignDraft, CampaignRules
from callcenter.dnc.service import DncService
from callcenter.imports.service import IntakeService
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Jobs
from callcenter.kit.work import Work
from callcenter.leads.models import Lead
from callcenter.leads.service import LeadService
from callcenter.target_groups.service import TargetService

HEADER = "客户姓名,联系电话,性别,出生日期,区县,地址,职业,客户分类,授权依据,授权编号"
CLASSES = ("高效客户", "高贡献客户", "一般客户", "休眠客户")
DISTRICTS = ("青秀区", "兴宁区", "江南区", "横州市", "隆安县")

DRAFT = CampaignDraft(
    name="spring", product="whole life", company_full_name="某某人寿保险股份有限公司", caller_id="07715550000"
)


async def make_campaign(work: Work, **changes: Any) -> CampaignRules:
    """A running campaign with the default rules, apart from ``changes`` to its draft."""
    return await campaign_service().create(work, dataclasses.replace(DRAFT, **changes))


def campaign_service() -> CampaignService:
    return CampaignService(CampaignSettings(caller_ids="07715550000"))


def lead_service(vault: Vault, **settings: Any) -> LeadService:
    return LeadService(vault, LeadSettings(**settings))


def intake_service(vault: Vault, **settings: Any) -> IntakeService:
    return IntakeService(vault, LeadSettings(**settings), Jobs(), TargetService(), dnc_service(vault).listed_numbers)


def dnc_service(vault: Vault, **settings: Any) -> DncService:
    return DncService(vault, LeadSettings(**settings), Jobs())


def phone_number(number: int) -> str:
    return f"199{number:08d}"


def list_rows(count: int, *, first: int = 0) -> list[str]:
    """Rows of a list, one customer each, through all classes and districts."""
    return [
        f"王{number},{phone_number(number)},女,1980-05-06,{DISTRICTS[number % len(DISTRICTS)]},某路{number}号,教师,"
        f"{CLASSES[number // len(DISTRICTS) % len(CLASSES)]},书面同意,SQ{number:06d}"
        for number in range(first, first + count)
    ]


def as_file(rows: list[str], *, header: str = HEADER, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join([header, *rows, ""]).encode(encoding))


async def make_leads(work: Work, leads: LeadService, campaign_id: int, count: int, *, first: int = 0) -> list[int]:
    """Imports invented customers ``first`` … and returns their ids in that order."""
    report = await intake_service(leads._vault).import_file(
        work,
        campaign_id=campaign_id,
        name=f"list from {first}",
        file_name="list.csv",
        file=as_file(list_rows(count, first=first)),
    )
    query = select(col(Lead.id)).where(col(Lead.list_id) == report.list_id).order_by(col(Lead.line))
    return list((await work.session.scalars(query)).all())
