"""The table of the eligibility room."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from callcenter.kit import history
from callcenter.kit.db import instant_field


class RuleSet(SQLModel, table=True):
    """A version of the code that judges calls, from its first use in this installation on (laws 1 and 11)."""

    __tablename__ = "rule_set"

    name: str = Field(primary_key=True, max_length=40)
    """As verdicts name it: ``types.RULE_SET``."""
    digest: str = Field(primary_key=True, max_length=64)
    """SHA-256 of the source of its rules; a second one under one name: the rules changed and the name did not."""
    first_used_at: datetime = instant_field()


history.keep(RuleSet)
