"""No log line shows personal data (law 10)."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog

from callcenter.kit.log import get_logger, mask_digits, set_up_logging


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13800001234", "138****1234"),
        ("called 13800001234.", "called 138****1234."),
        ("号码13800001234已拨", "号码138****1234已拨"),
        ("+8613800001234", "+861****1234"),
        ("tel:13800001234,13900005678", "tel:138****1234,139****5678"),
        ("138 0000 1234 and 138-0000-1234", "138****1234 and 138****1234"),
        ("id 110105194912310021", "id 110****0021"),
        ("id 11010519491231002X;", "id 110****002X;"),
        ("a-13800001234-b", "a-138****1234-b"),
    ],
)
def test_numbers_of_people_are_masked(written: str, shown: str) -> None:
    assert mask_digits(written) == shown


@pytest.mark.parametrize(
    "harmless",
    [
        "0.12345678901234",
        "took 1234567890 ns",
        str(UUID("01234567-89ab-4cde-8f01-123456789012")),
        "abc12345678901234",
        "2026-11-23T02:30:00",
    ],
)
def test_numbers_that_are_no_phone_numbers_are_not_masked(harmless: str) -> None:
    assert mask_digits(harmless) == harmless


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Collects the log of this test; restores the logging of the process afterwards."""
    root = logging.getLogger()
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    out = io.StringIO()
    set_up_logging(json=True, stream=out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


def test_secret_fields_nested_values_and_numbers_are_hidden(lines: io.StringIO) -> None:
    get_logger("test.hidden").info(
        "call to 13800001234",
        phone="13800001234",
        password="hunter2",
        payload={"phone": "13800001234", "to": ["13800001234", 5]},
        caller=13800001234,
        call=17,
    )
    assert "13800001234" not in lines.getvalue()
    assert "hunter2" not in lines.getvalue()
    entry = json.loads(lines.getvalue())
    assert entry["event"] == "call to 138****1234"
    assert entry["phone"] == "[hidden]"
    assert entry["payload"] == {"phone": "[hidden]", "to": ["138****1234", 5]}
    assert entry["call"] == 17


def test_tracebacks_are_masked_and_show_no_variables(lines: io.StringIO) -> None:
    customer = "张三丰 from nowhere"
    try:
        raise KeyError("13800001234")
    except KeyError:
        get_logger("test.trace").exception("broke")
        logging.getLogger("foreign.library").exception("broke at %s", "13900005678")
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert "KeyError" in first["exception"]
    assert "KeyError" in second["exception"]
    assert second["event"] == "broke at 139****5678"
    for secret in ("13800001234", "13900005678", customer):
        assert secret not in lines.getvalue()


def test_a_terminal_gets_tracebacks_too(lines: io.StringIO) -> None:
    out = io.StringIO()
    set_up_logging(stream=out)
    try:
        raise KeyError("13800001234")
    except KeyError:
        get_logger("test.terminal").exception("broke")
    assert "KeyError" in out.getvalue()
    assert "13800001234" not in out.getvalue()


def test_a_log_that_is_not_set_up_yet_masks_too(caplog: pytest.LogCaptureFixture) -> None:
    customer = "张三丰 from nowhere"
    try:
        raise KeyError("13800001234")
    except KeyError:
        get_logger("test.early").exception("broke", phone="13800001234")
    assert "KeyError" in caplog.text
    assert "13800001234" not in caplog.text
    assert customer not in caplog.text
