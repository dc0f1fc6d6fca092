"""What the endpoints of readiness return."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from callcenter.people.types import Role
from callcenter.readiness.types import Need, Readiness, Step, StepCard


class NeedOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    need: Need
    met: bool
    due_on: date | None = Field(description="by when it should have been there; null: the campaign has no first day")
    facts: dict[str, Any] = Field(description="figures, and names of branches or regions, for the sentence")


class ReadinessOut(BaseModel):
    """What a campaign has and lacks before it may start."""

    ready: bool
    needs: list[NeedOut]

    @classmethod
    def of(cls, readiness: Readiness) -> "ReadinessOut":
        return cls(ready=not readiness.missing, needs=[NeedOut.model_validate(card) for card in readiness.needs])


class FirstRunStep(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    step: Step
    done: bool
    facts: dict[str, Any] = Field(description="figures, codes of roles, names of regions, for the sentence")
    doers: list[Role] = Field(description="the roles that can do it")


class FirstRunOut(BaseModel):
    """The steps of a new installation, in their order."""

    complete: bool
    steps: list[FirstRunStep]

    @classmethod
    def of(cls, cards: Sequence[StepCard]) -> "FirstRunOut":
        return cls(
            complete=all(card.done for card in cards), steps=[FirstRunStep.model_validate(card) for card in cards]
        )
