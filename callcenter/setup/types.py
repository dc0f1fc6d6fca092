"""Describes the questions of an installation, their answers, and what became of each step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NODE = "n1"
"""Name of the switch that an installation begins with."""
FIRST_EXTENSION = 1001


class Question(StrEnum):
    """What is asked at the terminal, in this order; a file of answers has the same names."""

    SERVERS = "servers"
    DATABASE = "database"
    STORE = "store"
    STORE_SECRET = "store_secret"  # noqa: S105 - the name of a question
    ORGANISATION = "organisation"
    ADDRESS = "address"
    NETWORK = "network"
    CERTIFICATE = "certificate"
    TRUNK = "trunk"
    TRUNK_PASSWORD = "trunk_password"  # noqa: S105
    CALLER_IDS = "caller_ids"
    ADMINISTRATOR = "administrator"


HIDDEN = frozenset({Question.DATABASE, Question.STORE_SECRET, Question.TRUNK_PASSWORD})
"""Questions whose answers hold a password: what is typed is not shown."""


class ServersAt(StrEnum):
    HERE = "here"
    """PostgreSQL, the object store and Asterisk run on this machine, kept by ``callcenter serve``."""
    NAMED = "named"
    """Database and object store run already and are named; Asterisk is kept on this machine."""
    APART = "apart"
    """The same, and the switch is another machine, with its own engine and recorder."""


@dataclass(frozen=True, slots=True)
class StoreAt:
    """An S3 store that runs already."""

    host: str
    """``name:port``, or the name alone."""
    secure: bool
    bucket: str
    access_key: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where browsers open the panels."""

    url: str
    """Without a path."""
    host: str
    secure: bool
    port: int
    """On which this machine serves the panels without TLS; 0: a proxy has the address, see ``Ports.panels``."""


@dataclass(frozen=True, slots=True)
class Network:
    """The switch's address towards phones and the carrier."""

    bind: str = "127.0.0.1"
    external: str = ""

    @property
    def is_local(self) -> bool:
        return self.bind.startswith("127.")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Paths of the PEM files with which browser phones are served by TLS."""

    chain: str
    key: str


@dataclass(frozen=True, slots=True)
class TrunkAt:
    """The carrier, and the account with which the switch registers there."""

    host: str
    port: int
    user: str = ""
    """Empty: the carrier knows this machine by its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Ports that are not asked for. Those of one machine differ; a free one is chosen where a usual one is taken."""

    panels: int = 8000
    """Where a proxy finds the panels."""
    database: int = 5433
    store: int = 8333
    """The first of ten in a row."""
    ami: int = 5038
    sip: int = 5060
    websocket: int = 8088
    websocket_tls: int = 8089
    sound: int = 20_000
    """The first of a range that the seats determine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All answers of one installation."""

    servers: ServersAt
    organisation: str
    address: Address
    trunk: TrunkAt
    caller_ids: tuple[str, ...]
    administrator: str
    database: str = field(default="", repr=False)
    """``postgresql://…``; empty where the database is kept here."""
    store: StoreAt | None = None
    store_secret: str = field(default="", repr=False)
    network: Network = field(default_factory=Network)
    certificate: Certificate | None = None
    trunk_password: str = field(default="", repr=False)
    seats: int = 100
    """Browser phones that the switch knows from the start: a new agent needs no file."""
    ports: Ports = field(default_factory=Ports)

    @property
    def panels_port(self) -> int:
        return self.address.port or self.ports.panels

    @property
    def sound_ports(self) -> range:
        """Returns the ports for sound: four for each seat, and a reserve for listening supervisors."""
        return range(self.ports.sound, self.ports.sound + 60 + 4 * self.seats)

    @property
    def extensions(self) -> tuple[int, int]:
        return FIRST_EXTENSION, FIRST_EXTENSION + self.seats - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """Secrets that are drawn once and kept in the file of settings."""

    field_keys: str = field(repr=False)
    index_key: str = field(repr=False)
    database_password: str = field(repr=False)
    recorder_access_key: str = field(repr=False)
    recorder_secret_key: str = field(repr=False)
    player_access_key: str = field(repr=False)
    player_secret_key: str = field(repr=False)
    store_key: str = field(repr=False)
    ami_secret: str = field(repr=False)
    phone_secret: str = field(repr=False)


class Step(StrEnum):
    """What an installation does, in this order."""

    SETTINGS = "settings"
    PROGRAMS = "programs"
    SWITCH = "switch"
    DATABASE = "database"
    STORE = "store"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Done:
    """What one step has changed; nothing where all was as the answers ask for it."""

    step: Step
    changed: tuple[str, ...] = ()


Raw = Mapping[str, object]
"""Answers as they stand in a file: texts, numbers, lists, and the table ``ports``."""
