"""The one condition by which queries ask whether a legal hold keeps a recording."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from callcenter.recordings.holds.models import HeldRecording, LegalHold


def held(recording_id: Any) -> ColumnElement[bool]:
    """Returns the condition that a hold in force keeps the recording that a column names."""
    holds = (
        select(col(HeldRecording.id))
        .join(LegalHold, col(LegalHold.id) == col(HeldRecording.hold_id))
        .where(col(HeldRecording.recording_id) == recording_id, col(LegalHold.lifted_at).is_(None))
    )
    return holds.exists()
