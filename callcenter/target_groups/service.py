"""Target groups: proposed by a branch, supplied by head office, imported by the data officer (L3).

Proposing, approving, supplying and importing are acts of different people, so that no single person decides who is
called. Each act is one line of the table in ``transitions`` and writes a step. ``imports`` announces what happens to
the files (``handlers``).
"""

from collections.abc import Collection, Sequence

from callcenter.campaigns.service import CampaignService
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import NotAllowed
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.leads.types import ListTotals
from callcenter.target_groups import repository
from callcenter.target_groups.errors import (
    BranchMissing,
    TargetDayPast,
    TargetNotFound,
    TargetNotNow,
    TargetOfOtherCampaign,
)
from callcenter.target_groups.models import TargetGroup, TargetStep
from callcenter.target_groups.rules import in_time, view_of
from callcenter.target_groups.transitions import TARGET_GROUP
from callcenter.target_groups.types import (
    STEP_REASON,
    Act,
    Step,
    TargetCard,
    TargetDraft,
    TargetMoved,
    TargetState,
    View,
)

_PAST: dict[Act, str] = {
    Act.PROPOSE: "proposed",
    Act.APPROVE: "approved",
    Act.REFUSE: "refused",
    Act.WITHDRAW: "withdrawn",
    Act.SUPPLY: "supplied",
    Act.RETURN: "returned",
    Act.IMPORT: "imported",
}


class TargetService:
    """Moves target groups through their acts, each of which needs its own right."""

    def __init__(self, campaigns: CampaignService, lists: LeadLists, vault: Vault) -> None:
        self._campaigns = campaigns
        self._lists = lists
        self._vault = vault

    # --- acts of people ----------------------------------------------------------------------------------------

    async def propose(self, work: Work, draft: TargetDraft) -> TargetCard:
        """Proposes a target group for the actor's branch.

        Raises BranchMissing, TargetDayPast, CampaignNotFound.
        """
        branch = work.actor.scope.branch
        if not branch:
            raise BranchMissing("your account belongs to no branch: ask the administrator to set one")
        if not in_time(draft.due_on, business_date(work.now)):
            raise TargetDayPast("the day by which the customers are wanted is past: choose today or a later day")
        await self._campaigns.rules(work, draft.campaign_id)
        group = TargetGroup(
            branch=branch,
            campaign_id=draft.campaign_id,
            name=draft.name.strip(),
            description=draft.description.strip(),
            criteria=draft.criteria.strip(),
            wanted=draft.wanted,
            due_on=draft.due_on,
        )
        work.session.add(group)
        await work.session.flush()
        await self._record(work, group, Act.PROPOSE)
        return await self._card(work, group)

    async def approve(self, work: Work, group_id: int, reason: str, segmentation: str = "") -> TargetCard:
        """Approves a target group; ``segmentation`` is the model by which head office chooses the customers.

        Raises TargetNotFound, TargetNotNow, ReasonMissing; so do ``refuse`` and ``withdraw``.
        """
        group = await self._act(work, group_id, Act.APPROVE, reason)
        group.approved_at, group.segmentation = work.now, segmentation.strip()
        return await self._card(work, group)

    async def refuse(self, work: Work, group_id: int, reason: str) -> TargetCard:
        """Refuses a target group for good."""
        return await self._card(work, await self._act(work, group_id, Act.REFUSE, reason))

    async def withdraw(self, work: Work, group_id: int, reason: str) -> TargetCard:
        """Withdraws a target group for its branch; impossible after customers have been supplied."""
        return await self._card(work, await self._act(work, group_id, Act.WITHDRAW, reason))

    # --- events of files ---------------------------------------------------------------------------------------

    async def supplied(self, work: Work, group_id: int, upload_id: int) -> TargetCard:
        """Writes down that a file was uploaded for a target group.

        Raises TargetNotFound, TargetNotNow, which undo the upload in the same transaction.
        """
        group = await self._find(work, group_id)
        self._require_move(group, Act.SUPPLY)
        group.upload_id = upload_id
        await self._record(work, group, Act.SUPPLY, upload_id=upload_id)
        return await self._card(work, group)

    async def returned(self, work: Work, group_id: int, upload_id: int) -> None:
        """Writes down that a file was discarded. A newer file of the same target group keeps waiting."""
        group = await self._find(work, group_id)
        if group.upload_id != upload_id or TARGET_GROUP.move(group, Act.RETURN) is None:
            return
        group.upload_id = None
        await self._record(work, group, Act.RETURN, upload_id=upload_id)

    async def admit(self, work: Work, group_id: int, campaign_id: int) -> TargetCard:
        """Returns the target group for which a file may be imported; ``imported`` checks again.

        Raises TargetNotFound, TargetNotNow, TargetOfOtherCampaign.
        """
        group = await self._find(work, group_id)
        if TARGET_GROUP.advance(group.state, Act.IMPORT) is None:
            raise _not_now(group, Act.IMPORT)
        _require_campaign(group, campaign_id)
        return await self._card(work, group)

    async def imported(self, work: Work, group_id: int, list_id: int, upload_id: int | None = None) -> TargetCard:
        """Writes down that a list of its customers was imported, and writes the branch into that list.

        ``upload_id``: the imported file, if it is not the waiting one, which then keeps waiting.
        Raises TargetNotFound, ListNotFound, TargetNotNow, TargetOfOtherCampaign.
        """
        group = await self._find(work, group_id)
        _require_campaign(group, (await self._lists.card(work, list_id)).campaign_id)
        self._require_move(group, Act.IMPORT)
        await self._lists.assign_branch(work, list_id, group.branch)
        upload_id = upload_id or group.upload_id
        await self._record(work, group, Act.IMPORT, upload_id=upload_id, list_id=list_id)
        if group.upload_id == upload_id:
            group.upload_id = None
        return await self._card(work, group)

    # --- reading -----------------------------------------------------------------------------------------------

    async def card(self, work: Work, group_id: int) -> TargetCard:
        """Returns a target group that the actor may see. Raises TargetNotFound."""
        return await self._card(work, await self._find(work, group_id, self._view(work), lock=False))

    async def page(
        self, work: Work, states: Collection[TargetState] = (), *, before: int | None = None, limit: int = 50
    ) -> list[TargetCard]:
        """Returns the target groups the actor may see, the newest first. ``before``: the last id of the page before."""
        groups = await repository.list_page(work.session, self._view(work), states, before=before, limit=limit)
        return await self._cards(work, groups)

    async def counts(self, work: Work) -> dict[TargetState, int]:
        """Counts the target groups the actor may see, by state."""
        return await repository.count_by_state(work.session, self._view(work))

    async def _act(self, work: Work, group_id: int, act: Act, reason: str) -> TargetGroup:
        """Moves a target group the actor can see, with the actor's reason."""
        reason = require_reason(reason, f"to {act.value} a target group", rule="L3")
        group = await self._find(work, group_id, self._view(work))
        self._require_move(group, act)
        await self._record(work, group, act, reason=reason)
        return group

    def _require_move(self, group: TargetGroup, act: Act) -> None:
        if TARGET_GROUP.move(group, act) is None:
            raise _not_now(group, act)

    async def _record(
        self,
        work: Work,
        group: TargetGroup,
        act: Act,
        *,
        reason: str = "",
        upload_id: int | None = None,
        list_id: int | None = None,
    ) -> None:
        work.session.add(
            TargetStep(
                group_id=group.id,
                act=act,
                at=work.now,
                by=work.actor.staff_id,
                reason_sealed=self._vault.seal_words(reason, STEP_REASON.place(group.id, act, work.now)),
                upload_id=upload_id,
                list_id=list_id,
            )
        )
        facts = {"branch": group.branch, "campaign": group.campaign_id, "wanted": group.wanted}
        if list_id is not None:
            facts["lead_list"] = list_id
        await work.announce(
            TargetMoved(group_id=group.id, branch=group.branch, act=act, state=group.state, at=work.now)
        )
        await work.announce(Noted(f"targets.{_PAST[act]}", f"target_group:{group.id}", facts))

    def _view(self, work: Work) -> View:
        view = view_of(work.actor.rights, work.actor.scope)
        if view is None:
            raise NotAllowed("target groups are for branches, head office, data officers and auditors", rule="L3")
        return view

    async def _find(self, work: Work, group_id: int, view: View | None = None, *, lock: bool = True) -> TargetGroup:
        group = await repository.find(work.session, group_id, view, lock=lock)
        if group is None:
            raise TargetNotFound(f"there is no target group {group_id}")
        return group

    async def _card(self, work: Work, group: TargetGroup) -> TargetCard:
        await work.session.flush()
        return (await self._cards(work, [group]))[0]

    async def _cards(self, work: Work, groups: Sequence[TargetGroup]) -> list[TargetCard]:
        ids = [group.id for group in groups]
        steps = await repository.list_steps(work.session, ids)
        totals = await self._lists.totals_by_target_group(work, ids)
        return [
            TargetCard(
                id=group.id,
                branch=group.branch,
                campaign_id=group.campaign_id,
                name=group.name,
                description=group.description,
                criteria=group.criteria,
                segmentation=group.segmentation,
                wanted=group.wanted,
                due_on=group.due_on,
                state=group.state,
                upload_id=group.upload_id,
                totals=totals.get(group.id, ListTotals()),
                steps=[self._step(step) for step in steps.get(group.id, ())],
            )
            for group in groups
        ]

    def _step(self, step: TargetStep) -> Step:
        reason = self._vault.open_words(step.reason_sealed, STEP_REASON.at(step))
        return Step(step.act, step.at, step.by, reason, step.upload_id, step.list_id)


def _not_now(group: TargetGroup, act: Act) -> TargetNotNow:
    return TargetNotNow(
        f"this target group is {group.state.value}: reload it",
        state=group.state.value,
        act=act.value,
    )


def _require_campaign(group: TargetGroup, campaign_id: int) -> None:
    if group.campaign_id != campaign_id:
        raise TargetOfOtherCampaign(
            f"the branch asked for campaign {group.campaign_id}: import the file into that one",
            campaign_id=group.campaign_id,
        )
