"""Writes structured logs that never show a customer (law 10).

The values of fields that carry personal data are replaced whole; anything that looks like a telephone or identity
number inside another value is masked. Log ids and never particulars: masking is only the last safeguard.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

_SECRET_FIELDS = frozenset(
    [
        "password",
        "secret",
        "token",
        "cookie",
        "authorization",
        "access_key",
        "secret_key",
        "phone",
        "name",
        "customer_name",
        "address",
        "id_number",
        "number",
    ]
)
_PARTICULARS = re.compile(
    r"(?<![0-9A-Za-z_])(?<!\d\.)(?<![0-9a-f]{4}-)"  # not inside a word, a decimal fraction, a UUID
    r"(?:(\+?\d{3})\d{4,11}(\d{4})|(\d{3})\d{11}(\d{3}[Xx])|(\+?\d{3})[ -]\d{4}[ -](\d{4}))"
    r"(?![0-9A-Za-z_])(?!\.\d)"
)


def mask_digits(text: str) -> str:
    """Replaces the middle of telephone and identity numbers: 13800001234 → 138****1234.

    Those are free-standing runs of 11 to 18 digits (the last may be X), and 138 0000 1234 or 138-0000-1234.
    """
    return _PARTICULARS.sub(lambda match: "****".join(filter(None, match.groups())), text)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_digits(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**10:
        return mask_digits(str(value))
    if isinstance(value, Mapping):
        return {key: "[hidden]" if key in _SECRET_FIELDS else _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner) for inner in value]
    return value


def _mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if not key.startswith("_"):  # structlog's own
            event[key] = "[hidden]" if key in _SECRET_FIELDS else _masked(value)
    return event


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,  # without the values of variables: those may be a customer's
    _mask,
]


def _console(*, colors: bool) -> structlog.typing.Processor:
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)


# Until set_up_logging is called (a test, a script): the same masks, through the standard library's loggers.
structlog.configure(
    processors=[*_SHARED, _console(colors=False)],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.make_filtering_bound_logger("INFO"),  # passes no traceback on beside the masked one
)


def set_up_logging(*, json: bool = False, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Configures structlog and the standard library's loggers alike; call once per process."""
    out = stream or sys.stderr
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else _console(colors=out.isatty())
    )
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn", "httpx", "urllib3", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(
        logging.ERROR
    )  # it warns whenever a tick is skipped because the last one still runs, which is harmless


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
