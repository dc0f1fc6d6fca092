"""Builders for campaigns, customers, their classes, and what forbids or permits to call them."""

from datetime import time, timedelta
from typing import Any

from callcenter.campaigns.agent_fields import DEFAULT_AGENT_FIELDS, stored_agent_fields
from callcenter.campaigns.models import Campaign
from callcenter.campaigns.types import CampaignState, VersionOrigin
from callcenter.campaigns.versions import version_of
from callcenter.classes.models import ClassScheme, ClassValue, LeadClass
from callcenter.classes.types import CLASS_REASON, ClassSource
from callcenter.consent.models import LeadBasis
from callcenter.consent.types import BASIS_REASON, BasisAct
from callcenter.customers.models import LeadChange
from callcenter.customers.types import CHANGE_NEW, CHANGE_OLD, CHANGE_WHY, ChangeSource, FileField
from callcenter.dnc.models import DncEntry, DncLift
from callcenter.dnc.types import LIFT_WHY, LIFTED_WORDS, DncReason, DncSource
from callcenter.eligibility.models import RuleSet
from callcenter.imports.models import LeadUpload
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.types import LEAD_ADDRESS, LEAD_NAME, NUMBER, BasisKind
from callcenter.people.types import Role
from tests.support.rows.core import build, first_or_new, next_number, put
from tests.support.rows.people import make_staff
from tests.support.settings import VAULT

OWN_NUMBERS = 50_000_000
"""Added to a built customer's number, so that it is none of ``phone_number(0)`` … of an imported list."""


def phone_number(number: int) -> str:
    """Returns a mobile number of the range 199 that is not in use."""
    return f"199{number:08d}"


async def make_campaign(work: Work, **columns: Any) -> Campaign:
    """A running campaign with the hours, shifts and limits that a new campaign has by default."""
    number = await next_number(work, Campaign)
    campaign = await put(
        work,
        Campaign,
        columns,
        name=f"campaign {number}",
        product="life",
        company_full_name="某某人寿保险股份有限公司",
        state=CampaignState.RUNNING,
        legal_opens=time(8),
        legal_closes=time(21),
        shifts=[["10:00", "12:00"], ["13:30", "18:00"]],
        quota=30,
        ring_seconds=30,
        wrap_up_seconds=60,
        caller_id="07715550000",
        trunk="carrier",
        cap_per_day=1,
        cap_per_7_days=3,
        max_attempts=3,
        agent_fields=stored_agent_fields(DEFAULT_AGENT_FIELDS),
        created_at=work.now,
    )
    work.session.add(version_of(campaign, work, origin=VersionOrigin.CREATED))
    await work.session.flush()
    return campaign


async def make_rule_set(work: Work, **columns: Any) -> RuleSet:
    """A rule set that has judged calls for a year."""
    number = await next_number(work, RuleSet)
    began = work.now - timedelta(days=365)
    return await put(work, RuleSet, columns, name=f"t{number}", digest=f"{number:064x}", first_used_at=began)


async def make_lead_list(work: Work, **columns: Any) -> LeadList:
    """A list that was imported now, of a file that no other list has."""
    number = await next_number(work, LeadList)
    if "campaign_id" not in columns:
        columns["campaign_id"] = await first_or_new(work, Campaign, make_campaign)
    return await put(
        work,
        LeadList,
        columns,
        name=f"list {number}",
        file_name=f"list-{number}.csv",
        sha256=f"{number:064x}",
        imported_at=work.now,
    )


async def make_lead(
    work: Work, *, name: str = "", phone: str = "", address: str = "某路", vault: Vault = VAULT, **columns: Any
) -> Lead:
    """A customer in stock. ``name``, ``phone`` and ``address`` are clear here and sealed in the row."""
    [lead] = await make_leads(work, 1, name=name, phone=phone, address=address, vault=vault, **columns)
    return lead


async def make_leads(
    work: Work,
    count: int,
    *,
    name: str = "",
    phone: str = "",
    address: str = "某路",
    vault: Vault = VAULT,
    **columns: Any,
) -> list[Lead]:
    """``count`` customers of one list, in the order of their lines."""
    if "list_id" not in columns:
        columns["list_id"] = await _list_of(work, columns)
    if "campaign_id" not in columns:
        columns["campaign_id"] = (await work.session.get_one(LeadList, columns["list_id"])).campaign_id
    leads = []
    for _ in range(count):
        number = await next_number(work, Lead)
        place = (columns["list_id"], columns.get("line", number + 1))
        clear = phone or phone_number(OWN_NUMBERS + number)
        leads.append(
            build(
                Lead,
                columns,
                line=number + 1,  # line 1 of a file is its header
                name_sealed=vault.seal(name or f"王{number}", LEAD_NAME.place(*place)),
                phone_sealed=vault.seal(clear, NUMBER.place(columns.get("phone_index", vault.index(clear)))),
                phone_index=vault.index(clear),
                phone_last4=clear[-4:],
                address_sealed=vault.seal(address, LEAD_ADDRESS.place(*place)),
                basis_kind=BasisKind.WRITTEN_CONSENT,
                basis_reference=f"SQ{number:06d}",
                imported_at=work.now,
            )
        )
    work.session.add_all(leads)
    await work.session.flush()
    return leads


async def _list_of(work: Work, columns: dict[str, Any]) -> int:
    if "campaign_id" in columns:
        return (await make_lead_list(work, campaign_id=columns["campaign_id"])).id
    return await first_or_new(work, LeadList, make_lead_list)


async def make_dnc_entry(work: Work, *, lifted_words: str = "", **columns: Any) -> DncEntry:
    """An office's entry of a number that refused; with ``lead_id``, of that customer's number.

    ``lifted_words``: why a person lifted it, clear here and sealed in the row.
    """
    if "phone_index" not in columns:
        if "lead_id" not in columns:
            columns["lead_id"] = (await make_lead(work)).id
        columns["phone_index"] = (await work.session.get_one(Lead, columns["lead_id"])).phone_index
    entry = await put(work, DncEntry, columns, reason=DncReason.REFUSED, source=DncSource.OFFICE, entered_at=work.now)
    if lifted_words:
        entry.lifted_words_sealed = VAULT.seal(lifted_words, LIFTED_WORDS.at(entry))
    return entry


async def make_dnc_lift(work: Work, **columns: Any) -> DncLift:
    """A proposal to lift a do-not-call entry, not decided yet."""
    if "entry_id" not in columns:
        columns["entry_id"] = (await make_dnc_entry(work)).id
    if "proposed_by" not in columns:
        columns["proposed_by"] = (await make_staff(work, Role.DATA_OFFICER)).id
    sealed = VAULT.seal("wrong number", LIFT_WHY.place(columns["entry_id"], columns.get("proposed_at", work.now)))
    return await put(work, DncLift, columns, why_sealed=sealed, proposed_at=work.now)


async def make_lead_basis(work: Work, *, reason: str = "signed", **columns: Any) -> LeadBasis:
    """A written consent that was added to a customer now. The reason is clear here and sealed in the row."""
    if "lead_id" not in columns:
        columns["lead_id"] = (await make_lead(work)).id
    act = columns.get("act", BasisAct.ADDED)
    kind = BasisKind.WRITTEN_CONSENT if act is BasisAct.ADDED else None
    sealed = VAULT.seal(reason, BASIS_REASON.place(columns["lead_id"], act, columns.get("at", work.now)))
    return await put(work, LeadBasis, columns, act=act, kind=kind, reason_sealed=sealed, at=work.now)


async def make_lead_change(
    work: Work, *, old: str = "教师", new: str = "医生", why: str = "客户告知", vault: Vault = VAULT, **columns: Any
) -> LeadChange:
    """A correction of a customer's occupation from the desk. Old, new and why are clear here and sealed in the row."""
    if "lead_id" not in columns:
        columns["lead_id"] = (await make_lead(work)).id
    field, at = columns.get("field", FileField.OCCUPATION), columns.get("at", work.now)
    key = columns["lead_id"], field, at
    return await put(
        work,
        LeadChange,
        columns,
        field=FileField.OCCUPATION,
        old_sealed=vault.seal(old, CHANGE_OLD.place(*key)),
        new_sealed=vault.seal(new, CHANGE_NEW.place(*key)),
        why_sealed=vault.seal(why, CHANGE_WHY.place(*key)),
        source=ChangeSource.DESK,
        at=work.now,
    )


async def make_class_scheme(work: Work, **columns: Any) -> ClassScheme:
    """A scheme without classes."""
    number = await next_number(work, ClassScheme)
    return await put(
        work,
        ClassScheme,
        columns,
        key=f"scheme_{number}",
        name_zh=f"方案{number}",
        name_en=f"scheme {number}",
        created_at=work.now,
    )


async def make_class_value(work: Work, **columns: Any) -> ClassValue:
    """A class of a scheme, below those built before it."""
    number = await next_number(work, ClassValue)
    if "scheme_id" not in columns:
        columns["scheme_id"] = await first_or_new(work, ClassScheme, make_class_scheme)
    return await put(
        work,
        ClassValue,
        columns,
        code=f"class_{number}",
        name_zh=f"类{number}",
        name_en=f"class {number}",
        rank=number,
    )


async def make_lead_class(work: Work, **columns: Any) -> LeadClass:
    """A customer's class, set manually by a data officer."""
    if "lead_id" not in columns:
        columns["lead_id"] = (await make_lead(work)).id
    if "class_id" not in columns:
        columns["class_id"] = await first_or_new(work, ClassValue, make_class_value)
    if "set_by" not in columns:
        columns["set_by"] = (await make_staff(work, Role.DATA_OFFICER)).id
    scheme_id = (await work.session.get_one(ClassValue, columns["class_id"])).scheme_id
    return await put(
        work,
        LeadClass,
        columns,
        scheme_id=scheme_id,
        source=ClassSource.MANUAL,
        reason_sealed=VAULT.seal("asked the branch", CLASS_REASON.place(columns["lead_id"], scheme_id)),
        set_at=work.now,
    )


async def make_upload(work: Work, **columns: Any) -> LeadUpload:
    """A file of leads that was uploaded now and not imported yet."""
    number = await next_number(work, LeadUpload)
    return await put(
        work,
        LeadUpload,
        columns,
        file_name=f"upload-{number}.csv",
        size=1,
        sha256=f"{number:064x}",
        uploaded_at=work.now,
    )
