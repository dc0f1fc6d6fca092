"""Looks at the disk, the folders, the certificate and the file of settings."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509

from callcenter.checkup.faults import found
from callcenter.checkup.rules import LEAST_PERCENT, WARNED_DAYS
from callcenter.doctor.types import Fault
from callcenter.kit.config import CoreSettings, env_file
from callcenter.recordings.rules import recorder_verdict
from callcenter.recordings.settings import RecordingSettings
from callcenter.setup.probes.machine import require_certificate
from callcenter.setup.types import Certificate
from callcenter.telephony.settings import NodeSettings


def look_at_files() -> Iterator[Fault]:
    """Yields a file of settings that others can read."""
    path = env_file()
    if path is not None and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield found("settings_open", path=path)


def look_at_spool(settings: RecordingSettings) -> Iterator[Fault]:
    """Yields why no call could be recorded on this machine, as the engine judges it."""
    spool = settings.spool_dir
    writable = spool.is_dir() and os.access(spool, os.W_OK | os.X_OK)
    free = shutil.disk_usage(spool).free if writable else 0
    verdict = recorder_verdict(writable=writable, free_bytes=free, min_free_bytes=settings.min_free_bytes)
    if not writable:
        yield found("spool_missing", path=spool)
    elif not verdict.ready:
        yield found("spool_full", path=spool, free=free >> 20, least=settings.min_free_bytes >> 20)


def look_at_disk(core: CoreSettings) -> Iterator[Fault]:
    """Yields folders without room, or that cannot be written."""
    folder = core.log_dir.absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        yield found("log_unwritable", path=folder)
    usage = shutil.disk_usage(there)
    if (percent := usage.free * 100 // usage.total) < LEAST_PERCENT:
        yield found("disk_low", path=there, percent=percent)


def look_at_certificate(node: NodeSettings, now: datetime) -> Iterator[Fault]:
    """Yields a certificate that expires soon. Raises AnswerRefused for one that is no good."""
    if node.certificate is None:
        return
    require_certificate(Certificate(str(node.certificate), str(node.certificate_key or "")), now)
    until = x509.load_pem_x509_certificate(Path(node.certificate).read_bytes()).not_valid_after_utc
    if (left := (until - now).days) <= WARNED_DAYS:
        yield found("certificate_expires", on=until.date(), days=left)
