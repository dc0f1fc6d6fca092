"""Fetching Asterisk: where from, what happens when that cannot be, and two at once."""

import asyncio
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from callcenter.embedded import debian
from callcenter.embedded.asterisk import fetch, installed
from callcenter.embedded.debian import PackagesUnavailableError, debian_mirror, needed_libraries
from callcenter.embedded.process import EmbeddedError, cache_dir
from tests.support.servers import asterisk_box


def silent(_: str) -> None:
    """Keeps what is reported as progress."""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CALLCENTER_DEBIAN_MIRROR", raising=False)
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_the_mirror_is_found_in_one_line_sources(sources: Path) -> None:
    (sources / "sources.list").write_text(
        "# deb http://commented.example/debian bookworm main\n"
        "deb-src http://sources.example/debian bookworm main\n"
        "deb http://mirror.example/debian-security bookworm-security main\n"
        "deb [arch=amd64 signed-by=/x/y.gpg] http://mirror.example/debian/ bookworm main contrib # ours\n"
    )
    assert debian_mirror(sources) == "http://mirror.example/debian"


def test_the_mirror_is_found_in_paragraph_sources(sources: Path) -> None:
    (sources / "sources.list.d" / "third.list").write_text("deb https://third.example/apt bookworm main\n")
    (sources / "sources.list.d" / "debian.sources").write_text(
        "Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n"
        "\n"
        "Types: deb deb-src\n# a comment\nURIs: http://security.example/debian-security\n"
        "Suites: bookworm-security\nComponents: main\n"
        "\n"
        "Types: deb\nURIs:\n http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n"
    )
    assert debian_mirror(sources) == "http://mirror.example/debian"


def test_other_distributions_are_no_mirror(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sources / "sources.list").write_text("deb http://mirror.example/ubuntu noble main universe\n")
    assert debian_mirror(sources) is None
    monkeypatch.setenv("CALLCENTER_DEBIAN_MIRROR", "http://named.example/debian/")
    assert debian_mirror(sources) == "http://named.example/debian"


def test_fetching_without_apt_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackagesUnavailableError, match=r"needs Debian's apt-get.*CALLCENTER_ASTERISK_BINARY"):
        fetch(tmp_path / "cache", silent)


def test_fetching_without_a_mirror_is_explained(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "_SOURCES", sources)
    with pytest.raises(PackagesUnavailableError, match=r"name no Debian mirror.*CALLCENTER_DEBIAN_MIRROR"):
        fetch(sources / "cache", silent)


def test_a_mirror_without_the_suites_is_named_with_its_answer(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_DEBIAN_MIRROR", f"file:{sources}/empty/debian")
    with pytest.raises(PackagesUnavailableError, match=r"cannot be fetched.*forky: E: .*sid: E: "):
        fetch(sources / "cache", silent)
    assert not (sources / "cache/asterisk/apt").exists()


def test_fetching_offline_without_packages_is_explained(tmp_path: Path) -> None:
    with pytest.raises(PackagesUnavailableError, match="this run is offline"):
        fetch(tmp_path, silent, offline=True)


def test_an_installed_asterisk_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("sbin", "lib/asterisk/modules", "share/asterisk"):
        (tmp_path / folder).mkdir(parents=True)
    binary = tmp_path / "sbin/asterisk"
    binary.write_text("#!/bin/sh\necho Asterisk 22.5.0\n")
    binary.chmod(0o755)
    box = installed(binary)
    assert (box.argv, box.version) == ((str(binary),), "22.5.0")
    assert box.modules == tmp_path / "lib/asterisk/modules"
    monkeypatch.setenv("CALLCENTER_ASTERISK_BINARY", str(binary))
    assert fetch(tmp_path / "cache", silent) == box
    with pytest.raises(EmbeddedError, match="does not run: FileNotFoundError"):
        installed(tmp_path / "nothing")


@pytest.mark.e2e
def test_a_second_fetch_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLCENTER_ASTERISK_BINARY", raising=False)
    first = asterisk_box()
    began = time.monotonic()
    assert fetch(cache_dir(), silent) == first
    assert time.monotonic() - began < 0.1


@pytest.mark.e2e
def test_no_module_of_asterisk_needs_libraries_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLCENTER_ASTERISK_BINARY", raising=False)
    box = asterisk_box()
    libraries = box.modules.parents[1]
    modules = list(box.modules.glob("*.so"))
    assert {"chan_pjsip.so", "app_mixmonitor.so", "codec_opus_open_source.so"} <= {path.name for path in modules}
    assert "libc.so.6" in needed_libraries(box.modules / "chan_pjsip.so")
    lacking = {name for path in modules for name in needed_libraries(path) if not (libraries / name).exists()}
    assert lacking == set()


_FETCH = """
    import sys
    from pathlib import Path
    from callcenter.embedded.asterisk import fetch
    print(fetch(Path(sys.argv[1]), lambda line: print(line, flush=True), offline=True).version)
"""


@pytest.mark.e2e
async def test_of_two_fetches_at_once_one_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLCENTER_ASTERISK_BINARY", raising=False)
    version = asterisk_box().version
    kept = cache_dir() / "asterisk"
    (tmp_path / "asterisk").mkdir()
    shutil.copytree(kept / "packages", tmp_path / "asterisk/packages")
    shutil.copy(kept / "packages.json", tmp_path / "asterisk/packages.json")
    program = [sys.executable, "-c", textwrap.dedent(_FETCH), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    both = [await asyncio.create_subprocess_exec(*program, stdout=subprocess.PIPE, env=environment) for _ in range(2)]
    printed = [(await process.communicate())[0].decode().splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert [lines[-1] for lines in printed] == [version, version]
    assert sorted(len(lines) for lines in printed) == [1, 3]
