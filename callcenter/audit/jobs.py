"""Timed work of the audit room."""

from callcenter.audit.anchors import AnchorService
from callcenter.audit.errors import ChainBroken
from callcenter.kit.log import get_logger
from callcenter.kit.work import Works

log = get_logger(__name__)


async def note_head(works: Works, anchors: AnchorService) -> None:
    """Nightly: the trail's head into the object store. A broken trail is an error in the log, every night."""
    try:
        async with works.begin() as work:
            head = await anchors.note(work)
    except ChainBroken as broken:
        log.error("audit trail broken", detail=broken.detail)
        return
    log.info("audit head noted", entry=head.entry_id if head else None)
