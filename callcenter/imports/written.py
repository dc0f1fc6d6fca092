"""How a file is to be read, as a person writes it on a command line."""

from collections.abc import Sequence

from callcenter.files.types import TextChoice
from callcenter.imports.errors import FieldsInvalid
from callcenter.imports.types import Column, FieldKind, FieldSpec, ReadingRequest


def reading_of(
    text: TextChoice, sheet: str | None, header_row: int | None, columns: Sequence[str], fields: Sequence[str]
) -> ReadingRequest:
    """Returns the reading; ``columns`` are COLUMN=TITLE, ``fields`` KEY=TITLE:KIND. Raises FieldsInvalid."""
    mapping: dict[Column, str | None] = {}
    for written in columns:
        key, title = _pair(written, "COLUMN=TITLE")
        if key not in list(Column):
            raise FieldsInvalid(f"no column is called {key}: choose of {', '.join(Column)}")
        mapping[Column(key)] = title
    specs = [_field(*_pair(written, "KEY=TITLE:KIND")) for written in fields]
    return ReadingRequest(text, sheet, header_row, mapping or None, specs or None)


def _pair(written: str, usage: str) -> tuple[str, str]:
    key, _, title = written.partition("=")
    if not (key and title):
        raise FieldsInvalid(f"{written!r} cannot be understood: write {usage}")
    return key, title


def _field(key: str, written: str) -> FieldSpec:
    title, _, kind = written.rpartition(":")
    if title and kind in list(FieldKind):
        return FieldSpec(key, title, FieldKind(kind))
    return FieldSpec(key, written)
