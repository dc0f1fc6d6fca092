"""The life of an upload, as a table. No other module assigns the columns its state follows from.

    uploaded ──order──▶ ordered ──import──▶ imported
       │  ▲                │
       │  └───job ended────┘
       └──discard──▶ discarded

The state is not stored: *imported* and *discarded* follow from the row's own columns, *ordered* from the job, whose row
belongs to the kit. ``JOB_ENDED`` therefore moves no row.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from callcenter.imports.types import UploadState
from callcenter.kit.transitions import Machine


class UploadAct(StrEnum):
    ORDER = "order"
    """A dry run or an import is requested."""
    JOB_ENDED = "job_ended"
    """It ended without leads."""
    IMPORT = "import"
    """Its customers are leads now."""
    DISCARD = "discard"


TRANSITIONS: Mapping[tuple[UploadState, UploadAct], UploadState] = {
    (UploadState.UPLOADED, UploadAct.ORDER): UploadState.ORDERED,
    (UploadState.ORDERED, UploadAct.JOB_ENDED): UploadState.UPLOADED,
    (UploadState.ORDERED, UploadAct.IMPORT): UploadState.IMPORTED,
    (UploadState.UPLOADED, UploadAct.DISCARD): UploadState.DISCARDED,
}


class Upload(Protocol):
    job_id: int | None
    list_id: int | None
    discarded_at: datetime | None


def state_of(upload: Upload, *, busy: bool) -> UploadState:
    """Returns the state of an upload. ``busy``: its job is open."""
    if upload.list_id is not None:
        return UploadState.IMPORTED
    if upload.discarded_at is not None:
        return UploadState.DISCARDED
    return UploadState.ORDERED if busy else UploadState.UPLOADED


def advance(state: UploadState, act: UploadAct) -> UploadState | None:
    """Returns the state after the act, or None where the act is not permitted."""
    return TRANSITIONS.get((state, act))


def order(upload: Upload, job_id: int) -> None:
    """Moves an upload to *ordered*, by its job."""
    _require(upload, UploadAct.ORDER, busy=False)
    upload.job_id = job_id


def take_in(upload: Upload, list_id: int) -> None:
    """Moves an upload to *imported*, from within its job."""
    _require(upload, UploadAct.IMPORT, busy=True)
    upload.list_id = list_id


def discard(upload: Upload, at: datetime) -> None:
    """Moves an upload to *discarded*."""
    _require(upload, UploadAct.DISCARD, busy=False)
    upload.discarded_at = at


def _require(upload: Upload, act: UploadAct, *, busy: bool) -> None:
    """Stops a programming error: services refuse what the table does not permit before they come here."""
    if advance(state_of(upload, busy=busy), act) is None:
        raise ValueError(f"an upload that is {state_of(upload, busy=busy).value} cannot {act.value}")


MACHINES: tuple[Machine[Any, Any], ...] = ()
"""None: no column holds this state."""
