"""Looks at the database, the store, the carrier, the web and the mail server."""

import asyncio
import socket
from collections.abc import Iterator

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.checkup.faults import found
from callcenter.doctor.types import Fault
from callcenter.kit.config import CoreSettings
from callcenter.kit.installation import key_trouble
from callcenter.messages.settings import MessageSettings
from callcenter.migrations.starting import newest, present_revision, require_ready
from callcenter.setup.probes.database import require_database
from callcenter.setup.probes.store import require_store
from callcenter.setup.probes.trunk import require_trunk
from callcenter.setup.types import StoreAt, TrunkAt
from callcenter.storage.settings import StorageSettings
from callcenter.supervision.command import StartError
from callcenter.telephony.settings import NodeSettings

_SECONDS = 3.0
_NOTED = text("SELECT replace(name, 'key:', ''), value FROM installation_note WHERE name LIKE 'key:%'")


def look_at_database(core: CoreSettings) -> Iterator[Fault]:
    """Yields a database of another release or other keys. Raises AnswerRefused for one that cannot be used."""
    require_database(core.database_url.get_secret_value(), make=False)
    yield from asyncio.run(_belonging(core))


async def _belonging(core: CoreSettings) -> list[Fault]:
    engine = create_async_engine(core.async_database_url, poolclass=NullPool)
    try:
        async with AsyncSession(engine) as session:
            present = await present_revision(session)
            if present is None:
                return [found("database_empty")]
            if present != newest():
                code = "database_newer" if present > newest() else "database_older"
                return [found(code, present=present, newest=newest())]
            noted = {str(name): str(value) for name, value in await session.execute(_NOTED)}
            if trouble := key_trouble(noted, core.vault.check_values()):
                kind, key = trouble
                return [found(f"key_{kind.value}", key=key)]
            try:
                await require_ready(session, core.vault)
            except StartError:
                return [found("tables_changed")]
            finally:
                await session.rollback()
            return []
    finally:
        await engine.dispose()


def look_at_store(storage: StorageSettings) -> Iterator[Fault]:
    """Raises AnswerRefused unless the bucket is there with versions, object lock and every right."""
    place = StoreAt(storage.endpoint, storage.secure, storage.bucket, storage.access_key)
    require_store(place, storage.secret_key.get_secret_value(), make=False)
    yield from ()


def look_at_trunk(node: NodeSettings) -> Iterator[Fault]:
    """Raises AnswerRefused unless the carrier answers, and takes the account."""
    if node.trunk_host:
        trunk = TrunkAt(node.trunk_host, node.trunk_port, node.trunk_user)
        require_trunk(trunk, node.trunk_password.get_secret_value(), node.bind)
    yield from ()


def look_at_web(core: CoreSettings) -> Iterator[Fault]:
    """Yields that the web does not answer, or cannot work."""
    url = f"http://{core.http_host}:{core.http_port}"
    try:
        answer = httpx.get(f"{url}/readyz", timeout=2 * _SECONDS)
    except (httpx.HTTPError, OSError):
        yield found("web_unreachable", url=url)
        return
    if answer.status_code != 200:
        yield found("web_not_ready", why=answer.status_code)


def look_at_mail(messages: MessageSettings) -> Iterator[Fault]:
    """Yields that the mail server does not answer, where one is named."""
    if not messages.smtp_host:
        return
    try:
        socket.create_connection((messages.smtp_host, messages.smtp_port), timeout=_SECONDS).close()
    except OSError as error:
        address = f"{messages.smtp_host}:{messages.smtp_port}"
        yield found("mail_unreachable", address=address, why=type(error).__name__)
