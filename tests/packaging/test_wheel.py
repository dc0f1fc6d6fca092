"""The wheel alone, in a bare environment outside of the repository, migrates a database and serves a page."""

import asyncio
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from callcenter.embedded.process import cache_dir, free_ports
from callcenter.migrations.starting import newest
from tests.support.databases import TestDatabases
from tests.support.processes import environment
from tests.support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.db, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
_OWN = ("CALLCENTER_", "PYTHON", "VIRTUAL_ENV")


def uv() -> str:
    """The program that ``scripts/setup`` has fetched, unless the machine has one."""
    found = shutil.which("uv") or next((str(path) for path in sorted(cache_dir().glob("uv-*/bin/uv"))), None)
    assert found, "run scripts/setup: it fetches uv"
    return found


def run(*command: str, folder: Path, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program without our own variables and without those that lead Python to the repository."""
    passed_on = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    return subprocess.run(
        command, cwd=folder, env={**passed_on, **(variables or {})}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(uv(), "build", "--quiet", "--wheel", "--out-dir", str(folder), folder=ROOT)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a bare environment that holds the wheel and what it depends on, as locked."""
    folder = tmp_path_factory.mktemp("bare")
    locked = run(uv(), "export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", folder=ROOT)
    assert locked.returncode == 0, locked.stderr
    (folder / "locked.txt").write_text(locked.stdout)
    python = str(folder / "venv/bin/python")
    for command in (
        ["venv", "--quiet", "--python", os.path.realpath(ROOT / ".venv/bin/python"), "venv"],
        ["pip", "install", "--quiet", "--python", python, "-r", "locked.txt"],
        ["pip", "install", "--quiet", "--python", python, "--no-deps", str(wheel)],
    ):
        done = run(uv(), *command, folder=folder)
        assert done.returncode == 0, done.stderr
    return folder / "venv/bin/callcenter"


def test_the_wheel_holds_pages_revisions_and_policy_but_no_sources_of_the_panels(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "callcenter/web/static/index.html",
        f"callcenter/migrations/versions/{newest()}",
        "callcenter/_deploy/asterisk/node/extensions.conf.j2",
        "recordings_policy/policy.toml",
    ):
        assert any(name.startswith(needed) for name in names), needed
    assert [name for name in names if name.startswith("callcenter/panels/") or "node_modules" in name] == []


async def test_it_migrates_and_serves_a_page(program: Path, databases: TestDatabases, tmp_path: Path) -> None:
    shown = run(str(program), "--version", folder=tmp_path)
    assert (shown.returncode, shown.stdout.split()[0]) == (0, "callcenter"), shown.stderr
    name = f"wheel_{os.getpid()}"
    await databases.server.ensure_database(name)
    port = free_ports(1)[0]
    variables = {
        **environment(databases.server.url(name), tmp_path),
        "CALLCENTER_HTTP_PORT": str(port),
        "CALLCENTER_SECURE_COOKIES": "false",
    }
    migrated = await asyncio.to_thread(run, str(program), "migrate", "--json", folder=tmp_path, variables=variables)
    assert migrated.returncode == 0, migrated.stderr
    assert f'"revision": "{newest()}"' in migrated.stdout

    process = await asyncio.create_subprocess_exec(
        *(str(program), "serve", "--role", "web"), cwd=tmp_path, env={"PATH": os.environ["PATH"], **variables}
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:

            async def answers() -> bool:
                try:
                    return (await http.get("/readyz")).status_code == 200
                except httpx.HTTPError:
                    return False

            await eventually(answers, 120)
            page = await http.get("/")
            assert page.status_code == 200
            script = page.text.split('<script type="module"')[1].split('src="')[1].split('"')[0]
            assert (await http.get(script)).headers["content-type"].startswith("text/javascript")
    finally:
        process.terminate()
        assert await process.wait() == 0
    await databases.drop(databases.server.url(name))


def a_source_tree(folder: Path) -> Path:
    """Makes a folder that can be built as the repository is, with a page and its source."""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "scripts/panels-digest"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for package in ("callcenter", "recordings_policy", "deploy/asterisk", "callcenter/panels", "callcenter/web/static"):
        (folder / package).mkdir(parents=True, exist_ok=True)
        (folder / package / "__init__.py").touch()
    (folder / "callcenter/panels/package-lock.json").write_text("{}")
    (folder / "callcenter/panels/page.ts").write_text("const page = 1\n")
    return folder


def build(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Builds a wheel on a machine that has no Node."""
    python = os.path.realpath(ROOT / ".venv/bin/python")
    path = tools(folder / "tools")
    return run(uv(), "build", "--wheel", "--python", python, folder=folder, variables={"PATH": str(path)})


def tools(folder: Path) -> Path:
    """Makes a folder with what a shell script needs, and without npm."""
    folder.mkdir(exist_ok=True)
    for name in ("sh", "dirname", "find", "sort", "tr", "xargs", "cksum"):
        found = shutil.which(name)
        assert found
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(found)
    return folder


def test_a_build_without_panels_and_without_node_fails(tmp_path: Path) -> None:
    built = build(a_source_tree(tmp_path))
    assert built.returncode != 0
    assert "the panels are not built" in built.stderr
    assert not list(tmp_path.glob("dist/*.whl"))


def test_a_build_of_panels_whose_sources_have_changed_fails_without_node(tmp_path: Path) -> None:
    """Seen before: a wheel with the pages of last week, without a word."""
    folder = a_source_tree(tmp_path)
    static = folder / "callcenter/web/static"
    (static / "index.html").write_text("<!doctype html>")
    digest = run(str(folder / "scripts/panels-digest"), folder=folder)
    (static / ".built").write_text(digest.stdout)
    fresh = build(folder)
    assert fresh.returncode == 0, fresh.stderr
    shutil.rmtree(folder / "dist")

    (folder / "callcenter/panels/page.ts").write_text("const page = 2\n")
    built = build(folder)
    assert built.returncode != 0
    assert "the panels were built from other sources" in built.stderr
    assert "run scripts/setup first" in built.stderr
    assert not list(folder.glob("dist/*.whl"))


def test_a_source_distribution_is_built_with_the_panels_it_carries(tmp_path: Path) -> None:
    folder = a_source_tree(tmp_path)
    (folder / "callcenter/web/static/index.html").write_text("<!doctype html>")
    shutil.rmtree(folder / "callcenter/panels")
    built = build(folder)
    assert built.returncode == 0, built.stderr
