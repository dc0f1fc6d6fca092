"""Where objects lie in the bucket: a recording can be found from its call's id and day alone."""

from datetime import date, datetime
from uuid import UUID

from callcenter.kit.clock import business_date

_PREFIX = "recordings/"


def day_prefix(on: date) -> str:
    """Returns what the keys of one business day's recordings begin with."""
    return f"{_PREFIX}{on:%Y/%m/%d}/"


def object_key(call_id: UUID, armed_at: datetime) -> str:
    """Returns the key of a recording's object."""
    return f"{day_prefix(business_date(armed_at))}{call_id}.flac"
