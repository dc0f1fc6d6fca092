"""Processes of the system, with settings of their own."""

from pathlib import Path

from tests.support.settings import FIELD_KEYS, INDEX_KEY


def environment(database_url: str, spool: Path) -> dict[str, str]:
    """Returns what a process needs that imports; its switch and its object store are never called."""
    return {
        "CALLCENTER_DATABASE_URL": database_url,
        "CALLCENTER_FIELD_KEYS": FIELD_KEYS,
        "CALLCENTER_INDEX_KEY": INDEX_KEY,
        "CALLCENTER_SWITCH_SPOOL_DIR": str(spool),
        "CALLCENTER_SWITCH_AMI_SECRET": "not used here",
        "CALLCENTER_SWITCH_PHONE_SECRET": "not used here",
        "CALLCENTER_RECORDINGS_SPOOL_DIR": str(spool),
        "CALLCENTER_CAMPAIGNS_CALLER_IDS": "07715550000",
        "CALLCENTER_S3_ENDPOINT": "127.0.0.1:1",
        "CALLCENTER_S3_ACCESS_KEY": "not used here",
        "CALLCENTER_S3_SECRET_KEY": "not used here",
    }
