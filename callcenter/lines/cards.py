"""Turns a trunk's row into the card that other rooms see."""

from callcenter.lines.models import Trunk
from callcenter.lines.types import TrunkCard


def card_of(row: Trunk) -> TrunkCard:
    return TrunkCard(
        name=row.name,
        state=row.state,
        refusals=row.refusals,
        sip_code=row.sip_code,
        changed_at=row.changed_at,
        probe_at=row.probe_at,
        probe_lead_id=row.probe_lead_id,
    )
