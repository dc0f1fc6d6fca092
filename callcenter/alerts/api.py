"""Serves alerts over HTTP: a person sees the alerts whose right they hold."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.alerts.schemas import Acknowledgement, AlertOut, AlertPage
from callcenter.alerts.service import AlertService
from callcenter.kit.http import Working, provided
from callcenter.people.service import PeopleService

router = APIRouter(prefix="/alerts", tags=["alerts"])

Alerts = Annotated[AlertService, provided(AlertService)]
People = Annotated[PeopleService, provided(PeopleService)]


@router.get("")
async def list_alerts(work: Working, alerts: Alerts, people: People) -> AlertPage:
    """Lists the open alerts whose right I hold, unacknowledged ones first."""
    open_alerts = await alerts.list_open(work)
    names = await people.cards(work, {card.acknowledged_by for card in open_alerts if card.acknowledged_by is not None})
    return AlertPage(
        items=[
            AlertOut.of(card, names[card.acknowledged_by].name if card.acknowledged_by in names else None)
            for card in open_alerts
        ]
    )


@router.post("/{alert_id}/acknowledge")
async def acknowledge(alert_id: int, body: Acknowledgement, work: Working, alerts: Alerts) -> AlertOut:
    """Acknowledges an alert, with a note of what I do about it; it stays open until its cause is over."""
    return AlertOut.of(await alerts.acknowledge(work, alert_id, body.note), work.actor.name)
