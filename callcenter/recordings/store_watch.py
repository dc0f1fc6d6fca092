"""Raises an alert while the object store does not answer the recorder of a switch."""

from callcenter.alerts.rules import switch_subject
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.kit.tasks import every
from callcenter.kit.work import Works
from callcenter.storage.port import ObjectMissing, ObjectStore, StoreUnavailable

_EVERY = 10.0
"""Seconds between two questions."""
_KEY = "is-there"
"""No such object is ever stored: that it is missing is the answer of a store that works."""


class StoreWatch:
    """Asks the store whether it answers; recordings meanwhile stay in the spool and lose nothing (requirement R7)."""

    def __init__(self, works: Works, store: ObjectStore, alerts: AlertService, node: str) -> None:
        self._works = works
        self._store = store
        self._alerts = alerts
        self._node = node
        self._error: str | None = ""
        """Of the last question; None: it was answered. At first neither."""

    async def run(self) -> None:
        """Asks until cancelled."""
        await every(_EVERY, self.look, "store watch")

    async def look(self) -> None:
        """Asks once."""
        try:
            await self._store.stat(_KEY)
        except ObjectMissing:
            await self.note(None)
        except StoreUnavailable as error:
            await self.note(error)
        else:
            await self.note(None)

    async def note(self, error: StoreUnavailable | None) -> None:
        """Raises or clears the alert where the answer differs from the one before."""
        name = None if error is None else type(error.__cause__ or error).__name__
        if name == self._error:
            return
        async with self._works.begin() as work:
            subject = switch_subject(self._node)
            if name is None:
                await self._alerts.clear(work, AlertKind.STORE_DOWN, subject)
            else:
                await self._alerts.raise_(work, AlertKind.STORE_DOWN, subject, {"node": self._node, "error": name})
        self._error = name
