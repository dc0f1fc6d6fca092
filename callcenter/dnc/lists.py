"""External lists: which there are, what is in force of them, which of them hold a number (requirement L6)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, text

from callcenter.dnc import listing
from callcenter.dnc.cards import delivery_card
from callcenter.dnc.errors import ExternalListNotFound, ExternalListWithdrawn
from callcenter.dnc.keys import indexer
from callcenter.dnc.transitions import DELIVERY, DeliveryAct
from callcenter.dnc.types import LIST_WITHDRAWN_WHY, DeliveryCard, DeliveryState, KeyKind, LiftReason, ListCard
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

LOCK = "dnc.lists"
"""Advisory lock: exclusive for a transaction that changes what lists hold, shared for an import of customers."""


class ExternalLists:
    """Reads and withdraws external lists, and matches numbers against them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def lists(self, work: Work) -> Sequence[ListCard]:
        """Returns the lists that were delivered at least once, by name."""
        files = await listing.count_deliveries(work.session)
        in_force = {
            delivery.list_id: delivery_card(delivery)
            for delivery in await listing.list_deliveries(work.session, state=DeliveryState.IN_FORCE, limit=500)
        }
        return [
            ListCard(
                id=external_list.id,
                name=external_list.name,
                supplier=external_list.supplier,
                term_days=external_list.term_days,
                withdrawn_at=external_list.withdrawn_at,
                withdrawn_why=self._vault.open_words(
                    external_list.withdrawn_why_sealed, LIST_WITHDRAWN_WHY.at(external_list)
                )
                or None,
                in_force=in_force.get(external_list.id),
                deliveries=files.get(external_list.id, 0),
            )
            for external_list in await listing.list_lists(work.session)
            if external_list.id in files
        ]

    async def deliveries(self, work: Work, list_id: int) -> Sequence[DeliveryCard]:
        """Returns the files of a list, the newest first."""
        deliveries = await listing.list_deliveries(work.session, list_id=list_id)
        return [delivery_card(delivery) for delivery in deliveries]

    async def withdraw(self, work: Work, list_id: int, why: str) -> int:
        """Ends a whole list and every entry it made; returns how many entries ended.

        Raises ExternalListNotFound, ExternalListWithdrawn, ReasonMissing.
        """
        why = require_reason(why, "withdrawing a list", rule="L6")
        await work.lock(LOCK)
        external_list = await listing.find_list(work.session, list_id)
        if external_list is None:
            raise ExternalListNotFound(f"there is no external list {list_id}")
        if external_list.withdrawn_at is not None:
            raise ExternalListWithdrawn("this list was withdrawn before")
        external_list.withdrawn_at, external_list.withdrawn_by = work.now, work.actor.staff_id
        external_list.withdrawn_why_sealed = self._vault.seal(why, LIST_WITHDRAWN_WHY.at(external_list))
        ended = 0
        if (delivery := await listing.find_in_force(work.session, list_id)) is not None:
            DELIVERY.move(delivery, DeliveryAct.WITHDRAW)
            ended = await listing.end_entries(
                work.session, delivery.id, work.now, work.actor.staff_id, LiftReason.LIST_WITHDRAWN
            )
            await listing.drop_keys(work.session, delivery.id)
        await work.announce(Noted("leads.dnc_list_withdrawn", f"dnc_list:{list_id}", {"why": why, "entries": ended}))
        return ended

    # --- numbers -----------------------------------------------------------------------------------------------

    async def hold(self, work: Work) -> Sequence[KeyKind] | None:
        """Holds the lists' lock, shared, until the work ends: no list changes while customers are imported.

        Returns the kinds of hashes in the lists in force, of each of which a number needs its key to be looked up;
        None where no list is in force.
        """
        await work.session.execute(
            text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:key, 0))"), {"key": LOCK}
        )
        kinds = {delivery.kind for delivery in await listing.list_in_force(work.session, work.now)}
        return sorted(kind for kind in kinds if kind is not None and kind is not KeyKind.PHONE) if kinds else None

    async def enter_listed(self, work: Work, numbers: Select[Any]) -> None:
        """Makes an entry for each selected number that a list in force holds. The work has to ``hold`` the lists.

        ``numbers`` selects ``phone_index``, ``phone_sealed`` and ``list_keys``: its keys in lists of the kinds of
        hashes that are in force.
        """
        for delivery in await listing.list_in_force(work.session, work.now):
            matches = await listing.match(work.session, delivery.id, numbers)
            await listing.enter_matches(work.session, delivery, matches, work.now, work.actor.staff_id)

    async def names_holding(self, work: Work, digits: str) -> Sequence[str]:
        """Returns the names of the lists in force that hold this number."""
        deliveries = {delivery.id: delivery for delivery in await listing.list_in_force(work.session, work.now)}
        kinds = sorted({delivery.kind for delivery in deliveries.values() if delivery.kind is not None})
        keys = indexer(kinds, self._vault.index)(digits)
        holding = {deliveries[found].list_id for found, _ in await listing.find_keys(work.session, deliveries, keys)}
        lists = await listing.list_lists(work.session)
        return [external_list.name for external_list in lists if external_list.id in holding]
