"""Words that stand in a column because something has to. Pure."""

import re
import unicodedata

_NOTHING = frozenset(
    (
        "无", "没有", "暂无", "空", "缺", "待补", "待补充", "待定", "待核实", "未知", "不详", "不适用", "同上",
        "见附件", "none", "null", "nil", "nan", "na", "unknown", "tbd", "todo", "pending", "ditto",
    )
)  # fmt: skip

_COUNTS = re.compile(r"[1-9]")


def is_placeholder(text: str) -> bool:
    """Returns whether a text says nothing: it is empty, or 无, N/A, -, 0, 同上, a row of signs or zeros."""
    if _COUNTS.search(text):
        return False
    if text.isalpha() and unicodedata.is_normalized("NFKC", text):  # most texts are a name
        return text.lower() in _NOTHING
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum())
    return plain in _NOTHING or not plain.strip("0")
