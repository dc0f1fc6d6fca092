"""What several rooms' answers show of calls."""

from pydantic import BaseModel, Field

from callcenter.calls.types import Successes


class SuccessesView(BaseModel):
    """Successes by what quality says of them."""

    counted: int = Field(description="passed and open: one that quality has refused counts as none")
    passed: int
    open: int = Field(description="not decided by quality yet")
    failed: int

    @classmethod
    def of(cls, successes: Successes) -> "SuccessesView":
        return cls(counted=successes.counted, passed=successes.passed, open=successes.open, failed=successes.failed)
