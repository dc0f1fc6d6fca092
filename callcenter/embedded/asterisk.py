"""Unpacks Asterisk 22 from Debian's packages into a folder and starts it there: no root, nothing is installed.

Debian's testing and unstable suites carry Asterisk 22; the machine's own mirror has them even where the machine runs an
older suite. A private apt configuration whose list of installed packages is empty makes apt name *every* library that
Asterisk needs, the C library included, and check each package against the signed index. Unpacked side by side they run
through their own dynamic loader, so no library of the host is used. Only shared libraries are taken from that list; its
other packages are for installation scripts, which are never run.

Where fetching is not wanted, ``CALLCENTER_ASTERISK_BINARY`` names an installed Asterisk;
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
from dataclasses import dataclass
from pathlib import Path

from callcenter.embedded.process import EmbeddedError

SUITES = ("forky", "sid")
"""Tried in this order: packages of testing fit together, those of unstable not always."""

_PROGRAMS = ("asterisk", "asterisk-modules", "asterisk-core-sounds-en-gsm")
_MODULE_LIBRARIES = ("libopus0", "libsrtp2-1", "libgsm1", "libspeex1", "libspeexdsp1")
"""Libraries that the modules in use need and the program itself does not."""

_NOT_NEEDED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/bug", "etc", "var")
_KEYRINGS = tuple(Path(f"/usr/share/keyrings/debian-archive-keyring.{ending}") for ending in ("gpg", "pgp"))
_SOURCES = Path("/etc/apt")
_STAMP = "made.json"
_OTHERWISE = "or name an installed one with CALLCENTER_ASTERISK_BINARY"


@dataclass(frozen=True)
class AsteriskBox:
    """An Asterisk that can be started, by ``argv`` plus Asterisk's own options with ``environment`` added."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    modules: Path
    data: Path
    version: str


@dataclass(frozen=True)
class _Machine:
    """Names that differ between processor architectures."""

    debian: str
    triplet: str
    loader: str


_MACHINES = {
    "x86_64": _Machine("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": _Machine("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}


class AsteriskUnavailableError(EmbeddedError):
    """Asterisk cannot be fetched on this machine; the message says why and what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; {_OTHERWISE}")


def installed(binary: Path) -> AsteriskBox:
    """Returns the Asterisk that is installed on this machine. Raises EmbeddedError."""
    try:
        output = subprocess.run([str(binary), "-V"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedError(
            f"{binary} does not run: {type(error).__name__}; name another one with CALLCENTER_ASTERISK_BINARY, or in "
            "an installation with CALLCENTER_NODE_ASTERISK"
        ) from None
    root = binary.resolve().parent.parent
    modules = [*root.glob("lib/*/asterisk/modules"), *root.glob("lib/asterisk/modules")]
    data = [folder for folder in (root / "share/asterisk", Path("/var/lib/asterisk")) if folder.is_dir()]
    if not modules or not data:
        raise EmbeddedError(f"the modules and data of {binary} are not under {root}: install Asterisk in the usual way")
    version = output.split()[-1]
    return AsteriskBox(argv=(str(binary),), environment={}, modules=modules[0], data=data[0], version=version)


def fetch(cache: Path, say: Callable[[str], None], offline: bool = False) -> AsteriskBox:
    """Returns the Asterisk that ``CALLCENTER_ASTERISK_BINARY`` names, else the one in ``cache``.

    When ``cache`` does not have it, it is fetched and unpacked first; ``say`` takes a line of progress. Two processes
    may do this at once. Raises EmbeddedError.
    """
    if named := os.environ.get("CALLCENTER_ASTERISK_BINARY"):
        return installed(Path(named))
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise AsteriskUnavailableError(f"no packages are known for this processor ({platform.machine()})")
    folder = cache.absolute() / "asterisk"
    stamp = folder / "prefix" / _STAMP
    if not stamp.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder / "lock"):
            if not stamp.exists():
                _make(folder, machine, say, offline=offline)
    return _box(folder / "prefix", machine, json.loads(stamp.read_text())["version"])


def unpacked(prefix: Path) -> AsteriskBox:
    """Returns the Asterisk that ``keep`` has copied to a folder. Raises EmbeddedError when it is not there."""
    machine = _MACHINES.get(platform.machine())
    stamp = prefix / _STAMP
    if machine is None or not stamp.exists():
        raise EmbeddedError(f"{prefix} holds no Asterisk: run callcenter setup again, {_OTHERWISE}")
    return _box(prefix, machine, json.loads(stamp.read_text())["version"])


def keep(cache: Path, prefix: Path, say: Callable[[str], None]) -> AsteriskBox:
    """Copies the fetched Asterisk to a folder that no cleaning of caches empties. Nothing is done where it is already.

    Raises EmbeddedError.
    """
    if not (prefix / _STAMP).exists():
        fetch(cache, say)
        part = prefix.with_name(f"{prefix.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(cache.absolute() / "asterisk" / "prefix", part, symlinks=True)
        part.rename(prefix)
    return unpacked(prefix)


def _box(prefix: Path, machine: _Machine, version: str) -> AsteriskBox:
    libraries = prefix / "usr/lib" / machine.triplet
    loader = (str(libraries / machine.loader), "--library-path", str(libraries), "--argv0", "asterisk")
    return AsteriskBox(
        argv=(*loader, str(prefix / "usr/sbin/asterisk")),
        environment={"GCONV_PATH": str(libraries / "gconv"), "OPENSSL_MODULES": str(libraries / "ossl-modules")},
        modules=libraries / "asterisk/modules",
        data=prefix / "usr/share/asterisk",
        version=version,
    )


def _make(folder: Path, machine: _Machine, say: Callable[[str], None], *, offline: bool) -> None:
    packages = folder / "packages"
    names = _kept_packages(folder)
    if names is None:
        if offline:
            raise AsteriskUnavailableError(f"no packages of an earlier run are in {packages} and this run is offline")
        names = _download(folder, packages, machine, say)
    say(f"正在解包 unpacking Asterisk ({len(names)} packages)")
    half_made = folder / "prefix.part"
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir()
    for name in names:
        _run(["dpkg-deb", "--extract", str(packages / name), str(half_made)])
    for path in _NOT_NEEDED:
        shutil.rmtree(half_made / path, ignore_errors=True)
    sounds = half_made / "usr/share/asterisk/sounds"
    if not (sounds / "en").exists():  # the installation script would have made it
        (sounds / "en").symlink_to("en_US_f_Allison")
    _remove_incomplete_modules(half_made, machine)
    version = next(name for name in names if name.startswith("asterisk_")).split("_")[1].partition("%3a")[2]
    (half_made / _STAMP).write_text(json.dumps({"version": version}))
    half_made.rename(folder / "prefix")
    say(f"Asterisk {version}: {folder / 'prefix'}")


def _kept_packages(folder: Path) -> list[str] | None:
    """Returns the packages of an earlier run; None unless all are there."""
    try:
        names: list[str] = json.loads((folder / "packages.json").read_text())
    except FileNotFoundError:
        return None
    return names if all((folder / "packages" / name).exists() for name in names) else None


def _download(folder: Path, packages: Path, machine: _Machine, say: Callable[[str], None]) -> list[str]:
    for program in ("apt-get", "apt-cache", "apt-config", "dpkg-deb"):
        if shutil.which(program) is None:
            raise AsteriskUnavailableError(f"fetching Asterisk needs Debian's {program}, which is not on this machine")
    keyring = next((path for path in _KEYRINGS if path.exists()), None)
    if keyring is None:
        raise AsteriskUnavailableError("Debian's signing keys are missing: install the package debian-archive-keyring")
    mirror = debian_mirror(_SOURCES)
    if mirror is None:
        raise AsteriskUnavailableError(
            "this machine's apt sources name no Debian mirror: name one with CALLCENTER_DEBIAN_MIRROR"
        )
    packages.mkdir(exist_ok=True)
    for path in packages.iterdir():  # of an interrupted run, or of an older version
        path.unlink()
    failures: list[str] = []
    apt = folder / "apt"
    for suite in SUITES:
        say(f"正在下载 fetching Asterisk 22 and its libraries from Debian {suite} (约 about 35 MB)")
        shutil.rmtree(apt, ignore_errors=True)
        environment = _private_apt(apt, f"deb [signed-by={keyring}] {mirror} {suite} main", machine)
        try:
            _run(["apt-get", "-q", "update"], environment)
            wanted = _closure(environment)
            _run(["apt-get", "-q", "download", *wanted], environment, packages)
        except _CommandFailedError as failure:
            failures.append(f"{suite}: {failure.last_line}")
            continue
        finally:
            shutil.rmtree(apt, ignore_errors=True)  # the index is large and of no further use
        names = sorted(path.name for path in packages.glob("*.deb"))
        (folder / "packages.json").write_text(json.dumps(names, indent=1))
        return names
    raise AsteriskUnavailableError(
        f"Asterisk 22 cannot be fetched from this machine's Debian mirror ({'; '.join(failures)})"
    )


def _closure(environment: Mapping[str, str]) -> list[str]:
    """Returns ``name=version`` of the programs and of every library they need."""
    described = _run(["apt-cache", "show", "--no-all-versions", "asterisk"], environment)
    depends = re.search(r"^Depends: (.*)$", described, re.MULTILINE)
    version = re.search(r"^Version: (?:\d+:)?22\.", described, re.MULTILINE)
    if depends is None or version is None:
        raise _CommandFailedError("this suite has no Asterisk 22")
    direct = [re.split(r"[ :(|]", alternative.strip(), maxsplit=1)[0] for alternative in depends[1].split(",")]
    libraries = [name for name in direct if name.startswith("lib")]
    uris = _run(["apt-get", "-y", "--print-uris", "install", *libraries, *_MODULE_LIBRARIES], environment)
    uris += _run(["apt-get", "--print-uris", "download", *_PROGRAMS], environment)
    files = re.findall(r"^'[^']+' ([^_\s]+)_([^_\s]+)_\S+\.deb ", uris, re.MULTILINE)
    return sorted(
        f"{name}={version.replace('%3a', ':')}"
        for name, version in files
        if name.startswith(("lib", "zlib", "asterisk"))
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


def _private_apt(folder: Path, source: str, machine: _Machine) -> dict[str, str]:
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


def _remove_incomplete_modules(prefix: Path, machine: _Machine) -> None:
    """Deletes modules that need a library which was not fetched.

    The loader would search the host's libraries for it, and a module would work on one machine and not on another.
    """
    libraries = prefix / "usr/lib" / machine.triplet
    complete: dict[Path, bool] = {}

    def is_complete(path: Path) -> bool:
        file = path.resolve()
        if file not in complete:
            complete[file] = True  # assumed while it is looked at: some libraries need each other
            needed = [libraries / name for name in needed_libraries(file)]
            complete[file] = all(library.exists() and is_complete(library) for library in needed)
        return complete[file]

    if not is_complete(prefix / "usr/sbin/asterisk"):
        raise AsteriskUnavailableError("the fetched packages lack a library that Asterisk itself needs")
    for module in (libraries / "asterisk/modules").glob("*.so"):
        if not is_complete(module):
            module.unlink()


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
