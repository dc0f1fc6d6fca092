"""Computes and compares hashes of passwords and of tokens."""

import asyncio
import hashlib
import secrets

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from callcenter.people.settings import PeopleSettings


class Hasher:
    """Hashes passwords with Argon2, outside the event loop."""

    def __init__(self, settings: PeopleSettings) -> None:
        self._argon2 = PasswordHash(
            (
                Argon2Hasher(
                    time_cost=settings.argon2_passes,
                    memory_cost=settings.argon2_memory_kib,
                    parallelism=settings.argon2_lanes,
                ),
            )
        )
        self._hash_of_no_password: str | None = None

    async def hash(self, password: str) -> str:
        return await asyncio.to_thread(self._argon2.hash, password)

    async def fits(self, known: str | None, password: str) -> bool:
        """Returns whether a password has this hash; without a hash the comparison takes the same time and fails."""
        if known is not None:
            return await asyncio.to_thread(self._argon2.verify, password, known)
        if self._hash_of_no_password is None:
            self._hash_of_no_password = await self.hash(secrets.token_urlsafe())
        await asyncio.to_thread(self._argon2.verify, password, self._hash_of_no_password)
        return False


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
