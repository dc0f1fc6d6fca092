"""When a route sends an alert, where it may lead, and what its messages say (requirement S6)."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from callcenter.alerts.types import AlertKind
from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.messages import texts
from callcenter.messages.rules import addresses_of, after_quiet, allows, due_at, is_expired, origin_of, shown
from callcenter.messages.types import Channel, Language, Phase, Plan, QuietHours
from callcenter.messages.webhooks import post_of, refusal_of

NIGHT = QuietHours(time(21), time(8))
NOON = QuietHours(time(12), time(13, 30))
NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: int = 30) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BUSINESS_ZONE)


@pytest.mark.parametrize(
    ("quiet", "moment", "sent"),
    [
        (NIGHT, at(20, 59), at(20, 59)),
        (NIGHT, at(21, 0, 29), at(8)),
        (NIGHT, at(0), at(8)),
        (NIGHT, at(7, 59), at(8)),
        (NIGHT, at(8), at(8)),
        (NOON, at(12), at(13, 30)),
        (NOON, at(13, 29), at(13, 30)),
        (NOON, at(13, 30), at(13, 30)),
        (NOON, at(11, 59), at(11, 59)),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(quiet: QuietHours, moment: datetime, sent: datetime) -> None:
    assert after_quiet(quiet, moment.astimezone(UTC)) == sent


def test_a_route_sends_its_kinds_at_once_or_after_its_delay() -> None:
    chosen = Plan(kinds=[AlertKind.STORE_DOWN])
    assert due_at(chosen, AlertKind.STORE_DOWN, NOW, acknowledged=False) == NOW
    assert due_at(chosen, AlertKind.STOCK_LOW, NOW, acknowledged=False) is None
    assert due_at(Plan(kinds=[]), AlertKind.STOCK_LOW, NOW, acknowledged=True) == NOW
    late = Plan(kinds=[], after_minutes=15)
    assert due_at(late, AlertKind.STOCK_LOW, NOW, acknowledged=False) == NOW + timedelta(minutes=15)
    assert due_at(late, AlertKind.STOCK_LOW, NOW, acknowledged=True) is None


def test_some_kinds_go_through_quiet_hours() -> None:
    plan = Plan(kinds=[], quiet=NIGHT, through_quiet=[AlertKind.STORE_DOWN])
    midnight = at(0)
    assert due_at(plan, AlertKind.STORE_DOWN, midnight, acknowledged=False) == midnight
    assert due_at(plan, AlertKind.STOCK_LOW, midnight, acknowledged=False) == at(8)


def test_a_delay_that_ends_in_quiet_hours_waits_for_their_end() -> None:
    plan = Plan(kinds=[], after_minutes=30, quiet=NIGHT)
    assert due_at(plan, AlertKind.STOCK_LOW, at(20, 45, 29), acknowledged=False) == at(8)


def test_a_message_expires_after_a_day_and_a_test_after_minutes() -> None:
    assert not is_expired(Phase.RAISED, NOW, NOW + timedelta(days=1))
    assert is_expired(Phase.RAISED, NOW, NOW + timedelta(days=1, seconds=1))
    assert not is_expired(Phase.TEST, NOW, NOW + timedelta(minutes=10))
    assert is_expired(Phase.TEST, NOW, NOW + timedelta(minutes=11))


@pytest.mark.parametrize(
    ("target", "addresses"),
    [
        ("ops@bank.example", ["ops@bank.example"]),
        (" a@b.example , c@d.example ", ["a@b.example", "c@d.example"]),
        ("", None),
        ("ops", None),
        ("a@b.example\nBcc: all@bank.example", None),
        ("Ops <a@b.example>", None),
        (",".join(f"a{number}@b.example" for number in range(21)), None),
    ],
)
def test_a_list_of_addresses_is_read_whole_or_refused(target: str, addresses: list[str] | None) -> None:
    assert addresses_of(target) == addresses


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://open.feishu.cn/open-apis/bot/v2/hook/abc", "https://open.feishu.cn"),
        ("https://OPEN.feishu.cn:443/x", "https://open.feishu.cn"),
        ("https://hooks.bank.example:8443/x?key=1", "https://hooks.bank.example:8443"),
        ("https://user:pass@open.feishu.cn/", None),
        ("ftp://open.feishu.cn/", None),
        ("https://open.feishu.cn:99999/", None),
        ("https:///x", None),
        ("hello", None),
    ],
)
def test_the_origin_of_a_webhook(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


def test_webhooks_go_to_named_servers_only() -> None:
    named = ["https://open.feishu.cn", "http://127.0.0.1:9000/"]
    assert allows(named, "https://open.feishu.cn/hook")
    assert allows(named, "http://127.0.0.1:9000/hook")
    assert not allows(named, "http://open.feishu.cn/hook")
    assert not allows(named, "https://open.feishu.cn.evil.example/hook")
    assert not allows(named, "http://127.0.0.1:5038/")
    assert not allows(named, "https://evil.example/https://open.feishu.cn")
    assert not allows(named, "nothing")


def test_what_is_shown_of_a_target_lets_none_write_there() -> None:
    assert shown(Channel.FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/secret") == "https://open.feishu.cn"
    assert shown(Channel.MAIL, "ops@bank.example, lead@bank.example") == "o***@bank.example, l***@bank.example"


# --- what receivers take ---------------------------------------------------------------------------------------------

DOCUMENT = {"text": "库存不足", "kind": "stock_low"}
SECONDS = int(NOW.timestamp())


def test_a_signed_webhook_can_be_verified_by_its_receiver() -> None:
    post = post_of(Channel.WEBHOOK, "https://hooks.bank.example/x", "secret", DOCUMENT, NOW)
    stamp = post.headers["X-Callcenter-Timestamp"]
    expected = hmac.new(b"secret", f"{stamp}.".encode() + post.body, hashlib.sha256).hexdigest()
    assert (stamp, post.headers["X-Callcenter-Signature"]) == (str(SECONDS), f"sha256={expected}")
    assert json.loads(post.body) == DOCUMENT


def test_messengers_get_their_own_forms() -> None:
    wecom = post_of(Channel.WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", None, DOCUMENT, NOW)
    assert json.loads(wecom.body) == {"msgtype": "text", "text": {"content": "库存不足"}}
    plain = post_of(Channel.FEISHU, "https://open.feishu.cn/hook/h", None, DOCUMENT, NOW)
    assert json.loads(plain.body) == {"msg_type": "text", "content": {"text": "库存不足"}}


def test_dingtalk_is_signed_in_its_url() -> None:
    post = post_of(Channel.DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=t", "SEC", DOCUMENT, NOW)
    query = {name: value for name, [value] in parse_qs(urlsplit(post.url).query).items()}
    signed = hmac.new(b"SEC", f"{SECONDS * 1000}\nSEC".encode(), hashlib.sha256).digest()
    assert query == {
        "access_token": "t",
        "timestamp": str(SECONDS * 1000),
        "sign": base64.b64encode(signed).decode(),
    }


def test_feishu_is_signed_in_its_body() -> None:
    body = json.loads(post_of(Channel.FEISHU, "https://open.feishu.cn/hook/h", "SEC", DOCUMENT, NOW).body)
    signed = hmac.new(f"{SECONDS}\nSEC".encode(), b"", hashlib.sha256).digest()
    assert (body["timestamp"], body["sign"]) == (str(SECONDS), base64.b64encode(signed).decode())


@pytest.mark.parametrize(
    ("channel", "status", "body", "refusal"),
    [
        (Channel.WEBHOOK, 204, b"", None),
        (Channel.WEBHOOK, 302, b"", "HTTP 302"),
        (Channel.WECOM, 200, b'{"errcode": 0, "errmsg": "ok"}', None),
        (Channel.WECOM, 200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "errcode 93000"),
        (Channel.FEISHU, 200, b'{"code": 19021, "msg": "sign match fail"}', "code 19021"),
        (Channel.FEISHU, 200, b'{"code": 0}', None),
        (Channel.DINGTALK, 200, b"<html>", "refused by the receiver"),
        (Channel.DINGTALK, 200, b"[]", "refused by the receiver"),
        (Channel.DINGTALK, 500, b'{"errcode": 0}', "HTTP 500"),
    ],
)
def test_a_refusal_is_seen_behind_status_200(channel: Channel, status: int, body: bytes, refusal: str | None) -> None:
    assert refusal_of(channel, status, body) == refusal


# --- what they say ---------------------------------------------------------------------------------------------------


def test_a_message_says_what_the_bell_says() -> None:
    said = texts.sentence(
        Language.ZH, "part_missing", {"part": "recorder", "node": "n2", "at": "2026-11-30T01:05:00+00:00"}
    )
    assert (
        said
        == "系统部件“录音处理（交换机 n2）”自 2026-11-30 09:05 起未运行。请检查该进程及其日志；恢复后告警自动解除。"
    )
    shortage = {"campaign": "年金险", "on": "2026-12-01", "shortage": 12, "branches": {"南宁": 5, "柳州": 7}}
    assert texts.sentence(Language.ZH, "shortage", shortage) == (
        "年金险：2026-12-01 的分配缺 12 条线索。（缺线索的分行：南宁 5、柳州 7）"
    )
    late = {"task": "allocation.watch", "at": "2026-11-30T01:05:00+00:00", "failures": 3, "error": ""}
    assert "“检查分配与库存”应于 2026-11-30 09:05" in texts.sentence(Language.ZH, "task_overdue", late)


@pytest.mark.parametrize("language", Language)
def test_each_kind_of_alert_has_words(language: Language) -> None:
    words = texts.words(language)
    kinds = {kind.value for kind in AlertKind}
    assert set(words["alert"]) == kinds
    assert set(words["say"]) == kinds
    assert texts.title(language, "stock_low", Phase.CLEARED).endswith(words["alert"]["stock_low"])


def test_the_two_languages_hold_the_same_words() -> None:
    def names(words: object) -> object:
        return {name: names(inner) for name, inner in words.items()} if isinstance(words, dict) else None

    assert names(texts.words(Language.ZH)) == names(texts.words(Language.EN))
