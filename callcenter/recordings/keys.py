"""Keys of objects in the bucket: a recording can be found by the id and day of its call alone."""

from datetime import date, datetime
from uuid import UUID

from callcenter.kit.clock import business_date

_PREFIX = "recordings/"


def day_prefix(on: date) -> str:
    """Returns the prefix of the keys of one business day's recordings."""
    return f"{_PREFIX}{on:%Y/%m/%d}/"


def object_key(call_id: UUID, armed_at: datetime) -> str:
    """Returns the key of a recording's object."""
    return f"{day_prefix(business_date(armed_at))}{call_id}.flac"
