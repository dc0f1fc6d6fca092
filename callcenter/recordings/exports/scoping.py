"""The one condition by which queries ask whether an export waits for a recording."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from callcenter.recordings.exports.models import RecordingExport
from callcenter.recordings.exports.types import ExportState

_OPEN = (ExportState.REQUESTED, ExportState.APPROVED)


def open_export(call_id: Any) -> ColumnElement[bool]:
    """Returns the condition that an export of the call that a column names waits for a decision or for its pack."""
    exports = select(col(RecordingExport.id)).where(
        col(RecordingExport.call_id) == call_id, col(RecordingExport.state).in_(_OPEN)
    )
    return exports.exists()
