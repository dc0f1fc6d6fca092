"""The folder where the switch's recorder writes. Dangerous: this is the only code that deletes audio.

``remove`` has one caller, the pipeline. It removes files only after the object was read back from the store and the row
that says so is committed, or files without a single sample.

    <call id>.raw    written by the switch during the call; stereo, 8 kHz, 16 bits, left customer, right agent
    <call id>.done   appears when the recorder has closed the raw file; after a crash of the switch it never does
    <call id>.flac   made here, whole (``.part`` until then)
"""

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from callcenter.recordings.types import SpoolFiles

_PROBE = ".probe"


class Spool:
    """Reads and clears one folder. Blocking: call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def raw(self, call_id: UUID) -> Path:
        return self._folder / f"{call_id}.raw"

    def flac(self, call_id: UUID) -> Path:
        return self._folder / f"{call_id}.flac"

    def done(self, call_id: UUID) -> Path:
        return self._folder / f"{call_id}.done"

    def scan(self) -> dict[UUID, SpoolFiles]:
        """Returns the files in the folder, by call. Files whose name is no call id are ignored."""
        now = self._file_system_time()
        by_call: dict[UUID, dict[str, os.stat_result]] = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                stem, _, kind = entry.name.rpartition(".")
                if kind not in ("raw", "done", "flac"):
                    continue
                with suppress(ValueError, FileNotFoundError):  # not named by a call id, or removed since it was listed
                    by_call.setdefault(UUID(stem), {})[kind] = entry.stat()
        return {
            call_id: SpoolFiles(
                call_id,
                raw_bytes=kinds["raw"].st_size if "raw" in kinds else None,
                done="done" in kinds,
                flac="flac" in kinds,
                idle=_idle_time(kinds.get("raw"), now),
            )
            for call_id, kinds in by_call.items()
        }

    def raw_bytes(self, call_id: UUID) -> int | None:
        """Returns the size of the raw file; None when there is none."""
        try:
            return self.raw(call_id).stat().st_size
        except FileNotFoundError:
            return None

    def _file_system_time(self) -> float | None:
        """Returns the present time of the clock that stamps files; in a rehearsal the system's clock is shifted."""
        probe = self._folder / _PROBE
        try:
            probe.touch()
            return probe.stat().st_mtime
        except OSError:  # a full or read-only disk: no file counts as idle then, so none is encoded too early
            return None

    def remove(self, call_id: UUID) -> None:
        """Deletes everything of one call, the ``.done`` mark last. Safe to repeat.

        The mark is deleted last, so that the files left by a crash in between still count as closed.
        """
        for file in (self.flac(call_id).with_suffix(".part"), self.flac(call_id), self.raw(call_id)):
            file.unlink(missing_ok=True)
        self.done(call_id).unlink(missing_ok=True)


def _idle_time(raw: os.stat_result | None, now: float | None) -> timedelta:
    if raw is None or now is None:
        return timedelta(0)
    return timedelta(seconds=max(0.0, now - raw.st_mtime))
