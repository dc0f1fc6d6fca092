"""Turns rows of trunks into the cards that other rooms see."""

from callcenter.lines.models import ConfiguredTrunk, Trunk
from callcenter.lines.types import Codec, TrunkCard, TrunkEntry, TrunkForm


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


def entry_of(row: ConfiguredTrunk) -> TrunkEntry:
    """Returns a trunk as it was entered; its password stays sealed."""
    return TrunkEntry(
        id=row.id,
        version=row.version,
        name=row.name,
        form=TrunkForm(
            group=row.group_name,
            host=row.host,
            port=row.port,
            transport=row.transport,
            encrypts_sound=row.encrypts_sound,
            access=row.access,
            account=row.account,
            password=None,
            codecs=tuple(Codec(codec) for codec in row.codecs),
            number_format=row.number_format,
            prefix=row.prefix,
            channels=row.channels,
            calls_per_second=row.calls_per_second,
            priority=row.priority,
            share=row.share,
            in_use=row.in_use,
        ),
        has_password=row.password_sealed is not None,
    )
