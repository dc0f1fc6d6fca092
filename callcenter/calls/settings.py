"""Settings of the calls room."""

from datetime import time

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from callcenter.calls.visit_rules import VisitHours
from callcenter.kit.config import Section


class VisitSettings(Section):
    """The hours in which a visit can be agreed without being confirmed (requirement F3), Shanghai time."""

    model_config = SettingsConfigDict(env_prefix="CALLCENTER_VISITS_", extra="ignore", frozen=True)

    opens: time = Field(default=time(9), description="working hours of the field begin")
    closes: time = Field(default=time(18), description="working hours of the field end")
    night_until: time = Field(default=time(8), description="night ends")
    night_from: time = Field(default=time(21), validate_default=True, description="night begins")

    @field_validator("night_from")
    @classmethod
    def _in_order(cls, night_from: time, info: ValidationInfo) -> time:
        """Looks at the last of the four, which is read after the others."""
        times = [info.data.get(name) for name in ("night_until", "opens", "closes")]
        if None not in times and sorted(known := [*filter(None, times), night_from]) != known:
            raise ValueError("the working hours must lie between the end and the beginning of the night")
        return night_from

    def hours(self) -> VisitHours:
        return VisitHours(self.opens, self.closes, self.night_until, self.night_from)
