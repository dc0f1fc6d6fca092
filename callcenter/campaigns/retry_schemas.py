"""What the endpoints of a campaign's retry rules take and return."""

from datetime import time, timedelta

from pydantic import BaseModel, Field

from callcenter.campaigns.retries import RetryAfter, RetryPolicy, RetryRule
from callcenter.campaigns.schemas import WallTime
from callcenter.kit.reasons import Reason

_MINUTE = timedelta(minutes=1)


class RetryRuleView(BaseModel):
    after: RetryAfter
    delay_minutes: int = Field(ge=0, le=43_200, description="before the next attempt, at least")
    most: int = Field(ge=1, le=20, description="attempts in all after which such a call ends the lead")
    spread: bool = Field(description="the next attempt is made in the part of the day tried least often")


class RetriesView(BaseModel):
    """When a lead is tried again. A kind of call that is not named ends the lead."""

    rules: list[RetryRuleView] = Field(max_length=len(RetryAfter))
    min_gap_minutes: int = Field(ge=0, le=1440, description="between any call to a number and the next unasked one")
    day_parts: list[WallTime] = Field(
        max_length=5, description="when a new part of the day begins", examples=[["12:00"]]
    )


class RetriesOut(RetriesView):
    @classmethod
    def of(cls, policy: RetryPolicy) -> "RetriesOut":
        return cls(
            rules=[
                RetryRuleView(after=after, delay_minutes=int(rule.delay / _MINUTE), most=rule.most, spread=rule.spread)
                for after, rule in policy.rules.items()
            ],
            min_gap_minutes=int(policy.min_gap / _MINUTE),
            day_parts=[f"{begins:%H:%M}" for begins in policy.day_parts],
        )


class RetriesIn(RetriesView):
    reason: Reason

    @property
    def policy(self) -> RetryPolicy:
        return RetryPolicy(
            rules={
                rule.after: RetryRule(timedelta(minutes=rule.delay_minutes), rule.most, rule.spread)
                for rule in self.rules
            },
            min_gap=timedelta(minutes=self.min_gap_minutes),
            day_parts=tuple(time.fromisoformat(begins) for begins in self.day_parts),
        )
