"""Response with a job: for the endpoints that request jobs and for those that show their progress."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.kit.jobs import JobCard, JobState


class JobOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str = Field(examples=["leads.import"])
    state: JobState
    done: int = Field(description="steps done, rows as a rule")
    total: int | None = Field(description="steps in all, where that is known")
    figures: dict[str, int]
    result: dict[str, object] | None
    problem: dict[str, object] | None = Field(description="why it failed: code, detail, params")
    requested_at: AwareDatetime
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    cancelling: bool
    ahead: int = Field(description="open jobs that are performed before this one, while it waits")

    @classmethod
    def of(cls, card: JobCard) -> "JobOut":
        return cls.model_validate(card)
