"""Unpacks programs from Debian's packages into a folder and runs them there: no root, nothing is installed.

Debian's testing and unstable suites carry what is wanted; the machine's own mirror has them even where the machine runs
an older suite. A private apt configuration whose list of installed packages is empty makes apt name *every* library
that a program needs, the C library included, and check each package against the signed index. Unpacked side by side
they run through their own dynamic loader, so no library of the host is used. Only shared libraries are taken from that
list; its other packages are for installation scripts, which are never run.

``CALLCENTER_DEBIAN_MIRROR`` names a mirror where the machine's own sources have none.

The packages are kept beside the unpacked files: they fix the version and serve a run without a network.
"""

import fcntl
import json
import os
import platform
import re
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.embedded.process import EmbeddedError

SUITES = ("forky", "sid")
"""Tried in this order: packages of testing fit together, those of unstable not always."""

_NOT_NEEDED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/bug", "etc", "var")
_KEYRINGS = tuple(Path(f"/usr/share/keyrings/debian-archive-keyring.{ending}") for ending in ("gpg", "pgp"))
_SOURCES = Path("/etc/apt")
_STAMP = "made.json"


@dataclass(frozen=True)
class Machine:
    """Names that differ between processor architectures."""

    debian: str
    triplet: str
    loader: str


_MACHINES = {
    "x86_64": Machine("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": Machine("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}


class PackagesUnavailableError(EmbeddedError):
    """A program cannot be fetched on this machine; the message says why and what to do."""

    def __init__(self, why: str, programs: "Programs") -> None:
        super().__init__(f"{why}; {programs.otherwise}")


@dataclass(frozen=True)
class Prefix:
    """A folder with unpacked programs and their libraries."""

    folder: Path
    machine: Machine
    version: str

    @property
    def libraries(self) -> Path:
        return self.folder / "usr/lib" / self.machine.triplet

    def argv(self, program: str) -> tuple[str, ...]:
        """Returns the command that runs a program of this folder, such as ``usr/bin/sipp``, with its own libraries."""
        name = Path(program).name
        loader = str(self.libraries / self.machine.loader)
        return (loader, "--library-path", str(self.libraries), "--argv0", name, str(self.folder / program))


def _as_unpacked(prefix: Prefix) -> None:
    """Leaves the unpacked files as they are."""


@dataclass(frozen=True)
class Programs:
    """What is to be fetched."""

    title: str
    package: str
    """The one whose libraries are needed, and whose version counts."""
    otherwise: str
    """What to do where fetching is not wanted or not possible: ends each refusal."""
    folder: str
    """Of the cache."""
    major: str = ""
    """What its version has to begin with."""
    besides: tuple[str, ...] = ()
    """Further packages that are unpacked, without what they need."""
    libraries: tuple[str, ...] = ()
    """Libraries that are needed and that the package does not name."""
    megabytes: int = 10
    finish: Callable[[Prefix], None] = field(default=_as_unpacked)
    """Done once, after the unpacking."""


def fetch(cache: Path, programs: Programs, say: Callable[[str], None], *, offline: bool = False) -> Prefix:
    """Returns the folder of these programs in ``cache``; fetches and unpacks them first where they are not there.

    ``say`` takes a line of progress. Two processes may do this at once. Raises PackagesUnavailableError.
    """
    machine = _machine(programs)
    folder = cache.absolute() / programs.folder
    stamp = folder / "prefix" / _STAMP
    if not stamp.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder / "lock"):
            if not stamp.exists():
                _Fetching(folder, machine, programs, say).make(offline=offline)
    return prefix_at(folder / "prefix", programs)


def prefix_at(folder: Path, programs: Programs) -> Prefix:
    """Returns what was unpacked to a folder. Raises PackagesUnavailableError, FileNotFoundError."""
    version: str = json.loads((folder / _STAMP).read_text())["version"]
    return Prefix(folder, _machine(programs), version)


def is_made(folder: Path) -> bool:
    """Returns whether a folder holds programs that were unpacked to the end."""
    return (folder / _STAMP).exists()


def _machine(programs: Programs) -> Machine:
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise PackagesUnavailableError(f"no packages are known for this processor ({platform.machine()})", programs)
    return machine


@dataclass(frozen=True)
class _Fetching:
    """One fetching of programs into a folder."""

    folder: Path
    machine: Machine
    programs: Programs
    say: Callable[[str], None]

    @property
    def _packages(self) -> Path:
        return self.folder / "packages"

    def make(self, *, offline: bool) -> None:
        names = self._kept()
        if names is None:
            if offline:
                raise self._unavailable(
                    f"no packages of an earlier run are in {self._packages} and this run is offline"
                )
            names = self._download()
        self.say(f"正在解包 unpacking {self.programs.title} ({len(names)} packages)")
        half_made = self.folder / "prefix.part"
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir()
        for name in names:
            _run(["dpkg-deb", "--extract", str(self._packages / name), str(half_made)])
        for path in _NOT_NEEDED:
            shutil.rmtree(half_made / path, ignore_errors=True)
        whole = next(name for name in names if name.startswith(f"{self.programs.package}_")).split("_")[1]
        version = whole.rpartition("%3a")[2]
        self.programs.finish(Prefix(half_made, self.machine, version))
        (half_made / _STAMP).write_text(json.dumps({"version": version}))
        half_made.rename(self.folder / "prefix")
        self.say(f"{self.programs.title} {version}: {self.folder / 'prefix'}")

    def _unavailable(self, why: str) -> PackagesUnavailableError:
        return PackagesUnavailableError(why, self.programs)

    def _kept(self) -> list[str] | None:
        """Returns the packages of an earlier run; None unless all are there."""
        try:
            names: list[str] = json.loads((self.folder / "packages.json").read_text())
        except FileNotFoundError:
            return None
        return names if all((self._packages / name).exists() for name in names) else None

    def _download(self) -> list[str]:
        title = self.programs.title
        for program in ("apt-get", "apt-cache", "apt-config", "dpkg-deb"):
            if shutil.which(program) is None:
                raise self._unavailable(f"fetching {title} needs Debian's {program}, which is not on this machine")
        keyring = next((path for path in _KEYRINGS if path.exists()), None)
        if keyring is None:
            raise self._unavailable("Debian's signing keys are missing: install the package debian-archive-keyring")
        mirror = debian_mirror(_SOURCES)
        if mirror is None:
            raise self._unavailable(
                "this machine's apt sources name no Debian mirror: name one with CALLCENTER_DEBIAN_MIRROR"
            )
        self._packages.mkdir(exist_ok=True)
        for path in self._packages.iterdir():  # of an interrupted run, or of an older version
            path.unlink()
        failures: list[str] = []
        apt = self.folder / "apt"
        for suite in SUITES:
            size = self.programs.megabytes
            self.say(f"正在下载 fetching {title} and its libraries from Debian {suite} (约 about {size} MB)")
            shutil.rmtree(apt, ignore_errors=True)
            environment = _private_apt(apt, f"deb [signed-by={keyring}] {mirror} {suite} main", self.machine)
            try:
                _run(["apt-get", "-q", "update"], environment)
                wanted = self._closure(environment)
                _run(["apt-get", "-q", "download", *wanted], environment, self._packages)
            except _CommandFailedError as failure:
                failures.append(f"{suite}: {failure.last_line}")
                continue
            finally:
                shutil.rmtree(apt, ignore_errors=True)  # the index is large and of no further use
            names = sorted(path.name for path in self._packages.glob("*.deb"))
            (self.folder / "packages.json").write_text(json.dumps(names, indent=1))
            return names
        raise self._unavailable(f"{title} cannot be fetched from this machine's Debian mirror ({'; '.join(failures)})")

    def _closure(self, environment: Mapping[str, str]) -> list[str]:
        """Returns ``name=version`` of the programs and of every library they need."""
        described = _run(["apt-cache", "show", "--no-all-versions", self.programs.package], environment)
        depends = re.search(r"^Depends: (.*)$", described, re.MULTILINE)
        version = re.search(rf"^Version: (?:\d+:)?{re.escape(self.programs.major)}", described, re.MULTILINE)
        if depends is None or version is None:
            raise _CommandFailedError(f"this suite has no {self.programs.title}")
        direct = [re.split(r"[ :(|]", alternative.strip(), maxsplit=1)[0] for alternative in depends[1].split(",")]
        libraries = [name for name in direct if name.startswith("lib")]
        own = (self.programs.package, *self.programs.besides)
        uris = _run(["apt-get", "-y", "--print-uris", "install", *libraries, *self.programs.libraries], environment)
        uris += _run(["apt-get", "--print-uris", "download", *own], environment)
        files = re.findall(r"^'[^']+' ([^_\s]+)_([^_\s]+)_\S+\.deb ", uris, re.MULTILINE)
        return sorted(
            f"{name}={version.replace('%3a', ':')}"
            for name, version in files
            if name.startswith(("lib", "zlib")) or name in own
        )


def debian_mirror(sources: Path) -> str | None:
    """Returns the Debian mirror this machine is set up with; ``CALLCENTER_DEBIAN_MIRROR`` overrides it.

    Reads both forms of apt's sources. Security updates, other distributions and third parties are not mirrors.
    """
    if named := os.environ.get("CALLCENTER_DEBIAN_MIRROR"):
        return named.rstrip("/")
    files = [sources / "sources.list", *sorted((sources / "sources.list.d").glob("*"))]
    for file in files:
        if file.suffix in (".list", ".sources") and file.is_file():
            read = _one_line_entries if file.suffix == ".list" else _paragraph_entries
            for uri, suites, components in read(file.read_text(errors="replace")):
                whole = uri.rstrip("/")
                main = "main" in components and not any("security" in suite or "/" in suite for suite in suites)
                if main and whole.endswith("/debian") and not whole.startswith("cdrom:"):
                    return whole
    return None


_Entry = tuple[str, list[str], list[str]]
"""URI, suites, components."""


def _one_line_entries(text: str) -> Iterator[_Entry]:
    for line in text.splitlines():
        words = re.sub(r"\[[^]]*\]", " ", line.partition("#")[0]).split()
        if len(words) >= 4 and words[0] == "deb":
            yield words[1], [words[2]], words[3:]


def _paragraph_entries(text: str) -> Iterator[_Entry]:
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
        pairs = re.findall(r"^([\w-]+):(.*(?:\n[ \t].*)*)", "\n".join(lines), re.MULTILINE)
        fields = {name.lower(): value.split() for name, value in pairs}
        if "deb" in fields.get("types", ()) and fields.get("enabled", ["yes"])[0].lower() != "no":
            for uri in fields.get("uris", ()):
                yield uri, fields.get("suites", []), fields.get("components", [])


def _private_apt(folder: Path, source: str, machine: Machine) -> dict[str, str]:
    """Configures an apt that knows one source and no installed package; the machine's proxies stay in force."""
    for path in ("lists/partial", "cache/archives/partial", "parts", "preferences"):
        (folder / path).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(source + "\n")
    configured = _run(["apt-config", "dump"]).splitlines()
    network = [line for line in configured if re.match(r"Acquire::(https?|ftp|socks)::", line)]
    own = {
        "Dir": folder,
        "Dir::Etc": folder,
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::parts": folder / "parts",
        "Dir::Etc::preferencesparts": folder / "preferences",
        "Dir::Etc::netrc": _SOURCES / "auth.conf",
        "Dir::Etc::netrcparts": _SOURCES / "auth.conf.d",
        "Dir::State": folder,
        "Dir::State::status": folder / "status",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Dir::Log": folder,
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",  # a mirror may be behind; the signatures are checked nevertheless
        "Acquire::Retries": "3",
        "APT::Update::Error-Mode": "any",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "",
        "APT::Architecture": machine.debian,
        "APT::Architectures": machine.debian,
    }
    file = folder / "apt.conf"
    file.touch(mode=0o600)  # a proxy's address may hold a password
    file.write_text("\n".join([*network, *(f'{name} "{value}";' for name, value in own.items())]) + "\n")
    return {**os.environ, "APT_CONFIG": str(file), "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def needed_libraries(file: Path) -> list[str]:
    """Reads the DT_NEEDED names of a 64-bit little-endian ELF file; returns none for any other file."""
    image = file.read_bytes()
    if image[:6] != b"\x7fELF\x02\x01":
        return []
    table, size, count = *struct.unpack_from("<Q", image, 0x20), *struct.unpack_from("<HH", image, 0x36)
    headers = [struct.unpack_from("<IIQQQQ", image, table + size * n) for n in range(count)]
    loaded = [(address, offset, length) for kind, _, offset, address, _, length in headers if kind == 1]
    dynamic = next(((offset, length) for kind, _, offset, _, _, length in headers if kind == 2), (0, 0))
    entries = [struct.unpack_from("<QQ", image, dynamic[0] + at) for at in range(0, dynamic[1], 16)]
    strings = next((value for tag, value in entries if tag == 5), 0)
    start = next(
        (offset + strings - address for address, offset, length in loaded if 0 <= strings - address < length), 0
    )
    names = [image[start + value : image.index(b"\0", start + value)] for tag, value in entries if tag == 1]
    return [name.decode() for name in names]


class _CommandFailedError(Exception):
    def __init__(self, last_line: str) -> None:
        super().__init__(last_line)
        self.last_line = last_line


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None) -> str:
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("E:")] or done.stderr.splitlines()
        raise _CommandFailedError(errors[0] if errors else f"{command[0]} ended with {done.returncode}")
    return done.stdout


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
