"""The folder where the switch's recorder writes. Dangerous: this is the only code that deletes audio.

The danger is contained in the one caller of ``remove``, the pipeline: it removes files after the object was read back
from the store and the row that says so is committed, or files that hold not one sample.

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
    """Looks at and clears one folder. Blocking: call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def raw(self, call_id: UUID) -> Path:
        return self._folder / f"{call_id}.raw"

    def flac(self, call_id: UUID) -> Path:
        return self._folder / f"{call_id}.flac"

    def done(self, call_id: UUID) -> Path:
        return self._folder / f"{call_id}.done"

    def scan(self) -> dict[UUID, SpoolFiles]:
        """Returns what lies there now, by call. Files whose name is no call's id are left alone."""
        now = self._file_system_time()
        by_call: dict[UUID, dict[str, os.stat_result]] = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                stem, _, kind = entry.name.rpartition(".")
                if kind not in ("raw", "done", "flac"):
                    continue
                with suppress(ValueError, FileNotFoundError):  # no call's id; gone since it was listed
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
        """Returns now by the clock that stamps the files: the system's own may be shifted (rehearsal)."""
        probe = self._folder / _PROBE
        try:
            probe.touch()
            return probe.stat().st_mtime
        except OSError:  # a full or read-only disk: nothing counts as idle then, and nothing is taken too early
            return None

    def remove(self, call_id: UUID) -> None:
        """Deletes everything of one call, the ``.done`` mark last. Safe to repeat.

        The mark goes last so that a crash in between leaves a file set that is still recognised as closed.
        """
        for file in (self.flac(call_id).with_suffix(".part"), self.flac(call_id), self.raw(call_id)):
            file.unlink(missing_ok=True)
        self.done(call_id).unlink(missing_ok=True)


def _idle_time(raw: os.stat_result | None, now: float | None) -> timedelta:
    if raw is None or now is None:
        return timedelta(0)
    return timedelta(seconds=max(0.0, now - raw.st_mtime))
