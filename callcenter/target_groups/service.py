"""Target groups: a branch proposes one, head office supplies the customers, the data officer takes them in (L3).

Four hands, so that nobody orders, chooses, delivers and admits customers alone. Each act is one line of the table in
``rules.py`` and leaves a step behind. The intake tells of files by ``supplied``, ``returned`` and ``imported``.
"""

from collections.abc import Collection, Sequence

import asyncpg
from sqlalchemy.exc import IntegrityError

from callcenter.kit.clock import business_date
from callcenter.kit.errors import NotAllowed
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.errors import ReasonMissing, UnknownCampaign
from callcenter.target_groups import repository
from callcenter.target_groups.errors import (
    BranchMissing,
    TargetDayPast,
    TargetNotFound,
    TargetNotNow,
    TargetOfOtherCampaign,
)
from callcenter.target_groups.models import TargetGroup, TargetStep
from callcenter.target_groups.rules import advance, in_time, view_of
from callcenter.target_groups.types import Act, Step, Taken, TargetCard, TargetDraft, TargetMoved, TargetState, View

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
    async def propose(self, work: Work, draft: TargetDraft) -> TargetCard:
        """Asks for customers, for the branch of whoever asks."""
        branch = work.actor.scope.branch
        if branch is None:
            raise BranchMissing("your account belongs to no branch: ask the administrator to enter it")
        if not in_time(draft.due_on, business_date(work.now)):
            raise TargetDayPast("choose today or a later day")
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
        try:
            await work.session.flush()
        except IntegrityError as error:
            if isinstance(error.orig.__cause__ if error.orig else None, asyncpg.ForeignKeyViolationError):
                raise UnknownCampaign(f"there is no campaign {draft.campaign_id}") from error
            raise
        await self._record(work, group, Act.PROPOSE)
        return await self._card(work, group)

    async def approve(self, work: Work, group_id: int, reason: str, segmentation: str = "") -> TargetCard:
        """The data officer agrees, and may give the model by which head office is to choose."""
        group = await self._move(work, group_id, Act.APPROVE, reason)
        group.approved_at, group.segmentation = work.now, segmentation.strip()
        return await self._card(work, group)

    async def refuse(self, work: Work, group_id: int, reason: str) -> TargetCard:
        return await self._card(work, await self._move(work, group_id, Act.REFUSE, reason))

    async def withdraw(self, work: Work, group_id: int, reason: str) -> TargetCard:
        """The branch wants it no longer. Not once customers have been supplied."""
        return await self._card(work, await self._move(work, group_id, Act.WITHDRAW, reason))

    async def supplied(self, work: Work, group_id: int, upload_id: int) -> TargetCard:
        """A file for it has arrived. The intake calls this while it takes the file, so that a refusal undoes both."""
        group = await self._find(work, group_id)
        self._advance(group, Act.SUPPLY)
        group.upload_id = upload_id
        await self._record(work, group, Act.SUPPLY, upload_id=upload_id)
        return await self._card(work, group)

    async def returned(self, work: Work, group_id: int, upload_id: int) -> None:
        """That file was discarded. Another that has arrived since still counts."""
        group = await self._find(work, group_id)
        if group.upload_id != upload_id or advance(group.state, Act.RETURN) is None:
            return
        self._advance(group, Act.RETURN)
        group.upload_id = None
        await self._record(work, group, Act.RETURN, upload_id=upload_id)

    async def admit(self, work: Work, group_id: int, campaign_id: int) -> TargetCard:
        """The target group a file is taken in for. Refused where it may not be, or not into this campaign.

        Asked before the work begins; ``imported`` asks again.
        """
        group = await self._find(work, group_id)
        if advance(group.state, Act.IMPORT) is None:
            raise _not_now(group, Act.IMPORT)
        _same_campaign(group, campaign_id)
        return await self._card(work, group)

    async def imported(self, work: Work, group_id: int, list_id: int, upload_id: int | None = None) -> TargetCard:
        """Its customers are leads now, in that list. In the import's transaction.

        ``upload_id``: the file they came from, if it is not the one that waits; the other goes on waiting.
        """
        group = await self._find(work, group_id)
        _same_campaign(group, await repository.find_campaign_of_list(work.session, list_id))
        self._advance(group, Act.IMPORT)
        upload_id = upload_id or group.upload_id
        await self._record(work, group, Act.IMPORT, upload_id=upload_id, list_id=list_id)
        if group.upload_id == upload_id:
            group.upload_id = None
        return await self._card(work, group)

    async def card(self, work: Work, group_id: int) -> TargetCard:
        """One, if whoever asks may see it."""
        return await self._card(work, await self._find(work, group_id, self._view(work), lock=False))

    async def page(
        self, work: Work, states: Collection[TargetState] = (), *, before: int | None = None, limit: int = 50
    ) -> list[TargetCard]:
        """Those whoever asks may see, the newest first; ``before`` is the last id of the page before."""
        found = await repository.list_page(work.session, self._view(work), states, before=before, limit=limit)
        return await self._cards(work, found)

    async def counts(self, work: Work) -> dict[TargetState, int]:
        """How many stand where, of those whoever asks may see."""
        return await repository.count_by_state(work.session, self._view(work))

    async def _move(self, work: Work, group_id: int, act: Act, reason: str) -> TargetGroup:
        """What a person does about a target group they can see, with a reason."""
        if not reason.strip():
            raise ReasonMissing("write down the reason")
        group = await self._find(work, group_id, self._view(work))
        self._advance(group, act)
        await self._record(work, group, act, reason=reason.strip())
        return group

    def _advance(self, group: TargetGroup, act: Act) -> None:
        """The one place where the state changes."""
        after = advance(group.state, act)
        if after is None:
            raise _not_now(group, act)
        group.state = after

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
                reason=reason,
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
        taken = await repository.sum_lists(work.session, ids)
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
                taken=taken.get(group.id, Taken()),
                steps=[
                    Step(step.act, step.at, step.by, step.reason, step.upload_id, step.list_id)
                    for step in steps.get(group.id, ())
                ],
            )
            for group in groups
        ]


def _not_now(group: TargetGroup, act: Act) -> TargetNotNow:
    return TargetNotNow(
        f"this target group is {group.state.value}: look at it again",
        state=group.state.value,
        act=act.value,
    )


def _same_campaign(group: TargetGroup, campaign_id: int | None) -> None:
    if group.campaign_id != campaign_id:
        raise TargetOfOtherCampaign(
            f"the branch asked for campaign {group.campaign_id}: import the file into that one",
            campaign_id=group.campaign_id,
        )
