"""Holds the database's engine, and the column helpers that every room's models use.

The helpers store keys, instants, enums and JSON the same way everywhere: 64-bit identity keys, ``timestamptz``, enums
by value as text with a CHECK constraint, ``jsonb``.
"""

import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Engine,
    FetchedValue,
    ForeignKey,
    Identity,
    LargeBinary,
    String,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from callcenter.kit.cache import NotingSession
from callcenter.kit.places import Binding

E = TypeVar("E", bound=StrEnum)

_TRUSTED_FOR = 5.0
"""Seconds after its last use in which a pooled connection is not asked whether it still answers."""
_USED = "used"
BOUND = "bound"
"""Key in the ``info`` of a column: its Binding; of JSON documents: name in the document → Binding."""

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class EnumByValue(TypeDecorator[Any]):
    """Stores a StrEnum as its value."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__(length=40)
        self.kind = kind

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, _dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


def id_field() -> Any:
    """Makes a column of a 64-bit key that the database generates."""
    return Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))


def ref_field(target: str, *, nullable: bool = False, index: bool = True, unique: bool = False) -> Any:
    """Makes a reference to another table's key, e.g. ``ref_field("lead.id")``."""
    options: dict[str, Any] = {"nullable": nullable, "index": index and not unique, "unique": unique}
    column: Column[Any] = Column(BigInteger, ForeignKey(target), **options)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def enum_field(kind: type[E], default: E | None = None, *, nullable: bool = False, index: bool = False) -> Any:
    """Makes a column of a StrEnum, stored by value; add ``values_check`` to the table."""
    column: Column[Any] = Column(EnumByValue(kind), nullable=nullable, index=index)
    return Field(default=default, sa_column=column) if default is not None or nullable else Field(sa_column=column)


def instant_field(*, nullable: bool = False, index: bool = False) -> Any:
    """Makes a column of aware UTC instants (``timestamptz``)."""
    column: Column[Any] = Column(DateTime(timezone=True), nullable=nullable, index=index)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def sealed_field(binding: Binding, default: str | None = None, *, nullable: bool = False) -> Any:
    """Makes a column of sealed texts. ``binding``: which other columns its values are bound to (``kit.places``)."""
    column: Column[Any] = Column(String, nullable=nullable, info={BOUND: binding})
    return Field(default=default, sa_column=column) if default is not None or nullable else Field(sa_column=column)


def sealed_bytes_field(binding: Binding) -> Any:
    """Makes a column of sealed pieces of files."""
    return Field(sa_column=Column(LargeBinary, nullable=False, info={BOUND: binding}))


def json_field(
    factory: Callable[[], Any] = dict, *, nullable: bool = False, sealed: Mapping[str, Binding] | None = None
) -> Any:
    """Makes a column of JSON documents (``jsonb``). ``sealed``: which values in a document are sealed texts."""
    column: Column[Any] = Column(JSONB, nullable=nullable, info={BOUND: sealed} if sealed else None)
    return Field(default=None, sa_column=column) if nullable else Field(default_factory=factory, sa_column=column)


def values_check(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """Makes a CHECK that a text column holds one of the enum's values; goes into ``__table_args__``."""
    allowed = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class Xid(UserDefinedType[int]):
    """Holds the number of a transaction, as PostgreSQL keeps it in a system column."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid"


def row_version() -> Column[int]:
    """Makes the column that names the transaction which wrote a row last (``xmin``); every table has it already.

    As ``version_id_col`` of a mapper it lets an UPDATE change a row only as this process knows it.
    """
    return Column("xmin", Xid(), system=True, server_default=FetchedValue(), server_onupdate=FetchedValue())


def _test_idle_connections(engine: Engine) -> None:
    """Lets the pool replace a connection that is closed, or that does not answer after a pause.

    A ping before each use (``pool_pre_ping``) costs a round trip per transaction. A server that ends closes its
    connections, which the driver notices by itself; what it cannot notice (a link that fell silent) shows only after a
    pause, and is asked for only then.
    """

    def taken(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError("the server has closed this connection")
        if time.monotonic() - record.info[_USED] > _TRUSTED_FOR:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError("this connection does not answer") from error

    def used(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = time.monotonic()

    event.listen(engine, "connect", used)
    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", used)


class Database:
    """Holds the engine and makes its sessions. One per process."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_recycle=1800,
            hide_parameters=True,  # an error message would show a customer (law 10)
        )
        _test_idle_connections(self.engine.sync_engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, sync_session_class=NotingSession)

    def session(self) -> AsyncSession:
        return self._sessions()

    async def close(self) -> None:
        await self.engine.dispose()
