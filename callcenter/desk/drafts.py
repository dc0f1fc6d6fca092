"""Keeps what an agent has entered about the customer on the screen, so that a page that is loaded anew has it again.

One window of the browser works at a desk. Another one that is opened takes it over by order of the agent; what the
window before still sends is refused then, so that it cannot write over what has been entered since.
"""

from callcenter.agents.errors import NotNow
from callcenter.agents.types import desk_topic
from callcenter.desk import repository
from callcenter.desk.errors import DeskElsewhere
from callcenter.desk.models import DRAFT_ENTRIES, DeskDraft
from callcenter.desk.reading import ScreenReader, ScreenRows
from callcenter.desk.rules import is_about
from callcenter.desk.schemas import DraftEntries, DraftView
from callcenter.desk.types import About
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work


class DraftService:
    """Saves and returns drafts. No other code does."""

    def __init__(self, screens: ScreenReader, vault: Vault) -> None:
        self._screens = screens
        self._vault = vault

    async def claim(self, work: Work, agent_id: int, window: str) -> DraftView:
        """Makes a window the one at work, and returns what was entered about the customer on the screen."""
        await repository.claim_window(work.session, agent_id, window, work.now)
        await work.notify(desk_topic(agent_id))
        draft = await repository.draft_of(work.session, agent_id)
        about = _about(await self._screens.read(work, agent_id))
        if draft is None or draft.entries_sealed is None or about is None or not is_about(_kept(draft), about):
            return DraftView(entries=None, saved_at=None)
        entries = self._vault.open(draft.entries_sealed, DRAFT_ENTRIES.at(draft))
        return DraftView(entries=DraftEntries.model_validate_json(entries), saved_at=draft.saved_at)

    async def save(self, work: Work, agent_id: int, window: str, entries: DraftEntries) -> DraftView:
        """Keeps the entries about the customer on the screen in place of the earlier ones.

        Raises NotNow where the screen shows no customer, DeskElsewhere where another window is at work.
        """
        about = _about(await self._screens.read(work, agent_id))
        if about is None:
            raise NotNow("there is no customer on your screen", allowed=[])
        draft = DeskDraft(
            agent_id=agent_id,
            window=window,
            assignment_id=about.assignment_id,
            callback_id=about.callback_id,
            call_id=about.call_id,
            entries_sealed=self._vault.seal(entries.model_dump_json(), DRAFT_ENTRIES.place(agent_id)),
            saved_at=work.now,
        )
        if not await repository.save_draft(work.session, window, draft):
            raise DeskElsewhere("another window works at this desk: take it over to go on here")
        return DraftView(entries=entries, saved_at=work.now)

    async def close(self, work: Work, agent_id: int) -> None:
        """Removes entries and window of an agent who is gone."""
        await repository.remove_draft(work.session, agent_id)


def _about(shown: ScreenRows) -> About | None:
    if shown.assignment is None and shown.callback is None:
        return None
    return About(
        assignment_id=shown.assignment.id if shown.assignment else None,
        callback_id=shown.callback.id if shown.callback else None,
        call_id=shown.call.id if shown.call else None,
    )


def _kept(draft: DeskDraft) -> About:
    return About(assignment_id=draft.assignment_id, callback_id=draft.callback_id, call_id=draft.call_id)
