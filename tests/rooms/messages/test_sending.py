"""Alerts leave the system by their routes: once each, late or never where the route says so, tried until taken (S6)."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from callcenter import bootstrap
from callcenter.alerts.types import AlertKind
from callcenter.bootstrap import System
from callcenter.embedded.process import free_ports
from callcenter.kit.clock import FrozenClock
from callcenter.messages.errors import (
    MailNotSetUp,
    OriginNotAllowed,
    RouteChanged,
    RouteNameTaken,
    RouteNotFound,
    SecretMissing,
    TargetInvalid,
)
from callcenter.messages.types import (
    Channel,
    Language,
    MessageState,
    Phase,
    Plan,
    QuietHours,
    RouteCard,
    RouteForm,
)
from callcenter.storage.memory import MemoryStore
from tests.support.receivers import Hook, Mailbox, http_server, mail_server
from tests.support.rows import make_campaign
from tests.support.settings import core_settings, set_environment

STORE_DOWN, STOCK_LOW = AlertKind.STORE_DOWN, AlertKind.STOCK_LOW
ALL = Plan(kinds=[])
WHY = "值班"


@pytest.fixture
def ports() -> list[int]:
    return free_ports(2)


@pytest.fixture
def mailbox(ports: list[int]) -> Iterator[Mailbox]:
    with mail_server(ports[0]) as box:
        yield box


@pytest.fixture
def hook(ports: list[int]) -> Iterator[Hook]:
    with http_server(ports[1]) as server:
        yield server


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ports: list[int]
) -> AsyncIterator[System]:
    """The whole system, joined, with a mail server and one server for webhooks; nothing of it runs."""
    set_environment(
        monkeypatch,
        tmp_path,
        MESSAGES_SMTP_HOST="127.0.0.1",
        MESSAGES_SMTP_PORT=str(ports[0]),
        MESSAGES_SMTP_SECURITY="none",
        MESSAGES_WEBHOOK_ORIGINS=json.dumps([f"http://127.0.0.1:{ports[1]}"]),
    )
    system = bootstrap.build(core_settings(database_url), store=MemoryStore(clock), clock=clock)
    yield system
    await system.close()


def form(**changes: object) -> RouteForm:
    """Returns a route by mail that sends everything at once."""
    values: dict[str, object] = {
        "name": "值班邮箱",
        "channel": Channel.MAIL,
        "language": Language.ZH,
        "plan": ALL,
        "target": "ops@bank.example, lead@bank.example",
        "secret": None,
        **changes,
    }
    return RouteForm(**values)  # type: ignore[arg-type]


async def add(system: System, **changes: object) -> RouteCard:
    async with system.works.begin() as work:
        return await system.routes.add(work, form(**changes), WHY)


async def raise_(system: System, kind: AlertKind = STORE_DOWN, subject: str = "store", **facts: object) -> int:
    async with system.works.begin() as work:
        await system.alerts.raise_(work, kind, subject, {"node": "n1", "error": "S3Error", **facts})
        [alert] = [one for one in await system.alerts.list_of_kinds(work, [kind]) if one.subject == subject]
    return alert.id


async def send(system: System) -> list[str]:
    """Plans what is due and sends all that waits; returns the errors of what was not taken."""
    async with system.works.begin() as work:
        await system.alert_messages.plan(work)
        waiting = await work.session.scalars(text("SELECT id FROM message WHERE state = 'waiting' ORDER BY id"))
        ids = waiting.all()
    errors = []
    for message_id in ids:
        try:
            await system.message_sender.send({"message_id": message_id})
        except Exception as error:
            errors.append(type(error).__name__)
    return errors


async def messages(system: System) -> list[tuple[Phase, MessageState]]:
    async with system.works.begin() as work:
        return [(one.phase, one.state) for one in reversed(await system.routes.messages(work))]


async def test_a_mail_says_what_has_happened_and_what_to_do(system: System, mailbox: Mailbox) -> None:
    async with system.works.begin() as work:
        campaign = await make_campaign(work)
    await add(system)
    await raise_(system, STOCK_LOW, "campaign:1", campaign_id=campaign.id, stock=90, days=3, least=6)
    assert await send(system) == []
    [mail] = mailbox.mails
    assert (mail["Subject"], mail["To"]) == ("【告警】库存不足", "ops@bank.example, lead@bank.example")
    said = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert f"{campaign.name}：库存 90 条" in said
    assert "请登录外呼系统" in said


async def test_each_alert_is_sent_once_and_its_end_as_well(system: System, mailbox: Mailbox) -> None:
    await add(system)
    await raise_(system)
    assert await send(system) == await send(system) == []
    async with system.works.begin() as work:
        await system.alerts.clear(work, STORE_DOWN, "store")
    await send(system)
    await send(system)
    assert [mail["Subject"] for mail in mailbox.mails] == ["【告警】存储无响应", "【已解除】存储无响应"]
    assert await messages(system) == [(Phase.RAISED, MessageState.SENT), (Phase.CLEARED, MessageState.SENT)]


async def test_a_route_without_words_for_the_end_says_none(system: System, mailbox: Mailbox) -> None:
    await add(system, plan=Plan(kinds=[], says_cleared=False))
    await raise_(system)
    await send(system)
    async with system.works.begin() as work:
        await system.alerts.clear(work, STORE_DOWN, "store")
    await send(system)
    assert len(mailbox.mails) == 1


async def test_an_escalation_waits_and_is_spared_by_a_person(
    system: System, mailbox: Mailbox, clock: FrozenClock
) -> None:
    await add(system, plan=Plan(kinds=[], after_minutes=15))
    await raise_(system, STOCK_LOW, "campaign:1")
    alert_id = await raise_(system)
    async with system.works.begin() as work:
        await work.session.execute(
            text("UPDATE alert SET acknowledged_at = now(), note_sealed = '' WHERE id = :id"), {"id": alert_id}
        )
    clock.advance(timedelta(minutes=14))
    await send(system)
    assert mailbox.mails == []
    clock.advance(timedelta(minutes=1))
    await send(system)
    assert [mail["Subject"] for mail in mailbox.mails] == ["【告警】库存不足"]


async def test_quiet_hours_hold_back_what_can_wait(system: System, mailbox: Mailbox, clock: FrozenClock) -> None:
    local = clock.now() + timedelta(hours=8)
    quiet = QuietHours(time(local.hour, local.minute), (local + timedelta(hours=2)).time().replace(microsecond=0))
    await add(system, plan=Plan(kinds=[], quiet=quiet, through_quiet=[STORE_DOWN]))
    await raise_(system)
    await raise_(system, STOCK_LOW, "campaign:1")
    await send(system)
    assert [mail["Subject"] for mail in mailbox.mails] == ["【告警】存储无响应"]
    clock.advance(timedelta(hours=2, minutes=1))
    await send(system)
    assert len(mailbox.mails) == 2


async def test_what_is_not_taken_is_tried_again_and_an_alert_says_so(
    system: System, mailbox: Mailbox, hook: Hook, ports: list[int]
) -> None:
    route = await add(system)
    url = f"http://127.0.0.1:{ports[1]}/hook"
    await add(system, name="群", channel=Channel.WECOM, target=url, plan=Plan(kinds=[AlertKind.MESSAGE_FAILED]))
    hook.answer = b'{"errcode": 0}'
    mailbox.refuses = True
    await raise_(system)
    assert await send(system) == ["SMTPDataError"]
    async with system.works.begin() as work:
        [failed] = await system.alerts.list_of_kinds(work, [AlertKind.MESSAGE_FAILED])
        [message] = await system.routes.messages(work)
    assert failed.subject == f"message_route:{route.id}"
    assert (failed.facts["route"], failed.facts["error"]) == ("值班邮箱", "SMTPDataError")
    assert (message.state, message.failures, message.error) == (MessageState.WAITING, 1, "SMTPDataError")

    assert await send(system) == ["SMTPDataError"]  # its own failure is not said by the route itself
    assert [json.loads(body)["text"]["content"].splitlines()[0] for _, _, body in hook.requests] == [
        "【告警】告警外发失败"
    ]
    mailbox.refuses = False
    assert await send(system) == []
    assert [mail["Subject"] for mail in mailbox.mails] == ["【告警】存储无响应"]
    async with system.works.begin() as work:
        assert await system.alerts.list_of_kinds(work, [AlertKind.MESSAGE_FAILED]) == []


async def test_a_signed_webhook_carries_facts_and_no_redirect_is_followed(
    system: System, hook: Hook, ports: list[int]
) -> None:
    url = f"http://127.0.0.1:{ports[1]}/hook"
    await add(system, channel=Channel.WEBHOOK, target=url, secret="s3cret", language=Language.EN)
    await raise_(system)
    hook.status = 307
    assert await send(system) == ["NotDelivered"]
    hook.status = 200
    assert await send(system) == []
    [_, (path, headers, body)] = hook.requests
    document = json.loads(body)
    assert path == "/hook"
    assert headers["X-Callcenter-Signature"].startswith("sha256=")
    assert (document["kind"], document["phase"], document["facts"]) == (
        "store_down",
        "raised",
        {"node": "n1", "error": "S3Error"},
    )
    assert document["text"].startswith("[Alert]")


async def test_what_is_over_before_it_could_be_sent_is_not_sent(system: System, mailbox: Mailbox) -> None:
    route = await add(system)
    mailbox.refuses = True
    await raise_(system)
    await send(system)
    async with system.works.begin() as work:
        await system.alerts.clear(work, STORE_DOWN, "store")
    mailbox.refuses = False
    assert await send(system) == []
    assert mailbox.mails == []
    assert await messages(system) == [(Phase.RAISED, MessageState.EXPIRED)]
    async with system.works.begin() as work:  # the receiver has taken nothing yet: a test shows whether it would
        assert len(await system.alerts.list_of_kinds(work, [AlertKind.MESSAGE_FAILED])) == 1
        await system.routes.test(work, route.id)
    assert await send(system) == []
    async with system.works.begin() as work:
        assert await system.alerts.list_of_kinds(work, [AlertKind.MESSAGE_FAILED]) == []


async def test_a_test_is_sent_and_forgotten_after_minutes(system: System, mailbox: Mailbox, clock: FrozenClock) -> None:
    route = await add(system)
    async with system.works.begin() as work:
        await system.routes.test(work, route.id)
    assert await send(system) == []
    assert [mail["Subject"] for mail in mailbox.mails] == ["【测试】告警外发线路"]
    mailbox.refuses = True
    async with system.works.begin() as work:
        await system.routes.test(work, route.id)
    await send(system)
    clock.advance(timedelta(minutes=11))
    mailbox.refuses = False
    assert await send(system) == []
    assert len(mailbox.mails) == 1


async def test_a_removed_route_sends_nothing_more(system: System, mailbox: Mailbox) -> None:
    route = await add(system)
    mailbox.refuses = True
    await raise_(system)
    await send(system)
    mailbox.refuses = False
    async with system.works.begin() as work:
        await system.routes.remove(work, route.id, WHY)
        assert await system.routes.routes(work) == []
        assert await system.alerts.list_of_kinds(work, [AlertKind.MESSAGE_FAILED]) == []
        with pytest.raises(RouteNotFound):
            await system.routes.test(work, route.id)
    await send(system)
    assert mailbox.mails == []
    await add(system)  # its name is free again


async def test_a_route_is_changed_as_it_was_read(system: System, ports: list[int]) -> None:
    route = await add(system)
    changed = form(name="群", channel=Channel.WECOM, target=f"http://127.0.0.1:{ports[1]}/robot?key=secret")
    async with system.works.begin() as work:
        now = await system.routes.change(work, route.id, route.version, changed, WHY)
    assert (now.version, now.shown_target) == (2, f"http://127.0.0.1:{ports[1]}")
    async with system.works.begin() as work:
        with pytest.raises(RouteChanged):
            await system.routes.change(work, route.id, route.version, changed, WHY)
        kept = await system.routes.change(work, route.id, 2, form(name="群", channel=Channel.WECOM, target=None), WHY)
        assert kept.shown_target == now.shown_target
        with pytest.raises(TargetInvalid):  # another channel cannot go to the old place
            await system.routes.change(work, route.id, 3, form(name="群", target=None), WHY)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"target": "nobody"}, TargetInvalid),
        ({"target": None}, TargetInvalid),
        ({"channel": Channel.FEISHU, "target": "file:///etc/passwd"}, TargetInvalid),
        ({"channel": Channel.FEISHU, "target": "https://open.feishu.cn/hook"}, OriginNotAllowed),
        ({"channel": Channel.FEISHU, "target": "http://127.0.0.1:5038/"}, OriginNotAllowed),
        ({"channel": Channel.WEBHOOK, "target": "OWN", "secret": None}, SecretMissing),
    ],
)
async def test_a_target_is_judged_when_it_is_entered(
    system: System, ports: list[int], changes: dict[str, object], refusal: type[Exception]
) -> None:
    if changes["target"] == "OWN":
        changes = {**changes, "target": f"http://127.0.0.1:{ports[1]}/"}
    with pytest.raises(refusal):
        await add(system, **changes)


async def test_two_routes_do_not_share_a_name(system: System) -> None:
    await add(system)
    with pytest.raises(RouteNameTaken):
        await add(system)


async def test_no_route_by_mail_without_a_mail_server(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, tmp_path)
    system = bootstrap.build(core_settings(database_url), store=MemoryStore(clock), clock=clock)
    try:
        assert not system.routes.mail_is_set_up
        with pytest.raises(MailNotSetUp):
            await add(system)
    finally:
        await system.close()


async def test_a_target_and_a_secret_are_stored_sealed_and_not_in_the_trail(system: System, ports: list[int]) -> None:
    url = f"http://127.0.0.1:{ports[1]}/robot?key=topsecret"
    await add(system, channel=Channel.WEBHOOK, target=url, secret="s3cret")
    async with system.works.begin() as work:
        stored = await work.session.scalar(text("SELECT row_to_json(r)::text FROM message_route r"))
        trail = await work.session.scalar(text("SELECT string_agg(facts::text, ' ') FROM audit_entry"))
    assert stored
    assert trail
    for secret in ("topsecret", "s3cret"):
        assert secret not in stored
        assert secret not in trail
    assert "值班邮箱" in trail
