"""Raises planned visits for a decision when the customer may not be called any more (requirement L9).

A withdrawal, a do-not-call entry or an open complaint stops calls by itself. Whether the visit is still
made is for a person to say: the customer agreed to it, and may want it nevertheless.
"""

from callcenter.field import repository
from callcenter.field.cards import hand_over_card
from callcenter.field.errors import HandOverNotFound, NothingToDecide
from callcenter.field.transitions import HAND_OVER, VISIT, HandOverFact, VisitFact
from callcenter.field.types import HandOverCard, RoutingReason
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.types import BlockReason, LeadsBlocked


class QuestionService:
    """Keeps the question whether a visit is still to be made, and its answer."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def blocked(self, work: Work, event: LeadsBlocked) -> None:
        """Raises the open hand-overs of these customers."""
        why = BlockReason(event.why)
        for hand_over_id in await repository.raise_question(work.session, event.lead_ids, why, work.now):
            await work.announce(Noted("field.questioned", f"hand_over:{hand_over_id}", {"why": why.value}))

    async def decide(self, work: Work, hand_over_id: int, *, visit: bool, reason: str) -> HandOverCard:
        """Answers the question: the visit is still made, or called off for good.

        Raises HandOverNotFound, NothingToDecide, ReasonMissing.
        """
        reason = require_reason(reason, "deciding about a visit to a customer who may not be called", rule="L9")
        hand_over = await repository.lock_hand_over(work.session, hand_over_id)
        if hand_over is None or not await repository.is_within(work, hand_over_id):
            raise HandOverNotFound(f"there is no hand-over {hand_over_id}")
        if hand_over.question is None or not HAND_OVER.permitted(hand_over.state):
            raise NothingToDecide(f"hand-over {hand_over_id} waits for no decision: load it again")
        why, hand_over.question, hand_over.questioned_at = hand_over.question, None, None
        if not visit:
            planned = await repository.find_planned_visit(work.session, hand_over.id)
            if planned is not None:
                VISIT.move(planned, VisitFact.CANCELLED)
            HAND_OVER.move(hand_over, HandOverFact.CALLED_OFF)
            hand_over.reason, hand_over.words_sealed = RoutingReason.CALLED_OFF.value, None
        await work.session.flush()
        facts = {"why": why.value, "visit": visit, "reason": reason}
        await work.announce(Noted("field.decided", f"hand_over:{hand_over.id}", facts))
        return await hand_over_card(work, hand_over, self._vault)
