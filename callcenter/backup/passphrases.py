"""Obtains the passphrase: from a file that its owner alone may read, or typed at a terminal."""

import getpass
import stat
import sys
from pathlib import Path

from callcenter.backup.errors import BackupRefused
from callcenter.backup.sealing import LEAST_CHARACTERS


def read_passphrase(file: Path | None, *, new: bool) -> str:
    """Returns the passphrase; ``new``: one that seals, so it must be long enough and is asked for twice."""
    if file is None and not sys.stdin.isatty():
        raise BackupRefused("passphrase_missing")
    passphrase = _of_file(file) if file else getpass.getpass("口令 passphrase: ")
    if new and len(passphrase) < LEAST_CHARACTERS:
        raise BackupRefused("passphrase_short", count=len(passphrase), least=LEAST_CHARACTERS)
    if new and file is None and getpass.getpass("再输一次 again: ") != passphrase:
        raise BackupRefused("passphrase_differs")
    return passphrase


def _of_file(file: Path) -> str:
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise BackupRefused("passphrase_open", path=file)
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise BackupRefused("passphrase_file", path=file, why=why) from None
