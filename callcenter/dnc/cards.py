"""From rows of external lists to what others may know of them."""

from dataclasses import asdict, fields
from typing import Any

from callcenter.dnc.models import DncDelivery
from callcenter.dnc.types import DeliveryCard, DeliveryFigures


def delivery_card(delivery: DncDelivery) -> DeliveryCard:
    """Copies the columns a card names; both have the same names on purpose."""
    return DeliveryCard(**{field.name: getattr(delivery, field.name) for field in fields(DeliveryCard)})


def report_of(delivery: DncDelivery) -> dict[str, Any]:
    """Returns what a delivery gave, as the job's result, the audit record and the log keep it."""
    figures = DeliveryFigures(**{field.name: getattr(delivery, field.name) for field in fields(DeliveryFigures)})
    return {
        "delivery_id": delivery.id,
        "list_id": delivery.list_id,
        "kind": delivery.kind.value if delivery.kind else None,
        **asdict(figures),
    }
