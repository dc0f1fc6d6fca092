"""Makes the requests that messengers take, and reads their answers. Pure but for the instant it is given.

The forms and signatures are those of the makers' own pages for group robots (WeCom, DingTalk, Feishu).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from callcenter.messages.types import Channel

_REFUSED = "refused by the receiver"


@dataclass(frozen=True, slots=True)
class Post:
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def post_of(channel: Channel, url: str, secret: str | None, document: Mapping[str, Any], now: datetime) -> Post:
    """Makes the request that brings a document; ``document["text"]`` is what people read."""
    seconds = int(now.timestamp())
    text = str(document["text"])
    match channel:
        case Channel.WECOM:
            return Post(url, _json({"msgtype": "text", "text": {"content": text}}))
        case Channel.DINGTALK:
            body = _json({"msgtype": "text", "text": {"content": text}})
            return Post(_signed_url(url, secret, seconds * 1000) if secret else url, body)
        case Channel.FEISHU:
            content: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
            if secret:
                sign = _base64(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest())
                content = {"timestamp": str(seconds), "sign": sign, **content}
            return Post(url, _json(content))
        case _:
            body = _json(document)
            signature = hmac.new((secret or "").encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
            headers = {"X-Callcenter-Timestamp": str(seconds), "X-Callcenter-Signature": f"sha256={signature}"}
            return Post(url, body, headers)


def refusal_of(channel: Channel, status: int, body: bytes) -> str | None:
    """Returns why a receiver has not taken a message; None if it has. Messengers refuse with status 200, too."""
    if not 200 <= status < 300:
        return f"HTTP {status}"
    if channel is Channel.WEBHOOK:
        return None
    name = "code" if channel is Channel.FEISHU else "errcode"
    try:
        answer = json.loads(body)
        code = answer.get(name) if isinstance(answer, dict) else None
    except ValueError:
        return _REFUSED
    return None if code == 0 else f"{name} {code}" if isinstance(code, int) else _REFUSED


def _signed_url(url: str, secret: str, milliseconds: int) -> str:
    sign = _base64(hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest())
    return f"{url}{'&' if '?' in url else '?'}timestamp={milliseconds}&sign={quote_plus(sign)}"


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(content), ensure_ascii=False).encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
