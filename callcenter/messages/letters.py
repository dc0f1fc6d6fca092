"""Writes letters: what a message says, to whom, signed with what."""

from callcenter.alerts.types import AlertCard
from callcenter.campaigns.errors import CampaignNotFound
from callcenter.campaigns.service import CampaignService
from callcenter.kit.config import CoreSettings
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.messages import texts
from callcenter.messages.delivering import Letter
from callcenter.messages.models import AlertMessage, MessageRoute
from callcenter.messages.types import Phase


class LetterWriter:
    """Opens a route's target and finds the words of its language."""

    def __init__(self, vault: Vault, campaigns: CampaignService, settings: CoreSettings) -> None:
        self._vault = vault
        self._campaigns = campaigns
        self._rehearsal = settings.rehearsal

    async def write(self, work: Work, message: AlertMessage, route: MessageRoute, alert: AlertCard | None) -> Letter:
        """Writes the letter of a message; without an alert it is a test."""
        kind = alert.kind.value if alert else None
        title = texts.title(route.language, kind, message.phase)
        lines = [title, *await self._lines(work, message, route, alert)]
        document = {
            "message": message.id,
            "phase": message.phase.value,
            "kind": kind,
            "subject": alert.subject if alert else "",
            "facts": dict(alert.facts) if alert else {},
            "raised_at": alert.raised_at.isoformat() if alert else None,
            "cleared_at": alert.cleared_at.isoformat() if alert and alert.cleared_at else None,
            "text": "\n".join(lines),
        }
        secret = self._vault.open(route.secret_sealed) if route.secret_sealed else None
        return Letter(message.id, route.channel, self._vault.open(route.target_sealed), secret, title, document)

    async def _lines(
        self, work: Work, message: AlertMessage, route: MessageRoute, alert: AlertCard | None
    ) -> list[str]:
        language = route.language
        lines = [texts.line(language, "rehearsal")] if self._rehearsal else []
        if alert is None:
            return [*lines, texts.line(language, "test_text")]
        if message.phase is Phase.CLEARED and alert.cleared_at:
            lines.append(texts.line(language, "cleared_at", at=texts.moment(alert.cleared_at)))
        facts = {**alert.facts, **await self._campaign(work, alert)}
        lines.append(texts.sentence(language, alert.kind.value, facts))
        lines.append(texts.line(language, "since", at=texts.moment(alert.raised_at)))
        if message.phase is Phase.RAISED:
            lines.append(texts.line(language, "at_system"))
        return lines

    async def _campaign(self, work: Work, alert: AlertCard) -> dict[str, str]:
        if (campaign_id := alert.facts.get("campaign_id")) is None:
            return {}
        try:
            return {"campaign": (await self._campaigns.rules(work, int(campaign_id))).name}
        except CampaignNotFound:
            return {"campaign": f"#{campaign_id}"}
