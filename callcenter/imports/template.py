"""An empty list to fill in: every column with its title, the words that are understood in it, which are needed."""

import io
from typing import BinaryIO

import xlsxwriter

from callcenter.imports.rules.columns import KINDS, REQUIRED, title_for
from callcenter.imports.rules.rows import ACCEPTED
from callcenter.imports.types import Column, FieldKind

_ROWS = 10_000
"""Rows for which cells offer the accepted words, and are text."""
_NEEDED = (*REQUIRED, Column.REFERENCE)
_EXPLAINED = ("列 / Column", "必填 / Required", "可填写的内容 / Accepted")


def template() -> BinaryIO:
    """Returns the workbook, at its beginning: the list first, then a sheet that explains its columns."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    needed, title, text = (
        book.add_format({"bold": True, "font_color": "#B3524B"}),
        book.add_format({"bold": True}),
        book.add_format({"num_format": "@"}),
    )
    customers, explained = book.add_worksheet("客户名单"), book.add_worksheet("填写说明")
    customers.freeze_panes(1, 0)
    customers.set_column(0, len(Column) - 1, 16, text)  # text: a spreadsheet shortens no number
    explained.set_column(0, 2, 30)
    for place, heading in enumerate(_EXPLAINED):
        explained.write_string(0, place, heading, title)
    for place, column in enumerate(Column):
        words = ACCEPTED.get(column, ())
        customers.write_string(0, place, title_for(column), needed if column in _NEEDED else title)
        if words and KINDS.get(column) == FieldKind.CHOICE:
            customers.data_validation(1, place, _ROWS, place, {"validate": "list", "source": list(words)})
        explained.write_string(place + 1, 0, title_for(column))
        explained.write_string(place + 1, 1, "是 / yes" if column in _NEEDED else "")
        explained.write_string(place + 1, 2, "、".join(words))
    book.close()
    file.seek(0)
    return file
