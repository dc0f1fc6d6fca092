"""Response of the parts' endpoint."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from callcenter.parts.types import Part


class PartOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    part: Part
    node: str | None = Field(description="the switch, for a part that each switch has", examples=["n1"])
    running: bool = Field(description="whether a process leads it")
    since: datetime | None = Field(description="when the leading process has connected to the database")
    standbys: int = Field(description="processes that wait to lead")
