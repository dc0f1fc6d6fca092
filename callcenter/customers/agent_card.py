"""The card of a customer for the agent who calls: what the campaign's setting names, and nothing else (L4, law 5)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from callcenter.campaigns.agent_fields import AgentField, AgentFields
from callcenter.customers.rules import agent_facts, needs_sealed_fields
from callcenter.customers.types import AgentCard
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.leads.records import LeadRecords
from callcenter.leads.types import LEAD_ADDRESS, LEAD_FIELDS, LEAD_NAME, NUMBER, SealedLead


class AgentCards:
    """Builds the card. A field that the setting hides is not decrypted."""

    def __init__(self, vault: Vault, records: LeadRecords, lists: LeadLists) -> None:
        self._vault = vault
        self._records = records
        self._lists = lists

    async def of(self, work: Work, lead_id: int, fields: AgentFields) -> AgentCard:
        """Returns the customer as the setting shows them; name and number always masked. Raises LeadNotFound."""
        lead = await self._records.find(work, lead_id, fresh=False)
        values: Mapping[str, Any] = {}
        declared: Sequence[Mapping[str, Any]] = ()
        if needs_sealed_fields(fields) and lead.fields_sealed is not None:
            values = json.loads(self._vault.open(lead.fields_sealed, LEAD_FIELDS.at(lead)))
            declared = (await self._lists.card(work, lead.list_id)).fields
        return AgentCard(
            name_masked=mask_name(self._vault.open(lead.name_sealed, LEAD_NAME.at(lead))),
            phone_masked=mask_phone(self._vault.open(lead.phone_sealed, NUMBER.at(lead))),
            facts=agent_facts(fields, declared, {**values, **self._columns(lead, fields)}),
        )

    def _columns(self, lead: SealedLead, fields: AgentFields) -> Mapping[str, Any]:
        address = self._vault.open(lead.address_sealed, LEAD_ADDRESS.at(lead)) if AgentField.ADDRESS in fields else ""
        values: Mapping[AgentField, Any] = {
            AgentField.GENDER: lead.gender.value if lead.gender else None,
            AgentField.AGE: lead.age,
            AgentField.BIRTH_ON: lead.birth_on.isoformat() if lead.birth_on else None,
            AgentField.DISTRICT: lead.district,
            AgentField.ADDRESS: address,
            AgentField.OCCUPATION: lead.occupation,
            AgentField.CUSTOMER_CLASS: lead.customer_class,
        }
        return {field.value: value for field, value in values.items()}
