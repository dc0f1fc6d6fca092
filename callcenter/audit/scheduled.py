"""Scheduled tasks of the audit room."""

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.audit.anchors import AnchorService
from callcenter.audit.errors import ChainBroken
from callcenter.kit.log import get_logger
from callcenter.kit.work import Works
from callcenter.people.types import Right

log = get_logger(__name__)


_TRAIL = "audit:trail"


async def note_head(works: Works, anchors: AnchorService, alerts: AlertService) -> None:
    """Notes the trail's head in the object store every night. A broken trail raises an alert and logs an error."""
    try:
        async with works.begin() as work:
            head = await anchors.note(work)
    except ChainBroken as broken:
        log.error("audit trail broken", detail=broken.detail)
        async with works.begin() as work:
            await alerts.raise_(work, AlertKind.AUDIT_BROKEN, _TRAIL, {}, Right.VIEW_AUDIT)
        return
    log.info("audit head noted", entry=head.entry_id if head else None)
