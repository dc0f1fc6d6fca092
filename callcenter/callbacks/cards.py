"""Makes the card of a callback from its row."""

from typing import Any

from sqlalchemy import Row

from callcenter.callbacks.models import Callback
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.types import CALLBACK_NOTE, CallbackCard, CallbackKind
from callcenter.kit.crypto import Vault


def card_of(row: Callback | Row[Any], settings: CallbackSettings, vault: Vault | None) -> CallbackCard:
    """Returns the card of a callback (``row`` has the columns of one); without a vault the note on it is empty."""
    complaint = row.kind is CallbackKind.COMPLAINT
    return CallbackCard(
        id=row.id,
        kind=row.kind,
        state=row.state,
        lead_id=row.lead_id,
        campaign_id=row.campaign_id,
        agent_id=row.agent_id,
        excluded_agent_id=row.excluded_agent_id,
        case_id=row.case_id,
        promised_at=row.promised_at,
        due_at=row.due_at,
        opens_to_team_at=row.due_at + settings.complaint_staff_first if complaint else row.opens_to_team_at,
        claimed_by=row.claimed_by,
        attempts=row.attempts,
        attempts_demanded=row.attempts_demanded,
        last_call_id=row.last_call_id,
        done_call_id=row.done_call_id,
        done_at=row.done_at,
        signed_off_by=row.signed_off_by,
        subject=row.subject,
        note=vault.open_words(row.note_sealed, CALLBACK_NOTE.at(row)) if vault else "",
        created_at=row.created_at,
    )
