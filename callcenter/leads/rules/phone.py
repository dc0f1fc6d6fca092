"""What stands in a list's phone column: a mainland mobile number, or why not.

Lists come from spreadsheets and from people: full-width digits, +86, spaces, dashes, an apostrophe that keeps a
spreadsheet from computing, a number that became a float. All of that is undone first; what is left is judged.
Source: requirement L1, L2.
"""

import re
import unicodedata

from callcenter.leads.types import RejectReason

_ABSENT = frozenset({"", "无", "没有", "暂无", "空", "none", "null", "n/a", "na", "nan", "0"})
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−_.·()\[\]'\"‘’`/\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+", re.ASCII)
_SCIENTIFIC = re.compile(r"(\d)\.(\d{10})E\+?10", re.IGNORECASE | re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_DOMESTIC_PREFIX = re.compile(r"^(?:(?:\+|00)86(?:0(?=1[3-9]\d{9}$))?|86(?=1[3-9]\d{9}$)|0(?=1[3-9]\d{9}$))", re.ASCII)
_FOREIGN = re.compile(r"(?:\+|00)[1-9]\d{6,14}", re.ASCII)
_FIXED_OR_SERVICE = re.compile(
    r"""
      0[1-9]\d{1,2}[2-8]\d{6,7}   # area code and subscriber
    | [2-8]\d{6,7}                # subscriber without an area code
    | [48]00\d{7}                 # 400 and 800 numbers
    | 1\d{2,4}                    # 110, 10086
    | 9\d{4,5}                    # 95588
    """,
    re.VERBOSE | re.ASCII,
)


def read_phone(raw: object) -> str | RejectReason:
    """The eleven digits of a mainland mobile, or the reason why there are none."""
    text = _plain(raw)
    if text.lower() in _ABSENT:
        return RejectReason.MISSING_PHONE
    if match := _WHOLE_FLOAT.fullmatch(text):
        text = match[1]
    elif match := _SCIENTIFIC.fullmatch(text):
        text = match[1] + match[2]
    digits = _SEPARATORS.sub("", text)
    if not digits:
        return RejectReason.MISSING_PHONE
    national = _DOMESTIC_PREFIX.sub("", digits, count=1)
    if _MOBILE.fullmatch(national):
        return national
    if national == digits and _FOREIGN.fullmatch(digits):
        return RejectReason.FOREIGN
    if _FIXED_OR_SERVICE.fullmatch(national) or (national != digits and _FIXED_OR_SERVICE.fullmatch("0" + national)):
        return RejectReason.LANDLINE_OR_SHORT
    return RejectReason.MALFORMED


def _plain(raw: object) -> str:
    """The cell as text with ASCII digits; a spreadsheet's float without its fraction."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return unicodedata.normalize("NFKC", str(raw)).strip()
