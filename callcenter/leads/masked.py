"""The masked form in which endpoints show a customer."""

from pydantic import BaseModel

from callcenter.leads.types import LeadCard


class MaskedLead(BaseModel):
    id: int
    name: str
    phone: str
    district: str

    @classmethod
    def of(cls, lead: LeadCard) -> "MaskedLead":
        return cls(id=lead.id, name=lead.name_masked, phone=lead.phone_masked, district=lead.district)
