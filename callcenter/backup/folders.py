"""Reads and writes the files of a backup: each appears only when it is whole, and is compared with its digest."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from callcenter.backup.errors import BackupRefused
from callcenter.backup.rules import manifests
from callcenter.backup.types import MANIFEST, Manifest, PartFacts, PartName
from callcenter.setup.files import write_private

_CHUNK = 1 << 20


def read_manifest(folder: Path) -> Manifest | None:
    """Returns the manifest; None where there is none. Raises BackupRefused."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BackupRefused("backup_form", path=folder, why=type(error).__name__) from None
    try:
        return manifests.from_text(text)
    except manifests.ManifestFault as fault:
        raise BackupRefused("backup_form", path=folder, why=fault) from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_private(folder / MANIFEST, manifests.to_text(manifest))


@contextlib.contextmanager
def writing(folder: Path, name: PartName) -> Iterator[Path]:
    """Yields the path to write to; at the end of the block the file is flushed and gets its name."""
    part = folder / f"{name}.part"
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
        part.chmod(0o600)
        descriptor = os.open(part, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        part.replace(folder / name)
    except OSError as error:
        raise BackupRefused("backup_unwritable", path=folder, why=error.strerror) from None


def facts_of(path: Path) -> PartFacts:
    """Reads a file and returns its size and digest. Blocks."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return PartFacts(digest.hexdigest(), size)


def require_whole(folder: Path, manifest: Manifest) -> None:
    """Raises BackupRefused unless every part is there with the bytes that the manifest names. Blocks."""
    for name in PartName:
        facts = manifest.parts.get(name)
        path = folder / name
        if facts is None or not path.exists():
            raise BackupRefused("part_missing", name=name.value)
        if facts_of(path) != facts:
            raise BackupRefused("part_damaged", name=name.value, size=facts.size)


def require_backup(folder: Path) -> Manifest:
    """Returns the manifest of a complete backup that is undamaged. Raises BackupRefused. Blocks."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise BackupRefused("no_backup", path=folder)
    if not manifest.complete:
        raise BackupRefused("backup_unfinished", path=folder)
    require_whole(folder, manifest)
    return manifest
