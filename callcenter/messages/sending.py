"""Plans the messages of alerts, and sends what is planned.

Each message is a row before it is sent (law 8). A crash between the receiver's consent and the row's end sends it once
more: a doubled alert does less harm than a lost one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertCard, AlertKind
from callcenter.kit.work import Work, Works
from callcenter.messages import repository
from callcenter.messages.delivering import Deliverer, Letter, NotDelivered
from callcenter.messages.letters import LetterWriter
from callcenter.messages.models import MessageRoute
from callcenter.messages.rules import due_at, is_expired
from callcenter.messages.service import enqueue, plan_of, subject_of
from callcenter.messages.transitions import MESSAGE, MessageFact
from callcenter.messages.types import Phase


class AlertMessages:
    """Plans what the routes have to say of the alerts."""

    def __init__(self, alerts: AlertService) -> None:
        self._alerts = alerts

    async def plan(self, work: Work) -> None:
        """Plans each message that is due and was not planned before. Safe to repeat."""
        routes = await repository.routes(work.session)
        if not routes:
            return
        values = [
            _message(route.id, alert.id, Phase.RAISED, work.now)
            for alert in await self._alerts.list_of_kinds(work, tuple(AlertKind))
            for route in routes
            if _is_due(route, alert, work.now)
        ]
        unsaid = await repository.unsaid_ends(work.session)
        about = await self._alerts.cards(work, {alert_id for _, alert_id in unsaid})
        values += [
            _message(route_id, alert_id, Phase.CLEARED, work.now)
            for route_id, alert_id in unsaid
            if about[alert_id].cleared_at is not None
        ]
        await enqueue(work, await repository.add_messages(work.session, values))


class MessageSender:
    """Carries out the effect ``messages.send``."""

    def __init__(
        self,
        works: Works,
        letters: LetterWriter,
        deliverer: Deliverer,
        alerts: AlertService,
    ) -> None:
        self._works = works
        self._letters = letters
        self._deliverer = deliverer
        self._alerts = alerts

    async def send(self, payload: Mapping[str, Any]) -> None:
        """Sends one message, outside any transaction. Raises what the attempt raises: then it is tried again."""
        message_id = int(payload["message_id"])
        async with self._works.begin() as work:
            letter = await self._letter(work, message_id)
        if letter is None:
            return
        try:
            await self._deliverer.deliver(letter, self._works.clock.now())
        except Exception as error:
            await self._failed(message_id, error)
            raise
        await self._accepted(message_id)

    async def _letter(self, work: Work, message_id: int) -> Letter | None:
        """Returns what is to be sent; None where nothing is left to say."""
        found = await repository.read(work.session, message_id)
        if found is None:
            return None
        message, route = found
        if message.state not in MESSAGE.sources(MessageFact.ACCEPTED):
            return None
        alert = (await self._alerts.cards(work, {message.alert_id})).get(message.alert_id) if message.alert_id else None
        over = message.phase is Phase.RAISED and (alert is None or alert.cleared_at is not None)
        if over or route.removed_at is not None or is_expired(message.phase, message.planned_at, work.now):
            MESSAGE.move(message, MessageFact.OUTLIVED)
            message.ended_at = work.now
            return None
        return await self._letters.write(work, message, route, alert)

    async def _accepted(self, message_id: int) -> None:
        async with self._works.begin() as work:
            found = await repository.read(work.session, message_id)
            if found is None or found[0].state not in MESSAGE.sources(MessageFact.ACCEPTED):
                return  # its route was removed while it was under way
            message, route = found
            MESSAGE.move(message, MessageFact.ACCEPTED)
            message.ended_at = work.now
            await self._alerts.clear(work, AlertKind.MESSAGE_FAILED, subject_of(route))

    async def _failed(self, message_id: int, error: Exception) -> None:
        async with self._works.begin() as work:
            found = await repository.read(work.session, message_id)
            if found is None or found[1].removed_at is not None:
                return
            message, route = found
            message.failures += 1
            # Only our own text: that of a server may quote an address (law 10).
            message.error = str(error)[:200] if isinstance(error, NotDelivered) else type(error).__name__
            facts = {"route": route.name, "error": message.error, "at": work.now.isoformat()}
            await self._alerts.raise_(work, AlertKind.MESSAGE_FAILED, subject_of(route), facts)


def _is_due(route: MessageRoute, alert: AlertCard, now: datetime) -> bool:
    if alert.kind is AlertKind.MESSAGE_FAILED and alert.subject == subject_of(route):
        return False  # it cannot take its own news
    at = due_at(plan_of(route), alert.kind, alert.raised_at, acknowledged=alert.acknowledged_at is not None)
    return at is not None and at <= now


def _message(route_id: int, alert_id: int, phase: Phase, now: datetime) -> dict[str, Any]:
    return {"route_id": route_id, "alert_id": alert_id, "phase": phase, "planned_at": now}
