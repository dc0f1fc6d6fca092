"""The supervisor, on small programs that behave as badly as servers can."""

import asyncio
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from callcenter.embedded import process
from callcenter.embedded.process import EmbeddedError, free_port_range, free_ports
from callcenter.supervision.beat import Beats
from callcenter.supervision.command import Command, StartError
from callcenter.supervision.run import state_dir, stop_signals
from callcenter.supervision.supervisor import Part, PartEvent, PartFailedError, Supervisor
from tests.support.servers import kill_and_wait, processes_of
from tests.support.waiting import eventually

SERVES = """
    import pathlib, signal, sys, threading
    mark = pathlib.Path(sys.argv[1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    mark.write_text(str(__import__("os").getpid()))
    print("up", flush=True)
    threading.Event().wait()
"""


class Bench:
    """Makes parts out of short programs, and keeps what the supervisor reports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reported: list[tuple[str, PartEvent, str]] = []

    def part(self, name: str, program: str = SERVES, **more: object) -> Part:
        mark = self.folder / f"{name}.mark"

        async def ready() -> bool:
            return mark.exists() and psutil.pid_exists(int(mark.read_text() or 0))

        command = Command(
            argv=(sys.executable, "-c", textwrap.dedent(program), str(mark)),
            folder=self.folder,
            environment={"FOLDER": str(self.folder)},
        )
        facts = {"ready": ready, "start_seconds": 5, "stop_seconds": 2, "check_seconds": 0.1, **more}
        return Part(name=name, command=command, log_path=self.folder / f"{name}.log", **facts)  # type: ignore[arg-type]

    def supervisor(self, *parts: Part) -> Supervisor:
        return Supervisor(parts, lambda *event: self.reported.append(event))

    def happened(self) -> list[tuple[str, str]]:
        return [(name, what.value) for name, what, _ in self.reported]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_parts_start_in_order_and_stop_in_reverse(bench: Bench) -> None:
    done: list[str] = []

    async def make_database() -> None:
        done.append("database made")

    async with bench.supervisor(bench.part("first", after_ready=make_database), bench.part("second")):
        assert done == ["database made"]
    assert bench.happened() == [
        ("first", "starting"),
        ("first", "ready"),
        ("second", "starting"),
        ("second", "ready"),
        ("second", "stopped"),
        ("first", "stopped"),
    ]
    assert processes_of(bench.folder) == []


async def test_a_killed_part_comes_back_and_is_counted(bench: Bench) -> None:
    async with bench.supervisor(bench.part("server")) as supervisor:
        before = supervisor.pid("server")
        await kill_and_wait(supervisor, "server")
        assert supervisor.pid("server") != before
        assert supervisor.restarts == {"server": 1}
    assert [what for _, what in bench.happened()] == ["starting", "ready", "died", "restarted", "stopped"]
    assert "killed by SIGKILL" in bench.reported[2][2]


async def test_a_part_that_never_comes_up_is_named_with_its_log(bench: Bench) -> None:
    broken = bench.part("broken", "print('the disk is on fire', flush=True); raise SystemExit(3)", start_seconds=1)
    with pytest.raises(PartFailedError) as failure:
        await bench.supervisor(bench.part("first"), broken).start()
    message = str(failure.value)
    assert "broken ended at its start (exit code 3)" in message
    assert str(bench.folder / "broken.log") in message
    assert message.endswith("the disk is on fire")
    assert processes_of(bench.folder) == []


async def test_parts_that_need_no_other_are_started_and_stopped_together(bench: Bench) -> None:
    waits = """
        import os, pathlib, signal, sys, threading, time
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        other = pathlib.Path(os.environ["FOLDER"]) / "second.mark"
        while not other.exists():
            time.sleep(0.01)
        pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
        threading.Event().wait()
    """
    parts = [bench.part("first", waits, start_seconds=30), bench.part("second", start_seconds=30)]
    async with Supervisor(parts, lambda *event: bench.reported.append(event), at_once=True):
        assert bench.happened()[:2] == [("first", "starting"), ("second", "starting")]
    assert sorted(bench.happened()[-2:]) == [("first", "stopped"), ("second", "stopped")]
    assert processes_of(bench.folder) == []


REFUSES = """
    import os
    with open(os.environ["FOLDER"] + "/starts", "a") as starts:
        starts.write("x")
    print("a warning")
    print("callcenter: settings are missing: NAME", flush=True)
    raise SystemExit(2)
"""


async def test_a_part_that_says_why_it_cannot_begin_is_not_tried_again(bench: Bench) -> None:
    parts = [bench.part("sound"), bench.part("refuses", REFUSES, refusal_code=2, start_seconds=30)]
    with pytest.raises(PartFailedError) as failure:
        await Supervisor(parts, at_once=True).start()
    assert str(failure.value) == "refuses cannot begin: settings are missing: NAME"
    assert (bench.folder / "starts").read_text() == "x"
    assert processes_of(bench.folder) == []


BEATS = """
    import asyncio
    from callcenter.supervision.beat import beat
    asyncio.run(beat())
"""


def beating_part(bench: Bench) -> Part:
    beats = Beats()
    return bench.part("beating", BEATS, ready=beats.heard, beats=beats, start_seconds=60, check_seconds=1.5)


async def test_a_process_that_beats_no_more_is_restarted(bench: Bench) -> None:
    part = dataclasses.replace(beating_part(bench), failures_allowed=2)
    async with bench.supervisor(part) as supervisor:
        pid = supervisor.pid("beating")
        assert pid
        os.kill(pid, signal.SIGSTOP)
        await eventually(lambda: ("beating", "deaf") in bench.happened())
        await eventually(lambda: supervisor.restarts["beating"] == 1)
        assert supervisor.pid("beating") != pid


async def test_a_process_ends_when_nobody_hears_its_beats(bench: Bench) -> None:
    part = beating_part(bench)
    async with bench.supervisor(part):
        assert part.beats
        part.beats.close()
        await eventually(lambda: ("beating", "died") in bench.happened())
    died = next(detail for _, what, detail in bench.reported if what is PartEvent.DIED)
    assert "killed by SIGTERM" in died
    assert "the supervisor is gone" in died


async def test_the_last_lines_of_a_rotated_log_are_found(bench: Bench) -> None:
    part = bench.part("server")
    part.log_path.write_text("of an earlier day\n" * 1000)
    async with bench.supervisor(part) as supervisor:
        os.truncate(part.log_path, 0)
        with part.log_path.open("a") as log:
            log.write("after the rotation\n")
        await kill_and_wait(supervisor, "server")
    assert next(detail for _, what, detail in bench.reported if what is PartEvent.DIED).endswith("after the rotation")


async def test_a_part_that_is_never_ready_is_given_up(bench: Bench) -> None:
    async def no() -> bool:
        return False

    with pytest.raises(PartFailedError, match="mute was not ready within 1 s"):
        await bench.supervisor(bench.part("mute", ready=no, start_seconds=1)).start()
    assert processes_of(bench.folder) == []


async def test_a_part_that_runs_but_does_not_answer_is_restarted(bench: Bench) -> None:
    answers = True

    async def ready() -> bool:
        return answers

    async with bench.supervisor(bench.part("deaf", ready=ready, failures_allowed=2)) as supervisor:
        before = supervisor.pid("deaf")
        answers = False
        await eventually(lambda: ("deaf", "deaf") in bench.happened())
        answers = True
        await eventually(lambda: supervisor.restarts["deaf"] == 1)
        assert supervisor.pid("deaf") != before


async def test_a_check_that_raises_counts_as_no(bench: Bench) -> None:
    failures = iter([RuntimeError("not yet"), OSError("nor now")])

    async def ready() -> bool:
        for failure in failures:
            raise failure
        return True

    async with bench.supervisor(bench.part("shy", ready=ready)):
        pass
    assert ("shy", "ready") in bench.happened()


async def test_a_part_that_will_not_stop_is_killed_with_everything_it_started(bench: Bench) -> None:
    stubborn = """
        import os, pathlib, signal, subprocess, sys, threading
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sleep = [sys.executable, "-c", "import signal, threading; signal.signal(15, signal.SIG_IGN);"
                 "threading.Event().wait()", os.environ["FOLDER"]]
        subprocess.Popen(sleep)
        subprocess.Popen(sleep, start_new_session=True)
        pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
        threading.Event().wait()
    """
    supervisor = bench.supervisor(bench.part("stubborn", stubborn, stop_seconds=0.3))
    await supervisor.start()
    await eventually(lambda: len(processes_of(bench.folder)) == 3)
    await supervisor.stop()
    assert bench.happened()[-1] == ("stubborn", "killed")
    await eventually(lambda: processes_of(bench.folder) == [])


async def test_the_remaining_processes_of_a_dead_part_are_killed(bench: Bench) -> None:
    forks = """
        import os, pathlib, subprocess, sys, threading
        mark = pathlib.Path(sys.argv[1])
        subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()", "worker of", str(mark)])
        mark.write_text(str(os.getpid()))
        threading.Event().wait()
    """

    def workers() -> int:
        return sum("worker of" in line and "Popen" not in line for line in processes_of(bench.folder))

    async with bench.supervisor(bench.part("forks", forks)) as supervisor:
        await eventually(lambda: workers() == 1)
        await kill_and_wait(supervisor, "forks")
        await eventually(lambda: workers() == 1)
    await eventually(lambda: processes_of(bench.folder) == [])


_SUPERVISING = """
    import asyncio, sys
    from pathlib import Path
    from tests.supervision.test_supervisor import Bench
    from callcenter.supervision.run import stop_signals

    async def main():
        bench = Bench(Path(sys.argv[1]))
        async with stop_signals() as asked, bench.supervisor(bench.part("child")):
            (bench.folder / "ready").touch()
            await asked.wait()

    asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_no_server_outlives_its_supervisor(bench: Bench, how: signal.Signals) -> None:
    root = Path(__file__).parents[2]
    program = [sys.executable, "-c", textwrap.dedent(_SUPERVISING), str(bench.folder)]
    supervising = await asyncio.create_subprocess_exec(*program, cwd=root, stdout=subprocess.DEVNULL)
    await eventually((bench.folder / "ready").exists)
    assert len(processes_of(bench.folder)) == 2
    supervising.send_signal(how)
    code = await supervising.wait()
    assert code == (-signal.SIGKILL if how is signal.SIGKILL else 0)
    await eventually(lambda: processes_of(bench.folder) == [])


LINGERS = """
    import fcntl, os, pathlib, signal, sys, threading, time
    lock = open(os.environ["FOLDER"] + "/data", "a")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), os._exit(0)))
    pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
    threading.Event().wait()
"""


async def test_a_new_run_waits_for_what_a_killed_run_left(bench: Bench) -> None:
    root = Path(__file__).parents[2]
    killed = textwrap.dedent(_SUPERVISING).replace('"child"', '"child", LINGERS').replace("Bench\n", "Bench, LINGERS\n")
    supervising = await asyncio.create_subprocess_exec(sys.executable, "-c", killed, str(bench.folder), cwd=root)
    await eventually((bench.folder / "ready").exists)
    supervising.kill()
    await supervising.wait()
    (bench.folder / "child.mark").unlink()
    async with bench.supervisor(bench.part("child", LINGERS)):
        pass
    assert "BlockingIOError" not in (bench.folder / "child.log").read_text()


async def test_a_state_folder_is_used_by_one_run_at_a_time(tmp_path: Path) -> None:
    with state_dir(tmp_path / "run"):
        with (
            pytest.raises(StartError, match=rf"in use by another run \(process {os.getpid()}\): stop that one"),
            state_dir(tmp_path / "run"),
        ):
            pass
        with state_dir(tmp_path / "other"):
            pass
    with state_dir(tmp_path / "run"):
        pass


async def test_a_stop_signal_is_an_event() -> None:
    async with stop_signals() as asked:
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(5):
            await asked.wait()


_TAKE_PORTS = """
    import sys
    from callcenter.embedded.process import free_ports
    print(*free_ports(30), flush=True)
    sys.stdin.read()
"""


async def test_two_runs_never_take_the_same_port() -> None:
    root = Path(__file__).parents[2]
    program = [sys.executable, "-c", textwrap.dedent(_TAKE_PORTS)]
    pipe = subprocess.PIPE
    others = [await asyncio.create_subprocess_exec(*program, cwd=root, stdin=pipe, stdout=pipe) for _ in range(2)]
    taken: list[int] = [*free_ports(30), free_port_range(4)]
    for other in others:
        assert other.stdout
        taken += [int(word) for word in (await other.stdout.readline()).split()]
    for other in others:
        await other.communicate(b"")
    assert len(taken) == 91
    assert len(set(taken)) == 91


def test_a_range_that_is_not_found_keeps_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_port_range(12)
    for port in range(first, first + 12):
        process._release(port)
    monkeypatch.setattr(process, "_listening_range", lambda: (first, first, first + 12))
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", first + 6))
        with pytest.raises(EmbeddedError, match="no 10 free ports"):
            free_port_range(10)
    assert free_port_range(10) in range(first, first + 3)


def test_a_missing_program_is_named(tmp_path: Path, bench: Bench) -> None:
    log_path = tmp_path / "log"
    with log_path.open("wb") as log:
        code = Command(argv=("/no/such/program",), folder=tmp_path).start(log).wait(timeout=10)
    assert code != 0
    assert "cannot start /no/such/program: No such file" in log_path.read_text()
