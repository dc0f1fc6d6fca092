"""Runs an Asterisk as a supervised server, from its unpacked box and its configured folder."""

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path

from callcenter.embedded.asterisk import AsteriskBox
from callcenter.supervision.command import Command
from callcenter.telephony.asterisk import provision


@dataclass(frozen=True)
class EmbeddedAsterisk:
    """One Asterisk; ``provision.write_node`` or ``write_carrier`` has written ``folder``."""

    box: AsteriskBox
    folder: Path

    def command(self) -> Command:
        return Command(
            argv=tuple(provision.command(self.box.argv, self.folder)),
            folder=self.folder,
            environment=self.box.environment,
        )

    async def ready(self) -> bool:
        """Returns whether Asterisk has loaded all modules and its console answers."""
        question = provision.console(self.box.argv, self.folder, "core waitfullybooted")
        environment = self.command().whole_environment()
        process = await asyncio.create_subprocess_exec(
            *question,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(10):
                answer, _ = await process.communicate()
        except TimeoutError:
            return False
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return b"fully booted" in answer
