"""Opens and writes the sealed columns of a row, each for its place."""

from sqlalchemy import inspect
from sqlmodel import SQLModel

from callcenter.kit.crypto import Vault
from callcenter.kit.db import BOUND
from callcenter.kit.places import Binding


def binding_of(table: type[SQLModel], column: str) -> Binding:
    """Returns what the values of a sealed column are bound to."""
    binding: Binding = inspect(table).columns[column].info[BOUND]
    return binding


def opened(vault: Vault, row: SQLModel, column: str) -> str:
    """Returns a sealed value of a row in clear; an empty column is an empty text."""
    sealed: str | None = getattr(row, column)
    return vault.open(sealed, binding_of(type(row), column).at(row)) if sealed else ""


def seal_in(vault: Vault, row: SQLModel, **texts: str) -> None:
    """Writes clear texts into sealed columns of a row, as the system seals them."""
    for column, text in texts.items():
        setattr(row, column, vault.seal(text, binding_of(type(row), column).at(row)))
