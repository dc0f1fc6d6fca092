"""What a list says of a person: gender, birth date, and the age that follows."""

import re
from datetime import date, datetime

from callcenter.leads.types import Gender

_GENDERS = {
    "男": Gender.MALE,
    "男性": Gender.MALE,
    "先生": Gender.MALE,
    "m": Gender.MALE,
    "male": Gender.MALE,
    "女": Gender.FEMALE,
    "女性": Gender.FEMALE,
    "女士": Gender.FEMALE,
    "f": Gender.FEMALE,
    "female": Gender.FEMALE,
}
_DATE = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:.*)?")
_OLDEST = 120


def read_gender(text: str) -> Gender | None:
    return _GENDERS.get(text.lower())


def read_birth(cell: object, today: date) -> date | None:
    """A birth date in one of the usual spellings; None for anything else, the future, and more than 120 years ago."""
    if isinstance(cell, datetime):
        born: date | None = cell.date()
    elif isinstance(cell, date):
        born = cell
    else:
        born = _written_date(str(cell).strip().removesuffix(".0"))
    if born is None or not today.year - _OLDEST <= born.year or born > today:
        return None
    return born


def _written_date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    if text.isdigit() and len(text) != 8:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def age_on(born: date | None, on: date) -> int | None:
    """Full years on a date."""
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
