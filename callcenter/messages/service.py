"""Use cases of routes: listed, added, changed, removed, tried; and the list of what was sent."""

from collections.abc import Collection, Sequence
from typing import Any

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.kit.crypto import Vault
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.messages import repository
from callcenter.messages.errors import (
    MailNotSetUp,
    OriginNotAllowed,
    RouteChanged,
    RouteNameTaken,
    RouteNotFound,
    SecretMissing,
    TargetInvalid,
)
from callcenter.messages.models import MessageRoute
from callcenter.messages.rules import addresses_of, allows, origin_of, shown
from callcenter.messages.settings import MessageSettings
from callcenter.messages.types import (
    QUEUE,
    SEND,
    Channel,
    MessageCard,
    Phase,
    Plan,
    QuietHours,
    RouteCard,
    RouteForm,
)


class RouteService:
    """Writes routes. Only their holders of the right to operate come here; who receives needs no account."""

    def __init__(self, vault: Vault, alerts: AlertService, settings: MessageSettings) -> None:
        self._vault = vault
        self._alerts = alerts
        self._settings = settings

    @property
    def mail_is_set_up(self) -> bool:
        return bool(self._settings.smtp_host)

    async def routes(self, work: Work) -> Sequence[RouteCard]:
        """Returns the routes in use, by name."""
        return [self._card(row) for row in await repository.routes(work.session)]

    async def messages(self, work: Work, *, before: int | None = None, limit: int = 50) -> Sequence[MessageCard]:
        """Returns a page of messages, the newest first."""
        rows = await repository.many(work.session, before=before, limit=limit)
        about = await self._alerts.cards(work, {row.alert_id for row, _ in rows if row.alert_id is not None})
        alerts = [about.get(row.alert_id) if row.alert_id is not None else None for row, _ in rows]
        return [
            MessageCard(
                id=row.id,
                route_name=name,
                kind=alert.kind if alert else None,
                subject=alert.subject if alert else "",
                phase=row.phase,
                state=row.state,
                planned_at=row.planned_at,
                ended_at=row.ended_at,
                failures=row.failures,
                error=row.error,
            )
            for (row, name), alert in zip(rows, alerts, strict=True)
        ]

    async def add(self, work: Work, form: RouteForm, reason: str) -> RouteCard:
        """Adds a route. Raises RouteNameTaken, MailNotSetUp, TargetInvalid, OriginNotAllowed, SecretMissing."""
        await self._require_name(work, form.name, None)
        row = MessageRoute(channel=form.channel, target_sealed="", **_settings_of(form))
        self._point(row, form)
        work.session.add(row)
        await work.session.flush()
        await self._note(work, row, reason)
        return self._card(row)

    async def change(self, work: Work, route_id: int, version: int, form: RouteForm, reason: str) -> RouteCard:
        """Changes a route as it was read; what it has planned already goes where it leads now.

        Raises RouteNotFound, RouteChanged and what ``add`` raises.
        """
        row = await self._locked(work, route_id)
        if row.version != version:
            raise RouteChanged(f"another person has changed route {route_id}: look at it again before you change it")
        await self._require_name(work, form.name, route_id)
        for name, value in _settings_of(form).items():
            setattr(row, name, value)
        self._point(row, form)
        row.version += 1
        await self._note(work, row, reason)
        return self._card(row)

    async def remove(self, work: Work, route_id: int, reason: str) -> None:
        """Removes a route; what waits on it is given up. Raises RouteNotFound."""
        row = await self._locked(work, route_id)
        row.removed_at = work.now
        await work.session.flush()
        await repository.outlive(work.session, route_id, work.now)
        await self._alerts.clear(work, AlertKind.MESSAGE_FAILED, subject_of(row))
        await work.announce(Noted("messages.route_removed", subject_of(row), {"name": row.name, "reason": reason}))

    async def test(self, work: Work, route_id: int) -> None:
        """Sends a test on a route; the list of messages says what became of it. Raises RouteNotFound."""
        row = await self._locked(work, route_id)
        values = {"route_id": row.id, "alert_id": None, "phase": Phase.TEST, "planned_at": work.now}
        await enqueue(work, await repository.add_messages(work.session, [values]))
        await work.announce(Noted("messages.route_tested", subject_of(row), {"name": row.name}))

    async def _note(self, work: Work, row: MessageRoute, reason: str) -> None:
        """Notes a route as it is now: all but where it leads, which would let another one write there."""
        quiet = f"{row.quiet_begin:%H:%M}-{row.quiet_end:%H:%M}" if row.quiet_begin and row.quiet_end else ""
        facts = {
            "name": row.name,
            "version": row.version,
            "channel": row.channel.value,
            "kinds": row.kinds,
            "after_minutes": row.after_minutes,
            "quiet": quiet,
            "says_cleared": row.says_cleared,
            "reason": reason,
        }
        await work.announce(Noted("messages.route_set", subject_of(row), facts))

    async def _locked(self, work: Work, route_id: int) -> MessageRoute:
        row = await repository.lock_route(work.session, route_id)
        if row is None:
            raise RouteNotFound(f"there is no route {route_id}, or it was removed: refresh the list")
        return row

    async def _require_name(self, work: Work, name: str, besides: int | None) -> None:
        await work.lock("messages.route_name")
        if await repository.is_name_taken(work.session, name, besides):
            raise RouteNameTaken(f"a route is called {name} already: choose another name")

    def _point(self, row: MessageRoute, form: RouteForm) -> None:
        """Sets where a route leads. A new channel needs a new target and forgets the secret of the old one."""
        if form.target is not None:
            self._require_target(form.channel, form.target)
            row.target_sealed = self._vault.seal(form.target)
        elif not row.target_sealed or row.channel is not form.channel:
            raise TargetInvalid("say where this route leads")
        if form.secret is not None:
            row.secret_sealed = self._vault.seal(form.secret) if form.secret else None
        elif row.channel is not form.channel:
            row.secret_sealed = None
        if form.channel is Channel.WEBHOOK and row.secret_sealed is None:
            raise SecretMissing("a signed webhook needs a secret, by which its receiver knows who has sent it")
        row.channel = form.channel

    def _require_target(self, channel: Channel, target: str) -> None:
        if channel is Channel.MAIL:
            if not self.mail_is_set_up:
                raise MailNotSetUp("no mail server is named: set CALLCENTER_MESSAGES_SMTP_HOST and start anew")
            if addresses_of(target) is None:
                raise TargetInvalid("write mail addresses, separated by commas, at most 20")
        elif (origin := origin_of(target)) is None:
            raise TargetInvalid("write a URL that begins with https://")
        elif not allows(self._settings.webhook_origins, target):
            raise OriginNotAllowed(
                f"webhooks to {origin} are not allowed: add it to CALLCENTER_MESSAGES_WEBHOOK_ORIGINS", origin=origin
            )

    def _card(self, row: MessageRoute) -> RouteCard:
        return RouteCard(
            id=row.id,
            version=row.version,
            name=row.name,
            channel=row.channel,
            language=row.language,
            plan=plan_of(row),
            shown_target=shown(row.channel, self._vault.open(row.target_sealed)),
            signed=row.secret_sealed is not None,
        )


def plan_of(row: MessageRoute) -> Plan:
    """Returns when a route sends."""
    quiet = QuietHours(row.quiet_begin, row.quiet_end) if row.quiet_begin and row.quiet_end else None
    return Plan(
        kinds=_kinds(row.kinds),
        after_minutes=row.after_minutes,
        quiet=quiet,
        through_quiet=_kinds(row.through_quiet),
        says_cleared=row.says_cleared,
    )


async def enqueue(work: Work, message_ids: Sequence[int]) -> None:
    """Orders messages to be sent after the commit."""
    for message_id in message_ids:
        await work.enqueue(Effect(QUEUE, SEND, {"message_id": message_id}, Delivery.AT_LEAST_ONCE))


def _kinds(values: Sequence[str]) -> frozenset[AlertKind]:
    return frozenset(AlertKind(value) for value in values)


def _settings_of(form: RouteForm) -> dict[str, Any]:
    plan = form.plan
    return {
        "name": form.name,
        "language": form.language,
        "kinds": _sorted(plan.kinds),
        "after_minutes": plan.after_minutes,
        "quiet_begin": plan.quiet.begin if plan.quiet else None,
        "quiet_end": plan.quiet.end if plan.quiet else None,
        "through_quiet": _sorted(plan.through_quiet),
        "says_cleared": plan.says_cleared,
    }


def _sorted(kinds: Collection[AlertKind]) -> list[str]:
    return sorted(kind.value for kind in kinds)


def subject_of(row: MessageRoute) -> str:
    """Returns a route as the subject of an act and of an alert."""
    return f"message_route:{row.id}"
