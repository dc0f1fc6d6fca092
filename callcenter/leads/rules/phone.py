"""Reads a cell of a list's phone column: returns a number that can be dialled, or why it cannot. Pure.

Lists come from spreadsheets and are typed by people: full-width digits, +86, spaces, dashes, an apostrophe that makes a
spreadsheet treat the number as text, a number that became a float. All of this is normalised first.
Source: requirement L1, L2.
"""

import re
import unicodedata

from callcenter.leads.types import NumberProblem

_ABSENT = frozenset({"", "无", "没有", "暂无", "空", "none", "null", "n/a", "na", "nan", "0"})
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−_.·()\[\]'\"‘’`/\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+", re.ASCII)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d{1,16}))?E(\+?)(\d{1,2})", re.IGNORECASE | re.ASCII)
_LONGEST_EXPONENT = 15
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_DOMESTIC_PREFIX = re.compile(r"^(?:(?:\+|00)86(?:0(?=1[3-9]\d{9}$))?|86(?=1[3-9]\d{9}$)|0(?=1[3-9]\d{9}$))", re.ASCII)
_FOREIGN = re.compile(r"(?:\+|00)[1-9]\d{6,14}", re.ASCII)
_SERVICE = re.compile(
    r"""
      0?[48]00\d{7}      # 400 and 800 numbers
    | 9[56]\d{3,4}       # banks, insurers, public services: 95588, 96110
    | 12[13]\d{2}        # an authority's hotline: 12345, 12123
    """,
    re.VERBOSE | re.ASCII,
)
_SHORT = re.compile(r"1\d{2,4}|9\d{4,5}", re.ASCII)  # 110, 10086
_LANDLINE = re.compile(
    r"0(?:10|2\d)[2-8]\d{7} | 0[3-9]\d{2}[2-8]\d{6,7}", re.VERBOSE | re.ASCII
)  # area code and subscriber
_SUBSCRIBER = re.compile(r"[2-8]\d{6,7}", re.ASCII)  # a landline without area code


def read_phone(raw: object, *, allow_landlines: bool = False) -> str | NumberProblem:
    """Returns the digits to dial, eleven of a mainland mobile or a landline with area code, or the problem.

    Without ``allow_landlines`` a landline is a problem.
    """
    if type(raw) is str and raw.isascii() and _MOBILE.fullmatch(raw):
        return raw
    text = _plain(raw)
    if text.lower() in _ABSENT:
        return NumberProblem.MISSING_PHONE
    if match := _WHOLE_FLOAT.fullmatch(text):
        text = match[1]
    elif match := _SCIENTIFIC.fullmatch(text):
        whole = _whole(match[1], match[2] or "", int(match[4]), shortened=bool(match[3]))
        if whole is None:
            return NumberProblem.DIGITS_LOST
        text = whole
    digits = _SEPARATORS.sub("", text)
    if not digits:
        return NumberProblem.MISSING_PHONE
    national = _DOMESTIC_PREFIX.sub("", digits, count=1)
    if _MOBILE.fullmatch(national):
        return national
    if national == digits and _FOREIGN.fullmatch(digits):
        return NumberProblem.FOREIGN
    return _other(national, called_from_abroad=national != digits, allow_landlines=allow_landlines)


def _whole(first: str, decimals: str, exponent: int, *, shortened: bool) -> str | None:
    """Returns the digits of a number in scientific notation; None where some are lost.

    Java writes all of them and leaves out zeros at the end (1.391234567E10); a spreadsheet writes a plus sign, and only
    as many as the column is wide (1.39123E+10). ``shortened``: there is a plus sign.
    """
    missing = exponent - len(decimals)
    if missing < 0 or exponent > _LONGEST_EXPONENT or (missing and shortened):
        return None
    return first + decimals + "0" * missing


def _other(national: str, *, called_from_abroad: bool, allow_landlines: bool) -> str | NumberProblem:
    """Reads a number that is no mobile. With a country code, an area code is written without its zero."""
    if _SERVICE.fullmatch(national):
        return NumberProblem.SERVICE_NUMBER
    if _SHORT.fullmatch(national):
        return NumberProblem.SHORT_CODE
    landline = "0" + national if called_from_abroad and not national.startswith("0") else national
    if _LANDLINE.fullmatch(landline):
        return landline if allow_landlines else NumberProblem.LANDLINE
    if _SUBSCRIBER.fullmatch(national):
        return NumberProblem.LANDLINE
    return NumberProblem.MALFORMED


def _plain(raw: object) -> str:
    """Returns the cell as text with ASCII digits; a spreadsheet's float without its fraction."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    text = str(raw)
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
