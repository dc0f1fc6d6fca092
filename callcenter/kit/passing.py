"""Says which failures of the database pass by themselves, so that the same act may succeed later (law 7).

The one list of the service. A fact that meets one of these waits and is tried again in its order; any other failure is
an error of our own code or data, which trying again does not mend.
"""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

_STATES = (
    "08",  # the connection was lost, or none could be made
    "25006",  # read only: a fail-over has left us on a standby
    "40001",  # serialization failure
    "40P01",  # deadlock
    "53",  # no memory, disk full, too many connections
    "55P03",  # a lock was not available
    "57",  # starting up, shutting down, cancelled by the operator
    "58030",  # I/O error of the server
)
"""SQLSTATEs, or the classes they begin with."""


def may_pass(error: BaseException) -> bool:
    """Returns whether trying again can help."""
    if isinstance(error, OperationalError | InterfaceError | PoolExhausted | OSError):  # OSError: TimeoutError too
        return True
    if isinstance(error, asyncpg.InterfaceError):  # the connection is closed; a ValueError: of a parameter
        return not isinstance(error, ValueError)
    state = state_of(error)
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or state.startswith(_STATES)
    return state.startswith(_STATES)


def state_of(error: BaseException) -> str:
    """Returns the SQLSTATE of an error of SQLAlchemy or of the driver; empty for any other."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
