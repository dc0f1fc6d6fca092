"""Asks before a command or a part works whether the database belongs to this release and to these keys."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.kit.config import CoreSettings
from callcenter.kit.crypto import Vault
from callcenter.kit.passing import may_pass, state_of
from callcenter.kit.work import Works
from callcenter.migrations.starting import require_ready
from callcenter.supervision.command import StartError

_BY_STATE = {
    "28": "PostgreSQL refuses the account or the password in CALLCENTER_DATABASE_URL: correct them",
    "3D000": "the database that CALLCENTER_DATABASE_URL names does not exist: create it, then run callcenter migrate",
    "42501": "the account in CALLCENTER_DATABASE_URL has no right to use these tables: grant it, or name their owner",
}
"""SQLSTATE, or the class it begins with → what the operator has to do."""


def gate_of(vault: Vault) -> Callable[[AsyncSession], Awaitable[None]]:
    """Returns what a part asks first. It raises StartError, and lets pass what is only to be waited for."""

    async def gate(session: AsyncSession) -> None:
        try:
            await require_ready(session, vault)
        except Exception as error:
            _explain(error)
            raise

    return gate


async def require_belonging(works: Works, settings: CoreSettings) -> None:
    """Raises StartError unless a command may work on the database; it does not wait for one that does not answer."""
    try:
        async with works.begin() as work:
            await require_ready(work.session, settings.vault)
    except Exception as error:
        explain(error, settings)
        raise


def explain(error: Exception, settings: CoreSettings) -> None:
    """Raises StartError in place of an error of the database that a command has met."""
    _explain(error)
    if may_pass(error):
        address = settings.database_url.get_secret_value().rpartition("@")[2]
        raise StartError(
            f"PostgreSQL does not answer at {address} ({type(error).__name__}): start the server, or correct"
            " CALLCENTER_DATABASE_URL"
        ) from None


def _explain(error: Exception) -> None:
    state = state_of(error)
    for beginning, sentence in _BY_STATE.items():
        if state.startswith(beginning):
            raise StartError(sentence) from None
