"""Drafts of scripts: what a person is typing is kept until it is submitted or discarded, for that person alone."""

from callcenter.campaigns import repository
from callcenter.campaigns.errors import ScriptDraftChanged
from callcenter.campaigns.models import SavedDraft
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import SavedDraftCard, ScriptDraft
from callcenter.campaigns.versions import statement_of, stored_statement
from callcenter.kit.work import Work


class ScriptDrafts:
    """Keeps one draft for each person and campaign (requirement C8). No other person sees it: nothing is in the trail
    before it is submitted."""

    def __init__(self, campaigns: CampaignService) -> None:
        self._campaigns = campaigns

    async def draft(self, work: Work, campaign_id: int) -> SavedDraftCard | None:
        """Returns the actor's own draft. Raises CampaignNotFound."""
        await self._campaigns.rules(work, campaign_id)
        saved = await repository.find_draft(work.session, campaign_id, work.actor.id)
        return None if saved is None else _card(saved)

    async def save(self, work: Work, campaign_id: int, draft: ScriptDraft, number: int | None) -> SavedDraftCard:
        """Saves the actor's draft. ``number``: of the draft that the page has read or saved; None when there was none.

        Raises CampaignNotFound, ScriptDraftChanged.
        """
        await self._campaigns.rules(work, campaign_id)
        values = {
            "title": draft.title,
            "statements": [stored_statement(statement) for statement in draft.statements],
            "based_on": draft.based_on,
            "saved_at": work.now,
        }
        if number is None:
            saved = await repository.add_draft(work.session, campaign_id=campaign_id, staff_id=work.actor.id, **values)
        else:
            saved = await repository.change_draft(work.session, campaign_id, work.actor.id, number, **values)
        if saved is None:
            raise ScriptDraftChanged(
                "your draft has been saved, submitted or discarded on another page: read it again, or save this one"
            )
        return _card(saved)

    async def discard(self, work: Work, campaign_id: int) -> None:
        """Deletes the actor's own draft; without one nothing happens. Raises CampaignNotFound."""
        await self._campaigns.rules(work, campaign_id)
        await repository.delete_draft(work.session, campaign_id, work.actor.id)


def _card(saved: SavedDraft) -> SavedDraftCard:
    statements = tuple(statement_of(node) for node in saved.statements)
    return SavedDraftCard(
        draft=ScriptDraft(saved.title, statements, saved.based_on), number=saved.number, saved_at=saved.saved_at
    )
