"""Reads answers: what each means, and why it is refused. Nothing is looked up; ``probes`` does that."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields
from ipaddress import AddressValueError, IPv4Address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from callcenter.setup.errors import AnswerRefused
from callcenter.setup.types import (
    Address,
    Answers,
    Certificate,
    Network,
    Ports,
    Question,
    Raw,
    ServersAt,
    StoreAt,
    TrunkAt,
)
from callcenter.telephony.asterisk.provision import ACCOUNT, CARRIER_PASSWORD, HOST

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1"})
MOST_SEATS = 1000
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,38}[a-z0-9]")
_NUMBER = re.compile(r"\+?\d{3,20}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PATH = re.compile(r"/[A-Za-z0-9_./+@-]+")
_EXPANDS = "${"
"""A reader of settings puts the value of another variable here."""


def questions(answered: Mapping[Question, Any]) -> list[Question]:
    """Returns the questions of this installation, as far as the answers so far decide: a dozen at the most."""
    servers, network, trunk = (
        answered.get(question) for question in (Question.SERVERS, Question.NETWORK, Question.TRUNK)
    )
    named = servers is not None and servers is not ServersAt.HERE
    asked = {
        Question.DATABASE: named,
        Question.STORE: named,
        Question.STORE_SECRET: named,
        Question.CERTIFICATE: network is not None and not network.is_local,
        Question.TRUNK_PASSWORD: trunk is not None and bool(trunk.user),
    }
    return [question for question in Question if asked.get(question, True)]


def read(question: Question, text: str, answered: Mapping[Question, Any]) -> Any:
    """Returns what an answer means. Raises AnswerRefused."""
    text = text.strip()
    if any(unicodedata.category(character) == "Cc" for character in text) or _EXPANDS in text:
        raise AnswerRefused("not_plain", question)
    return _READERS[question](text, answered)


def read_seats(value: object) -> int:
    """Returns the number of browser phones. Raises AnswerRefused."""
    if not isinstance(value, int) or not 1 <= value <= MOST_SEATS:
        raise AnswerRefused("seats", most=MOST_SEATS)
    return value


def read_ports(value: object) -> Mapping[str, int]:
    """Returns the ports that a file of answers names. Raises AnswerRefused."""
    names = {port.name for port in fields(Ports)}
    if not isinstance(value, Mapping):
        raise AnswerRefused("ports", names=", ".join(sorted(names)))
    for name, port in value.items():
        if name not in names or not isinstance(port, int) or not 1 <= port <= 65_535:
            raise AnswerRefused("ports", names=", ".join(sorted(names)))
    return value


def refuse_unknown(raw: Raw) -> None:
    """Raises AnswerRefused for a name in a file of answers that is no question: a slip would leave it unanswered."""
    known = {*Question, "seats", "ports"}
    for name in raw:
        if name not in known:
            raise AnswerRefused("unknown", name=name, names=", ".join(sorted(known)))


def text_of(question: Question, value: object) -> str:
    """Returns an answer of a file as it would be typed. Raises AnswerRefused for another type."""
    if question is Question.CALLER_IDS and isinstance(value, list):
        return ",".join(str(number) for number in value)
    if not isinstance(value, str):
        raise AnswerRefused("not_text", question)
    return value


def answers_of(raw: Raw) -> Answers:
    """Returns the answers of the last run as its file has them, untested. Raises AnswerRefused."""
    answered: dict[Question, Any] = {}
    while question := next((one for one in questions(answered) if one not in answered), None):
        if question not in raw:
            raise AnswerRefused("missing", question)
        answered[question] = read(question, text_of(question, raw[question]), answered)
    given = {question.value: meaning for question, meaning in answered.items()}
    return Answers(**given, seats=read_seats(raw.get("seats", 100)), ports=Ports(**read_ports(raw.get("ports", {}))))


def written(answers: Answers) -> dict[str, object]:
    """Returns answers as a file has them; reading them again gives the same."""
    trunk, store, certificate = answers.trunk, answers.store, answers.certificate
    texts: dict[Question, object] = {
        Question.SERVERS: answers.servers.value,
        Question.DATABASE: answers.database,
        Question.STORE: f"http{'s' * store.secure}://{store.access_key}@{store.host}/{store.bucket}" if store else "",
        Question.STORE_SECRET: answers.store_secret,
        Question.ORGANISATION: answers.organisation,
        Question.ADDRESS: answers.address.url,
        Question.NETWORK: " ".join(part for part in (answers.network.bind, answers.network.external) if part),
        Question.CERTIFICATE: f"{certificate.chain} {certificate.key}" if certificate else "",
        Question.TRUNK: f"sip:{f'{trunk.user}@' if trunk.user else ''}{trunk.host}:{trunk.port}",
        Question.TRUNK_PASSWORD: answers.trunk_password,
        Question.CALLER_IDS: list(answers.caller_ids),
        Question.ADMINISTRATOR: answers.administrator,
    }
    answered = {
        Question.SERVERS: answers.servers,
        Question.NETWORK: answers.network,
        Question.TRUNK: answers.trunk,
    }
    ports = {port.name: getattr(answers.ports, port.name) for port in fields(Ports)}
    asked = {question.value: texts[question] for question in questions(answered)}
    return {**asked, "seats": answers.seats, "ports": ports}


def _servers(text: str, _: Mapping[Question, Any]) -> ServersAt:
    if text not in set(ServersAt):
        raise AnswerRefused("servers", Question.SERVERS)
    return ServersAt(text)


def _database(text: str, _: Mapping[Question, Any]) -> str:
    url = _split(text)
    if url is None or url.scheme != "postgresql" or not url.hostname or not url.username or len(url.path) < 2:
        raise AnswerRefused("database_form", Question.DATABASE)
    return text


def _store(text: str, _: Mapping[Question, Any]) -> StoreAt:
    url = _split(text)
    bucket = url.path.strip("/") if url else ""
    if url is None or url.scheme not in ("https", "http") or not url.hostname or not url.username or url.password:
        raise AnswerRefused("store_form", Question.STORE)
    if not _BUCKET.fullmatch(bucket):
        raise AnswerRefused("bucket_name", Question.STORE)
    if url.scheme == "http" and url.hostname not in LOCAL_NAMES:
        raise AnswerRefused("store_without_tls", Question.STORE)
    return StoreAt(url.netloc.rpartition("@")[2], url.scheme == "https", bucket, url.username)


def _store_secret(text: str, _: Mapping[Question, Any]) -> str:
    if not text:
        raise AnswerRefused("secret_empty", Question.STORE_SECRET)
    return text


def _organisation(text: str, _: Mapping[Question, Any]) -> str:
    if not 1 <= len(text) <= 60:
        raise AnswerRefused("organisation", Question.ORGANISATION)
    return text


def _address(text: str, _: Mapping[Question, Any]) -> Address:
    url = _split(text)
    if url is None or url.scheme not in ("https", "http") or not url.hostname or url.path.strip("/") or url.query:
        raise AnswerRefused("address_form", Question.ADDRESS)
    if not HOST.fullmatch(url.hostname):
        raise AnswerRefused("address_form", Question.ADDRESS)
    secure = url.scheme == "https"
    if not secure and url.hostname not in LOCAL_NAMES:
        raise AnswerRefused("address_without_tls", Question.ADDRESS)
    return Address(f"{url.scheme}://{url.netloc}", url.hostname, secure, 0 if secure else url.port or 80)


def _network(text: str, answered: Mapping[Question, Any]) -> Network:
    addresses = text.split()
    try:
        bind, *external = (str(IPv4Address(address)) for address in addresses)
    except (AddressValueError, ValueError):
        raise AnswerRefused("network_form", Question.NETWORK) from None
    network = Network(bind, *external[:1])
    if len(external) > 1 or (network.is_local and external) or IPv4Address(bind).is_unspecified:
        raise AnswerRefused("network_form", Question.NETWORK)
    if network.is_local and answered.get(Question.SERVERS) is ServersAt.APART:
        raise AnswerRefused("network_apart", Question.NETWORK)
    return network


def _certificate(text: str, _: Mapping[Question, Any]) -> Certificate | None:
    if not text:
        return None
    paths = text.split()
    if len(paths) != 2 or not all(_PATH.fullmatch(path) for path in paths):
        raise AnswerRefused("certificate_form", Question.CERTIFICATE)
    return Certificate(*paths)


def _trunk(text: str, answered: Mapping[Question, Any]) -> TrunkAt:
    user, _, place = text.removeprefix("sip:").rpartition("@")
    host, _, port = place.partition(":")
    if not HOST.fullmatch(host) or (port and not (port.isdecimal() and 1 <= int(port) <= 65_535)):
        raise AnswerRefused("trunk_form", Question.TRUNK)
    if user and not ACCOUNT.fullmatch(user):
        raise AnswerRefused("trunk_form", Question.TRUNK)
    network = answered.get(Question.NETWORK)
    if network is not None and network.is_local and host not in LOCAL_NAMES:
        raise AnswerRefused("trunk_unreachable_locally", Question.TRUNK, host=host)
    return TrunkAt(host, int(port or 5060), user)


def _trunk_password(text: str, _: Mapping[Question, Any]) -> str:
    if not CARRIER_PASSWORD.fullmatch(text):
        raise AnswerRefused("trunk_password", Question.TRUNK_PASSWORD)
    return text


def _caller_ids(text: str, _: Mapping[Question, Any]) -> tuple[str, ...]:
    numbers = tuple(dict.fromkeys(number.strip() for number in re.split(r"[,，、;；]", text) if number.strip()))
    if not numbers or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise AnswerRefused("caller_ids", Question.CALLER_IDS)
    return tuple(number.lstrip("+") for number in numbers)


def _administrator(text: str, _: Mapping[Question, Any]) -> str:
    if not _LOGIN.fullmatch(text):
        raise AnswerRefused("administrator", Question.ADMINISTRATOR)
    return text


def _split(text: str) -> SplitResult | None:
    """Returns the parts of a URL; None where it is none or its port is no number."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return None
    return url


_READERS: Mapping[Question, Callable[[str, Mapping[Question, Any]], Any]] = {
    Question.SERVERS: _servers,
    Question.DATABASE: _database,
    Question.STORE: _store,
    Question.STORE_SECRET: _store_secret,
    Question.ORGANISATION: _organisation,
    Question.ADDRESS: _address,
    Question.NETWORK: _network,
    Question.CERTIFICATE: _certificate,
    Question.TRUNK: _trunk,
    Question.TRUNK_PASSWORD: _trunk_password,
    Question.CALLER_IDS: _caller_ids,
    Question.ADMINISTRATOR: _administrator,
}
