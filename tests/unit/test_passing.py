"""What passes is waited for; what does not is an error of ours."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from callcenter.kit.passing import may_pass


def of_database(driver_error: Exception) -> DBAPIError:
    return DBAPIError("UPDATE call", {}, driver_error)


PASSING = [
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.ReadOnlySQLTransactionError("cannot execute UPDATE in a read-only transaction"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.DiskFullError("could not extend file"),
    asyncpg.OutOfMemoryError("out of memory"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.AdminShutdownError("terminating connection"),
    asyncpg.DeadlockDetectedError("deadlock detected"),
    asyncpg.QueryCanceledError("canceling statement due to user request"),
    asyncpg.LockNotAvailableError("could not obtain lock"),
]
OURS = [
    asyncpg.UniqueViolationError("duplicate key"),
    asyncpg.CheckViolationError("violates check constraint"),
    asyncpg.UndefinedColumnError("column does not exist"),
    asyncpg.DataError("invalid input"),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_trouble_of_the_database_passes(error: Exception) -> None:
    assert may_pass(of_database(error))
    assert may_pass(error), "of the driver itself"


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_an_error_of_our_data_does_not_pass(error: Exception) -> None:
    assert not may_pass(of_database(error))


@pytest.mark.parametrize(
    "error",
    [
        PoolExhausted("QueuePool limit reached"),
        OperationalError("SELECT 1", {}, Exception()),
        InterfaceError("SELECT 1", {}, Exception()),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_missing_connection_passes(error: Exception) -> None:
    assert may_pass(error)


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("y"), IntegrityError("", {}, Exception())])
def test_an_error_of_our_code_does_not_pass(error: Exception) -> None:
    assert not may_pass(error)
