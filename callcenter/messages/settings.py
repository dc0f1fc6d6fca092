"""Settings of the messages room: ``CALLCENTER_MESSAGES_*``."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import HOST, Section


class MessageSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_MESSAGES_", extra="ignore", frozen=True)

    smtp_host: str = Field(
        default="",
        pattern=HOST.replace("^", "^(|").replace("$", ")$"),
        description="mail server; empty: no mail is sent",
    )
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="`none` only for a relay on this machine"
    )
    smtp_user: str = Field(
        default="", max_length=200, pattern=r"^[^\s]*$", description="empty: no log-in at the mail server"
    )
    smtp_password: SecretStr = Field(default=SecretStr(""), max_length=500)
    mail_from: str = Field(
        default="callcenter@localhost", pattern=r"^[^@\s]+@[^@\s]+$", max_length=200, description="sender of the mails"
    )
    webhook_origins: tuple[str, ...] = Field(
        default=("https://qyapi.weixin.qq.com", "https://oapi.dingtalk.com", "https://open.feishu.cn"),
        description="servers to which webhooks may be sent, as JSON list; others are refused",
        examples=['["https://hooks.bank.example"]'],
    )
    seconds: float = Field(default=10, gt=0, le=60, description="time in which a receiver has to answer")
