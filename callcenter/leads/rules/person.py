"""Reads the personal data of a list: name, gender, birth date or age. Pure."""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

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
    """Reads a gender in Chinese or English; None for anything else."""
    return _GENDERS.get(text.lower())


def read_birth(cell: object, today: date) -> date | None:
    """Reads a birth date in one of the usual spellings; None for anything else, the future, and over 120 years ago."""
    return _written_birth(cell, today) if type(cell) is str else _born(cell, today)


def _born(cell: object, today: date) -> date | None:
    born = read_day(cell)
    if born is None or not today.year - _OLDEST <= born.year or born > today:
        return None
    return born


_written_birth = lru_cache(maxsize=32_768)(_born)
"""The same for a cell of text: few dates stand in a list, each many times."""


def read_day(cell: object) -> date | None:
    """Reads a calendar day in one of the usual spellings; None for anything else."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return written_date(str(cell).strip().removesuffix(".0"))


@lru_cache(maxsize=32_768)
def written_date(text: str) -> date | None:
    """Reads a calendar date in one of the usual spellings; None for anything else."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    if text.isdigit() and len(text) != 8:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def read_age(cell: object) -> int | None:
    """Reads full years as lists write them: 46, 46岁; None for anything else and for more than 120."""
    text = unicodedata.normalize("NFKC", str(cell)).strip().removesuffix(".0").removesuffix("岁").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3) or int(text) > _OLDEST:
        return None
    return int(text)


def name_key(name: str) -> str:
    """Returns the normalised form of a name from which its blind index is made: plain width, lower case, no spaces."""
    return "".join((name if name.isascii() else unicodedata.normalize("NFKC", name)).lower().split())


def district_key(district: str) -> str:
    """Returns a district as it is compared: full-width letters, spaces, capitals are equal; nothing is guessed."""
    return "".join(unicodedata.normalize("NFKC", district).split()).casefold()


def id_number_key(number: str) -> str:
    """Returns an identity number as it is looked up. Its blind index is made of that."""
    return "".join(unicodedata.normalize("NFKC", number).upper().split())


def age_on(born: date | None, on: date) -> int | None:
    """Returns full years on a date; None without a birth date."""
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_of(born: date | None, given: int | None, given_on: date, on: date) -> int | None:
    """Returns full years on a date, by the birth date; else by the age given on ``given_on``, maybe wrong by a year."""
    if born is not None or given is None:
        return age_on(born, on)
    return given + max(0, on.year - given_on.year - ((on.month, on.day) < (given_on.month, given_on.day)))
