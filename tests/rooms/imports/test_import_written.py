"""What the command and the template say about columns is what the page says."""

import io

import pytest
from python_calamine import CalamineWorkbook

from callcenter.files.reading import examine
from callcenter.files.types import AS_FOUND
from callcenter.imports.errors import FieldsInvalid
from callcenter.imports.reading import read_table
from callcenter.imports.rules.rows import ACCEPTED, BASES
from callcenter.imports.template import template
from callcenter.imports.types import Column, FieldKind, FieldSpec, ReadingRequest
from callcenter.imports.written import reading_of


def test_columns_and_fields_are_read_as_they_are_written() -> None:
    written = reading_of(AS_FOUND, None, 3, ["phone=号甲", "basis_kind=授=权"], ["grade=评级", "sum=保:额:money"])
    assert written == ReadingRequest(
        header_row=3,
        mapping={Column.PHONE: "号甲", Column.BASIS: "授=权"},
        fields=[FieldSpec("grade", "评级"), FieldSpec("sum", "保:额", FieldKind.MONEY)],
    )
    assert reading_of(AS_FOUND, None, None, (), ()) == ReadingRequest()


@pytest.mark.parametrize("columns", [["phone"], ["=x"], ["phone="], ["shoe=x"]])
def test_what_cannot_be_understood_is_refused(columns: list[str]) -> None:
    with pytest.raises(FieldsInvalid):
        reading_of(AS_FOUND, None, None, columns, ())


def test_every_column_of_the_template_is_found_and_its_words_are_understood() -> None:
    file = template()
    table = read_table(file, examine(file))
    assert set(table.layout.known) == set(Column)
    assert (table.layout.missing, table.sheet) == ((), "客户名单")
    assert all(word in BASES for word in ACCEPTED[Column.BASIS])
    explained = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_name("填写说明")  # type: ignore[attr-defined]
    assert "书面同意" in str(explained.to_python())
