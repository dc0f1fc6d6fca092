"""Settings of the complaints room (requirements X1, X2)."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class ComplaintSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_COMPLAINTS_", extra="ignore", frozen=True)

    answer_within: timedelta = Field(
        default=timedelta(hours=24),
        description="how long after the complaint the customer is called back at the latest",
    )
    answer_least_open: timedelta = Field(
        default=timedelta(hours=4),
        description="the answer is not due before the service hours have been open for so long: no deadline passes"
        " while no callback may be placed",
    )
    decide_days: int = Field(default=15, ge=1, description="days for the decision, without the day of the complaint")
    first_call_after: timedelta = Field(
        default=timedelta(minutes=10), description="how long after the complaint the customer is called at the earliest"
    )
