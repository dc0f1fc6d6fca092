"""What the endpoints of a campaign's script take and return."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from callcenter.campaigns.types import SavedDraftCard, ScriptDraft, ScriptState, ScriptVersionCard, Statement
from callcenter.kit.reasons import Reason

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Spoken = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class ScriptStatementOut(BaseModel):
    key: str = Field(description="the same in every version of the statement")
    text: str = Field(description="Chinese, as it is spoken; `{company}`, `{agent}`, `{licence}` are filled in")
    text_en: str | None
    mandatory: bool = Field(description="the agent ticks it after saying it")

    @classmethod
    def of(cls, statement: Statement) -> "ScriptStatementOut":
        return cls(key=statement.key, text=statement.text, text_en=statement.text_en, mandatory=statement.mandatory)


class ScriptVersionOut(BaseModel):
    version: int
    title: str
    statements: list[ScriptStatementOut] = Field(description="in spoken order")
    in_force: bool
    valid_from: AwareDatetime | None = Field(description="null as long as it has not been in force")
    by: str | None = Field(description="name of the person who submitted it; null for the system")
    own: bool = Field(description="whether the person who asks submitted it: another one decides")
    reason: str
    state: ScriptState
    decided_by: str | None = Field(description="name of the person who approved or returned it")
    decided_why: str = Field(description="why it was returned; empty otherwise")
    from_on: date | None = Field(description="the day on which an approved version comes into force")

    @classmethod
    def of(cls, card: ScriptVersionCard, names: Mapping[int, str], asking: int) -> "ScriptVersionOut":
        review = card.review
        return cls(
            version=card.script.version,
            title=card.script.title,
            statements=[ScriptStatementOut.of(statement) for statement in card.script.statements],
            in_force=card.in_force,
            valid_from=card.valid_from,
            by=None if card.set_by is None else names.get(card.set_by),
            own=review is not None and review.submitted_by == asking,
            reason=card.reason,
            state=ScriptState.PUBLISHED if review is None else review.state,
            decided_by=None if review is None or review.decided_by is None else names.get(review.decided_by),
            decided_why="" if review is None else review.decided_why,
            from_on=None if review is None else review.from_on,
        )


class ScriptHistoryOut(BaseModel):
    """Every version of a campaign's script, the newest first; the one in force is marked."""

    versions: list[ScriptVersionOut]

    @classmethod
    def of(cls, cards: Sequence[ScriptVersionCard], names: Mapping[int, str], asking: int) -> "ScriptHistoryOut":
        return cls(versions=[ScriptVersionOut.of(card, names, asking) for card in cards])


class ScriptStatementIn(BaseModel):
    key: Key | None = Field(default=None, description="of a statement that was in the version before; null: a new one")
    text: Spoken = Field(
        description="Chinese, with `{company}`, `{agent}`, `{licence}` where the desk fills in the names"
    )
    text_en: Spoken | None = None
    mandatory: bool

    @property
    def statement(self) -> Statement:
        return Statement(key=self.key or "", text=self.text, mandatory=self.mandatory, text_en=self.text_en)


class ScriptIn(BaseModel):
    title: Title
    statements: list[ScriptStatementIn] = Field(max_length=40, description="in spoken order")
    based_on: int | None = Field(description="the version that was read before; null before the first")
    reason: Reason

    @property
    def draft(self) -> ScriptDraft:
        return ScriptDraft(self.title, tuple(one.statement for one in self.statements), self.based_on)


class ScriptApprovalIn(BaseModel):
    from_on: date = Field(description="the day on which it comes into force: today, then at once, or a later one")


class ScriptReasonIn(BaseModel):
    reason: Reason


class DraftStatement(BaseModel):
    """A statement as it is typed: its text may still be empty."""

    key: Key | None = Field(description="null: a new one")
    text: str = Field(max_length=600, description="Chinese")
    text_en: str | None = Field(max_length=600)
    mandatory: bool

    @property
    def statement(self) -> Statement:
        return Statement(key=self.key or "", text=self.text, mandatory=self.mandatory, text_en=self.text_en)

    @classmethod
    def of(cls, statement: Statement) -> "DraftStatement":
        return cls(
            key=statement.key or None, text=statement.text, text_en=statement.text_en, mandatory=statement.mandatory
        )


class DraftIn(BaseModel):
    """What a person has written and not submitted yet."""

    title: str = Field(max_length=60)
    statements: list[DraftStatement] = Field(max_length=40, description="in spoken order")
    based_on: int | None = Field(
        ge=1, le=2**31 - 1, description="the version it was written from; null before the first"
    )
    number: int | None = Field(ge=1, le=2**31 - 2, description="of the draft that was read; null: there was none")

    @property
    def draft(self) -> ScriptDraft:
        return ScriptDraft(self.title, tuple(one.statement for one in self.statements), self.based_on)


class DraftOut(BaseModel):
    """A person's own draft."""

    title: str
    statements: list[DraftStatement]
    based_on: int | None
    number: int = Field(description="rises with each save; sent with the next one")
    saved_at: AwareDatetime

    @classmethod
    def of(cls, card: SavedDraftCard) -> "DraftOut":
        return cls(
            title=card.draft.title,
            statements=[DraftStatement.of(statement) for statement in card.draft.statements],
            based_on=card.draft.based_on,
            number=card.number,
            saved_at=card.saved_at,
        )


class OwnDraftOut(BaseModel):
    draft: DraftOut | None = Field(description="null: this person has none for the campaign")
