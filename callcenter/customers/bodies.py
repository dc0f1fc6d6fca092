"""The body of a correction, the same on each way to a customer's file: file, desk, visit."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callcenter.customers.types import ChangeSource, Correction, FileField


class CorrectionBody(BaseModel):
    """What was learned of a customer: new values of some fields, and how it was learned."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    values: dict[FileField, Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]] = Field(
        min_length=1, description="field → new value; an empty text removes a value"
    )
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] = Field(
        description="how it was learned; it is kept sealed with the change"
    )

    def correction(self, source: ChangeSource) -> Correction:
        return Correction(self.values, self.why, source)
