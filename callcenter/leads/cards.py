"""Turns rows of this room into the frozen cards that other rooms may see."""

from datetime import date

from callcenter.leads.models import Lead, LeadList
from callcenter.leads.rules.basis import basis_counts
from callcenter.leads.types import Basis, DncBlock, LeadFacts, LeadListCard, SealedLead


def basis_of(lead: Lead) -> Basis:
    return Basis(
        kind=lead.basis_kind,
        reference=lead.basis_reference,
        valid_until=lead.basis_valid_until,
        withdrawn_at=lead.basis_withdrawn_at,
        withdrawn_by=lead.basis_withdrawn_by,
        withdrawn_why_sealed=lead.basis_withdrawn_why_sealed,
    )


def facts_of(lead: Lead, block: DncBlock | None, today: date) -> LeadFacts:
    """Returns the facts that decide whether a lead may be called. ``block``: the longest on its number."""
    return LeadFacts(
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        state=lead.state,
        phone_index=lead.phone_index,
        dnc=block is not None,
        dnc_entry_id=None if block is None else block.entry_id,
        dnc_until=None if block is None else block.until,
        basis_valid=basis_counts(lead.basis_withdrawn_at is not None, lead.basis_valid_until, today),
        basis_until=lead.basis_valid_until,
    )


def sealed_lead(lead: Lead, today: date) -> SealedLead:
    return SealedLead(
        id=lead.id,
        campaign_id=lead.campaign_id,
        list_id=lead.list_id,
        line=lead.line,
        state=lead.state,
        name_sealed=lead.name_sealed,
        phone_sealed=lead.phone_sealed,
        phone_index=lead.phone_index,
        address_sealed=lead.address_sealed,
        gender=lead.gender,
        birth_on=lead.birth_on,
        age=lead.age_on(today),
        district=lead.district,
        occupation=lead.occupation,
        carrier=lead.carrier,
        city=lead.city,
        customer_class=lead.customer_class,
        basis=basis_of(lead),
        fields_sealed=lead.fields_sealed,
        imported_at=lead.imported_at,
    )


def list_card(lead_list: LeadList) -> LeadListCard:
    return LeadListCard(
        id=lead_list.id,
        name=lead_list.name,
        campaign_id=lead_list.campaign_id,
        imported_at=lead_list.imported_at,
        rows=lead_list.rows,
        good=lead_list.good,
        rejected=lead_list.rejected,
        reasons=dict(lead_list.reasons),
        file_name=lead_list.file_name,
        source=lead_list.source,
        branch=lead_list.branch,
        target_group_id=lead_list.target_group_id,
        imported_by=lead_list.imported_by,
        mapping=dict(lead_list.mapping),
        warnings=dict(lead_list.warnings),
        fields=tuple(lead_list.fields),
        titles=tuple(lead_list.titles),
    )
