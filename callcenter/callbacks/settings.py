"""The numbers of this room (requirements C7, X3)."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.callbacks.rules import RetryRules
from callcenter.kit.config import Section


class CallbackSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_CALLBACKS_", extra="ignore", frozen=True)

    grace: timedelta = Field(
        default=timedelta(minutes=30), description="how long a promise is its agent's alone, counted from its time"
    )
    promise_attempts: int = Field(default=3, ge=1, description="after so many tries without an answer it lapses")
    promise_retry: timedelta = Field(default=timedelta(hours=1))
    complaint_attempts: int = Field(default=6, ge=1, description="tries before a supervisor may sign off")
    complaint_retry: timedelta = Field(default=timedelta(hours=4))
    complaint_staff_first: timedelta = Field(
        default=timedelta(hours=2),
        description="how long a due complaint callback is left to the complaint staff before phone agents get it",
    )
    busy_retry: timedelta = Field(default=timedelta(minutes=15))
    uncounted_retry: timedelta = Field(
        default=timedelta(minutes=10), description="after a call that never reached the customer's network"
    )
    evidence_wait: timedelta = Field(
        default=timedelta(hours=4),
        description="how long a complaint conversation may wait for its recording before the customer is called again",
    )

    def retry_rules(self) -> RetryRules:
        return RetryRules(
            promise_attempts=self.promise_attempts,
            promise_retry=self.promise_retry,
            complaint_retry=self.complaint_retry,
            busy_retry=self.busy_retry,
            uncounted_retry=self.uncounted_retry,
            evidence_wait=self.evidence_wait,
        )
