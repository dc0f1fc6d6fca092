"""The rooms of campaigns and leads for tests, and invented lists with numbers 199 0000 xxxx, which are not in use."""

import dataclasses
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from callcenter.calendar.service import CalendarService
from callcenter.calendar.settings import CalendarSettings
from callcenter.calendar.types import DayUse
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.settings import CampaignSettings
from callcenter.campaigns.types import CampaignDraft, CampaignRules
from callcenter.consent.service import ConsentService
from callcenter.dnc.deliveries import DeliveryService
from callcenter.dnc.importing import DeliveryImport
from callcenter.dnc.in_force import DncInForce
from callcenter.dnc.lists import ExternalLists
from callcenter.dnc.service import DncService
from callcenter.dnc.settings import DncSettings
from callcenter.files.readers import Readers
from callcenter.files.settings import FileSettings
from callcenter.imports.importing import Importer
from callcenter.imports.rejecting import RejectService
from callcenter.imports.service import IntakeService
from callcenter.imports.settings import ImportSettings
from callcenter.imports.types import ImportRequest
from callcenter.imports.workers import RowJudging
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Jobs
from callcenter.kit.work import Work
from callcenter.leads.bases import LeadBases
from callcenter.leads.incoming import IncomingLeads
from callcenter.leads.lists import LeadLists
from callcenter.leads.records import LeadRecords
from callcenter.leads.service import LeadService
from callcenter.people.availability import AvailabilityService
from tests.support.rows import VAULT, Lead, phone_number

HEADER = "客户姓名,联系电话,性别,出生日期,区县,地址,职业,客户分类,授权依据,授权编号"
CLASSES = ("高效客户", "高贡献客户", "一般客户", "休眠客户")
DISTRICTS = ("青秀区", "兴宁区", "江南区", "横州市", "隆安县")

DRAFT = CampaignDraft(
    name="spring", product="whole life", company_full_name="某某人寿保险股份有限公司", caller_id="07715550000"
)


async def create_campaign(work: Work, **changes: Any) -> CampaignRules:
    """Creates a campaign by its service, as an administrator does: running, apart from ``changes`` to its draft."""
    return await campaign_service().create(work, dataclasses.replace(DRAFT, **changes))


class NothingRests:
    """A day on which no allocation run rests."""

    async def resting_on(self, work: Work, on: date) -> Sequence[DayUse]:
        return ()


class NoRegions:
    """A bank that has no region yet."""

    async def served(self, work: Work) -> frozenset[str] | None:
        return None


def calendar_service(**settings: Any) -> CalendarService:
    return CalendarService(CalendarSettings(**settings), NothingRests())


def availability_service() -> AvailabilityService:
    return AvailabilityService(calendar_service())


def campaign_service() -> CampaignService:
    return CampaignService(CampaignSettings(caller_ids="07715550000"), calendar_service(), VAULT)


def lead_service(vault: Vault) -> LeadService:
    return LeadService(vault, DncInForce())


def intake_service(vault: Vault, *, upload_limit_bytes: int | None = None, **settings: Any) -> IntakeService:
    files = FileSettings() if upload_limit_bytes is None else FileSettings(upload_limit_bytes=upload_limit_bytes)
    imports = ImportSettings(**settings)
    incoming = IncomingLeads(DncInForce())
    external = ExternalLists(vault)
    judging = RowJudging(vault, imports, NoRegions())
    importer = Importer(imports, campaign_service(), judging, external, LeadLists(), incoming)
    return IntakeService(vault, imports, Jobs(), importer, judging, Readers(files))


def reject_service(vault: Vault) -> RejectService:
    return RejectService(vault, LeadLists())


def dnc_service(vault: Vault, **settings: Any) -> DncService:
    return DncService(vault, DncSettings(**settings), LeadRecords(), ExternalLists(vault))


def delivery_service(vault: Vault) -> DeliveryService:
    return DeliveryService(vault, Jobs(), Readers(FileSettings()))


def delivery_import(vault: Vault) -> DeliveryImport:
    return DeliveryImport(vault, delivery_service(vault), LeadRecords())


def consent_service(vault: Vault) -> ConsentService:
    return ConsentService(vault, LeadBases(vault))


def list_rows(count: int, *, first: int = 0) -> list[str]:
    """Returns rows of a list, one customer each, through all classes and districts."""
    return [
        f"王{number},{phone_number(number)},女,1980-05-06,{DISTRICTS[number % len(DISTRICTS)]},某路{number}号,教师,"
        f"{CLASSES[number // len(DISTRICTS) % len(CLASSES)]},书面同意,SQ{number:06d}"
        for number in range(first, first + count)
    ]


def as_file(rows: list[str], *, header: str = HEADER, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join([header, *rows, ""]).encode(encoding))


async def import_leads(work: Work, campaign_id: int, count: int, *, first: int = 0) -> list[int]:
    """Imports invented customers ``first`` … from a list and returns their ids in the order of their lines."""
    report = await intake_service(VAULT).import_file(
        work,
        ImportRequest(campaign_id, f"list from {first}"),
        file_name="list.csv",
        file=as_file(list_rows(count, first=first)),
    )
    query = select(col(Lead.id)).where(col(Lead.list_id) == report.list_id).order_by(col(Lead.line))
    return list((await work.session.scalars(query)).all())
