"""How endpoints show an errand: the room that orders one, and those that show how far it is."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.kit.errands import ErrandCard, ErrandState


class ErrandOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str = Field(examples=["leads.import"])
    state: ErrandState
    done: int = Field(description="steps done, rows as a rule")
    total: int | None = Field(description="steps in all, where that can be told")
    figures: dict[str, int]
    result: dict[str, object] | None
    problem: dict[str, object] | None = Field(description="why it failed: code, detail, params")
    ordered_at: AwareDatetime
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    cancelling: bool

    @classmethod
    def of(cls, card: ErrandCard) -> "ErrandOut":
        return cls.model_validate(card)
