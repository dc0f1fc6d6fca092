"""Alembic's entry: runs on the connection that ``run.py`` hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from callcenter.kit.db import EnumByValue
from callcenter.tables import metadata


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Revisions speak plain SQLAlchemy, so that they can be read when our types have changed."""
    if kind == "type" and isinstance(item, EnumByValue | AutoString):
        length = getattr(item, "length", None) or getattr(getattr(item, "impl", None), "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_item,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
