"""Brings a letter to its receiver: a mail by SMTP, a webhook by HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

import aiosmtplib
import httpx

from callcenter.messages.rules import addresses_of, allows
from callcenter.messages.settings import MessageSettings
from callcenter.messages.types import Channel
from callcenter.messages.webhooks import post_of, refusal_of

_READ_AT_MOST = 4096
"""Bytes of an answer; a code of a messenger lies in the first hundred."""


class NotDelivered(Exception):  # noqa: N818 - it is tried again
    """Says that a receiver has not taken a message."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message with all that is needed to deliver it outside a transaction."""

    message_id: int
    channel: Channel
    target: str
    secret: str | None
    title: str
    document: Mapping[str, Any]
    """What a signed webhook carries; ``text`` is what people read, in every channel."""


class Deliverer:
    """Delivers letters; each attempt either ends with the receiver's consent or raises."""

    def __init__(self, settings: MessageSettings) -> None:
        self._settings = settings

    async def deliver(self, letter: Letter, now: datetime) -> None:
        """Raises NotDelivered, or what the network raises."""
        if letter.channel is Channel.MAIL:
            await self._mail(letter, now)
        else:
            await self._post(letter, now)

    async def _mail(self, letter: Letter, now: datetime) -> None:
        settings = self._settings
        if not settings.smtp_host:
            raise NotDelivered("no mail server is named")
        mail = EmailMessage()
        mail["From"] = settings.mail_from
        mail["To"] = ", ".join(addresses_of(letter.target) or ())
        mail["Subject"] = letter.title
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = make_msgid(f"{letter.message_id}", settings.mail_from.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"  # so that no holiday note comes back
        mail.set_content(str(letter.document["text"]) + "\n")
        await aiosmtplib.send(
            mail,
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() if settings.smtp_user else None,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            timeout=settings.seconds,
        )

    async def _post(self, letter: Letter, now: datetime) -> None:
        # Asked again here: the setting may have been narrowed since the route was entered.
        if not allows(self._settings.webhook_origins, letter.target):
            raise NotDelivered("its server is not in CALLCENTER_MESSAGES_WEBHOOK_ORIGINS")
        post = post_of(letter.channel, letter.target, letter.secret, letter.document, now)
        headers = {"Content-Type": "application/json; charset=utf-8", **post.headers}
        async with (
            httpx.AsyncClient(timeout=self._settings.seconds, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", post.url, content=post.body, headers=headers) as answer,
        ):
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) >= _READ_AT_MOST:
                    break
        if refusal := refusal_of(letter.channel, answer.status_code, body[:_READ_AT_MOST]):
            raise NotDelivered(refusal)
