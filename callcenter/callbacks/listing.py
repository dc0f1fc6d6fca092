"""Lists promises and obligations with their states, for the staff who see that they are kept (requirements C7, X3)."""

from callcenter.callbacks import repository
from callcenter.callbacks.cards import card_of
from callcenter.callbacks.rules import is_moved, reach_by
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.types import OPEN_STATES, CallbackQuery, ListedCallback, Place
from callcenter.kit.work import Work


class CallbackList:
    """Lists callbacks within the actor's scope. It never opens a note: that is for the one who makes the call."""

    def __init__(self, settings: CallbackSettings) -> None:
        self._settings = settings

    async def callbacks(
        self, work: Work, query: CallbackQuery, *, after: Place | None = None, limit: int = 100
    ) -> list[ListedCallback]:
        """Returns callbacks of a view: open ones by their time, ended ones the latest first."""
        rows = await repository.list_callbacks(work, query, self._settings.grace, after=after, limit=limit)
        listed = []
        for row in rows:
            by = reach_by(row.kind, row.due_at, row.answer_by, self._settings.grace)
            is_open = row.state in OPEN_STATES
            listed.append(
                ListedCallback(
                    card=card_of(row, self._settings, vault=None),
                    reach_by=by,
                    overdue=is_open and by <= work.now,
                    moved=is_open and is_moved(row.promised_at, row.due_at),
                )
            )
        return listed
