"""Notes that the recorder of a conversation has stopped, and says what the policy does then (requirement C9)."""

from collections.abc import Collection
from uuid import UUID

from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.recordings import repository
from callcenter.recordings.rules import Growth, grown, without_growth
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.spool import Spool
from callcenter.recordings.types import RecordingStopped
from recordings_policy import Policy, RecorderStopped

log = get_logger(__name__)


class GrowingFiles:
    """Looks at the files of conversations: a recorder that works lets each grow once a second."""

    def __init__(self, settings: RecordingSettings) -> None:
        self._spool = Spool(settings.spool_dir)
        self._stopped_after = settings.stopped_after
        self._files: dict[UUID, Growth] = {}

    def look(self, talking: Collection[UUID], now: float) -> frozenset[UUID]:
        """Returns the conversations whose file does not grow any more. ``now``: of a monotonic clock, in seconds.

        Fast: one request to the file system for each conversation.
        """
        sizes = {call_id: self._spool.raw_bytes(call_id) or 0 for call_id in talking}
        self._files = grown(self._files, sizes, now)
        return without_growth(self._files, now, self._stopped_after)


class StoppingService:
    """Writes that a recorder has stopped during its conversation."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    async def note(self, work: Work, call_id: UUID) -> RecorderStopped | None:
        """Notes and announces it, once for each call; returns what the policy does.

        None: it is known already, or the recording is not being made any more.
        """
        if not await repository.mark_stopped(work, call_id):
            return None
        act = self._policy.recorder_stopped
        log.warning("recorder stopped", call_id=str(call_id), act=act.value)
        await work.announce(Noted("recordings.stopped", f"call:{call_id}", {"act": act.value}))
        await work.announce(RecordingStopped(call_id=call_id, act=act, at=work.now))
        return act
