"""Responses of the audit room's endpoints."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from callcenter.audit.rules import Entry
from callcenter.kit.paging import Page


class EntryLine(BaseModel):
    id: int
    at: datetime
    actor: str = Field(examples=["staff:7"])
    act: str = Field(examples=["leads.number_revealed"])
    subject: str = Field(examples=["lead:17"])
    facts: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> "EntryLine":
        return cls.model_validate(entry, from_attributes=True)


class AuditPage(Page[EntryLine]):
    pass
