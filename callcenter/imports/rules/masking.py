"""Masks what a preview shows of a row: enough to check the columns, too little to call the customer (L7)."""

import re
from collections.abc import Mapping

from callcenter.imports.types import Column
from callcenter.kit.crypto import mask_name, mask_phone

_LONG_FIGURE = re.compile(r"[0-9Xx][0-9Xx\- ]{4,}[0-9Xx]")
_ADDRESS_SHOWN = 6
_TEXT_SHOWN = 30


def mask(key: str, text: str) -> str:
    """Masks one cell. ``key``: a known column, a further field, or the title of another column."""
    match key:
        case Column.NAME:
            return mask_name(text)
        case Column.PHONE:
            return mask_phone(text)
        case Column.ADDRESS:
            return text if not text else text[:_ADDRESS_SHOWN] + "…"
        case Column.BIRTH | Column.REFERENCE | Column.BASIS | Column.GENDER:
            return text
        case _:
            return mask_figures(text)[:_TEXT_SHOWN]


def mask_figures(text: str) -> str:
    """Masks identity, card and telephone numbers within a text: 45**************00."""
    return _LONG_FIGURE.sub(_starred, text)


def mask_all(values: Mapping[str, str]) -> dict[str, str]:
    """Masks the cells of a row."""
    return {key: mask(key, text) for key, text in values.items()}


def _starred(found: re.Match[str]) -> str:
    figure = found[0]
    return figure[:2] + "*" * (len(figure) - 4) + figure[-2:]
