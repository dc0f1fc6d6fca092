"""Sends what supervisors write to agents, and keeps it until each agent has confirmed to have read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from callcenter.agents import repository
from callcenter.agents.errors import MessageNotFound
from callcenter.agents.models import MESSAGE_TEXT, AgentMessage
from callcenter.agents.types import FLOOR_TOPIC, MessageKind, desk_topic
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work

SHOWN_FOR = timedelta(hours=12)
"""Older messages are not shown: they were of another shift."""
_MOST_SENDINGS = 5


@dataclass(frozen=True, slots=True)
class Sending:
    """One message as its sender sees it."""

    text: str
    sent_at: datetime
    addressed: int
    """How many agents it was sent to."""
    read: int
    """How many of them have confirmed it."""


class MessageService:
    """Writes and opens messages. No other code does."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def send(
        self, work: Work, agent_ids: Collection[int], text: str, kind: MessageKind = MessageKind.MESSAGE
    ) -> None:
        """Shows a text on the screens of these agents. Its sender is the actor."""
        sending = uuid4()
        for agent_id in sorted(set(agent_ids)):
            message = AgentMessage(
                sending=sending,
                agent_id=agent_id,
                sent_by=work.actor.id,
                kind=kind,
                text_sealed=self._vault.seal(text, MESSAGE_TEXT.place(sending, agent_id)),
                sent_at=work.now,
            )
            work.session.add(message)
            await work.notify(desk_topic(agent_id))
        await work.notify(FLOOR_TOPIC)

    def text(self, message: AgentMessage) -> str:
        """Returns the text in clear."""
        return self._vault.open(message.text_sealed, MESSAGE_TEXT.at(message))

    async def confirm(self, work: Work, agent_id: int, message_id: int) -> None:
        """Notes that the agent has read a message. Raises MessageNotFound, also for a message to others."""
        message = await repository.find_message(work, agent_id, message_id)
        if message is None:
            raise MessageNotFound(f"you have no message {message_id}")
        message.read_at = message.read_at or work.now
        await work.notify(desk_topic(agent_id))
        await work.notify(FLOOR_TOPIC)

    async def sent(self, work: Work) -> Sequence[Sending]:
        """Returns the actor's newest messages of this shift, with their receipts."""
        rows = await repository.sendings(work, work.actor.id, work.now - SHOWN_FOR, _MOST_SENDINGS)
        return [Sending(self.text(message), message.sent_at, addressed, read) for message, addressed, read in rows]
