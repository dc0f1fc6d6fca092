"""Gets Asterisk 22 from Debian's packages into a folder (``debian``) and says how it is started there.

Where fetching is not wanted, ``CALLCENTER_ASTERISK_BINARY`` names an installed Asterisk.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.embedded import debian
from callcenter.embedded.debian import PackagesUnavailableError, Prefix, Programs, needed_libraries
from callcenter.embedded.process import EmbeddedError

_OTHERWISE = "or name an installed one with CALLCENTER_ASTERISK_BINARY"


@dataclass(frozen=True)
class AsteriskBox:
    """An Asterisk that can be started, by ``argv`` plus Asterisk's own options with ``environment`` added."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    modules: Path
    data: Path
    version: str


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
    return _box(debian.fetch(cache, ASTERISK, say, offline=offline))


def unpacked(prefix: Path) -> AsteriskBox:
    """Returns the Asterisk that ``keep`` has copied to a folder. Raises EmbeddedError when it is not there."""
    if not debian.is_made(prefix):
        raise EmbeddedError(f"{prefix} holds no Asterisk: run callcenter setup again, {_OTHERWISE}")
    return _box(debian.prefix_at(prefix, ASTERISK))


def keep(cache: Path, prefix: Path, say: Callable[[str], None]) -> AsteriskBox:
    """Copies the fetched Asterisk to a folder that no cleaning of caches empties. Nothing is done where it is already.

    Raises EmbeddedError.
    """
    if not debian.is_made(prefix):
        fetched = debian.fetch(cache, ASTERISK, say)
        part = prefix.with_name(f"{prefix.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(fetched.folder, part, symlinks=True)
        part.rename(prefix)
    return unpacked(prefix)


def _box(prefix: Prefix) -> AsteriskBox:
    libraries = prefix.libraries
    return AsteriskBox(
        argv=prefix.argv("usr/sbin/asterisk"),
        environment={"GCONV_PATH": str(libraries / "gconv"), "OPENSSL_MODULES": str(libraries / "ossl-modules")},
        modules=libraries / "asterisk/modules",
        data=prefix.folder / "usr/share/asterisk",
        version=prefix.version,
    )


def _finish(prefix: Prefix) -> None:
    sounds = prefix.folder / "usr/share/asterisk/sounds"
    if not (sounds / "en").exists():  # the installation script would have made it
        (sounds / "en").symlink_to("en_US_f_Allison")
    _remove_incomplete_modules(prefix)


def _remove_incomplete_modules(prefix: Prefix) -> None:
    """Deletes modules that need a library which was not fetched.

    The loader would search the host's libraries for it, and a module would work on one machine and not on another.
    """
    libraries = prefix.libraries
    complete: dict[Path, bool] = {}

    def is_complete(path: Path) -> bool:
        file = path.resolve()
        if file not in complete:
            complete[file] = True  # assumed while it is looked at: some libraries need each other
            needed = [libraries / name for name in needed_libraries(file)]
            complete[file] = all(library.exists() and is_complete(library) for library in needed)
        return complete[file]

    if not is_complete(prefix.folder / "usr/sbin/asterisk"):
        raise PackagesUnavailableError("the fetched packages lack a library that Asterisk itself needs", ASTERISK)
    for module in (libraries / "asterisk/modules").glob("*.so"):
        if not is_complete(module):
            module.unlink()


ASTERISK = Programs(
    title="Asterisk 22",
    package="asterisk",
    major="22.",
    otherwise=_OTHERWISE,
    folder="asterisk",
    besides=("asterisk-modules", "asterisk-core-sounds-en-gsm"),
    # libraries that the modules in use need and the program itself does not
    libraries=("libopus0", "libsrtp2-1", "libgsm1", "libspeex1", "libspeexdsp1"),
    megabytes=35,
    finish=_finish,
)
