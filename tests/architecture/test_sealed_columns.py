"""Every column of sealed values is declared with the columns of its row to which its values are bound (L7)."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Column

from callcenter import tables
from callcenter.audit.facts.table import FACTS
from callcenter.audit.seals.columns import sealed_tables
from callcenter.kit.db import BOUND
from callcenter.kit.places import Binding

METADATA = tables.metadata
SHARED = {"number": {"lead", "dnc_entry"}, "assignment.end_note": {"assignment"}}
"""Places that are the same in several columns, because a sealed value is copied from one to the other unopened."""


def declared() -> list[tuple[Column[object], Binding]]:
    pairs: list[tuple[Column[object], Binding]] = []
    for table in METADATA.tables.values():
        for column in table.columns:
            bound = column.info.get(BOUND)
            pairs += [(column, one) for one in (bound.values() if isinstance(bound, Mapping) else [bound]) if one]
    return pairs


def test_no_sealed_column_is_forgotten() -> None:
    named = {
        column for table in METADATA.tables.values() for column in table.columns if column.name.endswith("_sealed")
    }
    assert len(named) > 20
    assert {str(column) for column in named} <= {str(column) for column, _ in declared()}


def test_a_binding_names_columns_that_every_row_has() -> None:
    lacking = [
        f"{column}: {name}"
        for column, binding in declared()
        for name in binding.by
        if name not in column.table.columns or column.table.columns[name].nullable
    ]
    assert lacking == []


def test_no_two_columns_have_the_same_places() -> None:
    columns: dict[str, set[str]] = defaultdict(set)
    for column, binding in declared():
        columns[binding.name].add(str(column))
    shared = {name: {one.partition(".")[0] for one in of} for name, of in columns.items() if len(of) > 1}
    assert shared == SHARED


def test_texts_are_sealed_again_by_table_and_pieces_of_uploads_are_not() -> None:
    again = {f"{table.name}.{column.column}" for table in sealed_tables(METADATA) for column in table.columns}
    assert {str(column) for column, _ in declared()} - again == {
        "lead_upload_chunk.body_sealed",
        "dnc_piece.body_sealed",
    }


def test_no_noted_fact_covers_a_sealed_value() -> None:
    """A new key changes every sealed value: notes of facts must not see it."""
    sealed = {str(column) for column, _ in declared()}
    covered = {f"{fact.table}.{column.removeprefix('t.')}" for fact in FACTS for column in fact.columns}
    assert covered & sealed == set()
