"""Previews a file: how it will be read, with its first rows as they will be read, masked."""

import itertools
from collections.abc import Sequence
from typing import BinaryIO

from callcenter.files.types import Cells, Examined, Row, Spoiled, shown
from callcenter.imports.reading import Remembered, Table, read_table
from callcenter.imports.rules.columns import REQUIRED
from callcenter.imports.rules.fields import guess_kind
from callcenter.imports.rules.masking import mask_all, mask_figures
from callcenter.imports.rules.rows import GoodRow, RowReader, RowRules, read_text
from callcenter.imports.types import Column, FieldSpec, Preview, PreviewRow, ReadingRequest

_ROWS = 20
_LOOKED_AT = 2000
"""Rows of a sheet that are looked at for hidden ones: all of them would take as long as the import."""


def preview_of(
    file: BinaryIO,
    examined: Examined,
    request: ReadingRequest,
    remembered: Remembered | None,
    rules: RowRules,
) -> Preview:
    """Returns the preview of a file, without earlier uploads of it. Blocks, belongs into a thread."""
    table = read_table(file, examined, request, remembered)
    layout = table.layout
    rows = list(itertools.islice(table.rows, _ROWS))
    hidden = looked_at = 0
    if table.workbook is not None:
        looked_at = len(rows) + sum(1 for _ in itertools.islice(table.rows, _LOOKED_AT - len(rows)))
        hidden = table.workbook.hidden_rows
    reader = RowReader(layout, rules)
    mapping = {column: layout.mapping.get(column) for column in Column}
    return Preview(
        encoding=table.dialect.encoding if table.dialect else None,
        delimiter=table.dialect.delimiter if table.dialect else None,
        sheets=table.workbook.sheets if table.workbook else (),
        sheet=table.sheet,
        hidden_rows=hidden,
        looked_at=looked_at,
        header_row=table.header_row,
        titles=[mask_figures(title) for title in layout.titles],
        mapping=mapping,
        mapping_from=table.mapping_from,
        required=REQUIRED,
        missing=layout.missing,
        fields=_proposed(table, rows) if table.fields is None else table.fields,
        rows=[_shown(reader, line, row) for line, row in rows] if table.header_row is not None else [],
    )


def _shown(reader: RowReader, line: int, row: Cells | Spoiled) -> PreviewRow:
    layout = reader.layout
    read = reader.read(line, row)
    cells = shown(row)
    keys = {
        **{place: column.value for column, place in layout.known.items()},
        **{place: spec.key for spec, place in layout.fields},
        **layout.extra,
    }
    values = {key: read_text(cells[place]) if place < len(cells) else "" for place, key in sorted(keys.items())}
    if isinstance(read, GoodRow):
        values[Column.PHONE] = read.phone
        return PreviewRow(line, mask_all(values), None, warnings=read.warnings)
    return PreviewRow(line, mask_all(values), read.reason, read.detail)


def _proposed(table: Table, rows: Sequence[Row]) -> list[FieldSpec]:
    """Proposes a field for each unknown column, of the kind its first rows suggest."""
    return [
        FieldSpec(
            key=f"field_{place + 1}",
            title=title,
            kind=guess_kind([shown(row)[place] for _, row in rows if place < len(shown(row))]),
        )
        for place, title in table.layout.spare.items()
    ]
