"""Each real server as a rehearsal runs it: started, killed, and started again with all its data."""

import asyncio
import io
from pathlib import Path

import asyncpg
import pytest
from minio import Minio
from minio.error import S3Error

from callcenter.embedded.objectstore import PORTS, REGION, EmbeddedObjectStore
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.process import EmbeddedError, free_port_range, free_ports
from callcenter.embedded.secrets import Secrets
from callcenter.embedded.switch import EmbeddedAsterisk
from callcenter.supervision.supervisor import Part, PartEvent, Supervisor
from callcenter.telephony.asterisk import provision
from tests.support.servers import addresses_listened_on, asterisk_box, kill_and_wait, processes_of
from tests.support.waiting import eventually

LOCALHOST = {"127.0.0.1"}


def postgres_part(folder: Path) -> tuple[EmbeddedPostgres, Part]:
    server = EmbeddedPostgres(folder, free_ports(1)[0], password="p/w@ : é", durable=True)
    server.prepare()

    async def make_database() -> None:
        await server.ensure_database("callcenter")
        await server.ensure_database("callcenter")

    name = "postgres"
    log_path = folder.parent / "postgres.log"
    part = Part(name=name, command=server.command(), ready=server.ready, log_path=log_path, after_ready=make_database)
    return server, part


def store_part(folder: Path) -> tuple[EmbeddedObjectStore, Part]:
    store = EmbeddedObjectStore(folder, tuple(free_ports(PORTS)), Secrets.kept_in(folder.parent).store_keys)
    store.prepare()
    return store, Part(name="store", command=store.command(), ready=store.ready, log_path=folder.parent / "store.log")


def client(store: EmbeddedObjectStore, access_key: str, secret_key: str) -> Minio:
    return Minio(store.endpoint, access_key, secret_key, secure=False, region=REGION)


@pytest.mark.db
async def test_postgres_keeps_what_was_committed(tmp_path: Path) -> None:
    server, part = postgres_part(tmp_path / "postgres")
    async with Supervisor([part]) as supervisor:
        pid = supervisor.pid("postgres")
        assert pid
        assert addresses_listened_on(pid) == LOCALHOST
        connection = await asyncpg.connect(server.url("callcenter"))
        await connection.execute("CREATE TABLE kept (word text)")
        await connection.execute("INSERT INTO kept VALUES ('committed')")
        await kill_and_wait(supervisor, "postgres")
        await connection.close(timeout=5)
        connection = await asyncpg.connect(server.url("callcenter"))
        assert await connection.fetchval("SELECT word FROM kept") == "committed"
        # an open connection does not hold up the stop
        await supervisor.stop()
        connection.terminate()
    assert processes_of(tmp_path) == []

    again = EmbeddedPostgres(server.folder, free_ports(1)[0], server.password)
    again.prepare()
    restarted = Part(name="postgres", command=again.command(), ready=again.ready, log_path=part.log_path)
    async with Supervisor([restarted]):
        connection = await asyncpg.connect(again.url("callcenter"))
        assert await connection.fetchval("SELECT word FROM kept") == "committed"
        await connection.close()


@pytest.mark.db
def test_a_half_initialised_cluster_is_initialised_again(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", free_ports(1)[0], password="p", durable=False)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("18\n")
    server.prepare()
    assert (server.data / "postgresql.conf").exists()
    made_at = (server.data / "PG_VERSION").stat().st_mtime_ns
    server.prepare()
    assert (server.data / "PG_VERSION").stat().st_mtime_ns == made_at


@pytest.mark.db
def test_a_failed_initdb_says_where_to_look(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", free_ports(1)[0], password="", durable=False)
    with pytest.raises(EmbeddedError, match=r"initdb failed, see .*initdb\.log: .*password"):
        server.prepare()


@pytest.mark.e2e
async def test_the_store_keeps_objects_and_lets_the_player_only_read(tmp_path: Path) -> None:
    store, part = store_part(tmp_path / "store")
    async with Supervisor([part]) as supervisor:
        pid = supervisor.pid("store")
        assert pid
        await eventually(lambda: addresses_listened_on(pid) == LOCALHOST)
        recorder = client(store, *store.keys.recorder)
        player = client(store, *store.keys.player)
        recorder.make_bucket("kept", object_lock=True)
        recorder.put_object("kept", "voice", io.BytesIO(b"hello"), 5)
        await kill_and_wait(supervisor, "store")
        answer = player.get_object("kept", "voice")
        assert answer.read() == b"hello"
        with pytest.raises(S3Error, match="AccessDenied"):
            player.put_object("kept", "other", io.BytesIO(b"x"), 1)
        with pytest.raises(S3Error, match="InvalidAccessKeyId"):
            client(store, "nobody", "knows").get_object("kept", "voice")
    assert processes_of(tmp_path) == []


@pytest.mark.e2e
async def test_a_store_that_cannot_write_is_not_ready(tmp_path: Path) -> None:
    store, _ = store_part(tmp_path / "store")
    assert not await store.ready()


@pytest.mark.e2e
async def test_asterisk_starts_and_is_restarted_when_killed(tmp_path: Path) -> None:
    ami, http, sip, carrier = free_ports(4)
    box = asterisk_box()
    assert box.version.startswith("22.")
    config = provision.NodeConfig(
        modules=box.modules,
        data=box.data,
        spool_dir=tmp_path / "spool",
        ami_port=ami,
        ami_user="callcenter",
        ami_secret="only-for-this-test",
        http_port=http,
        sip_port=sip,
        trunk=provision.TrunkConfig(port=carrier),
        rtp_first=(rtp := free_port_range(40)),
        rtp_last=rtp + 39,
    )
    folder = tmp_path / "n"
    provision.write_node(config, folder)
    server = EmbeddedAsterisk(box, folder)
    reported: list[PartEvent] = []
    part = Part(name="asterisk", command=server.command(), ready=server.ready, log_path=tmp_path / "asterisk.log")

    async def banner() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", ami)
        line = await reader.readline()
        writer.close()
        return line

    async with Supervisor([part], lambda _name, what, _detail: reported.append(what)) as supervisor:
        pid = supervisor.pid("asterisk")
        assert pid
        assert addresses_listened_on(pid) == LOCALHOST
        assert (await banner()).startswith(b"Asterisk Call Manager")
        await kill_and_wait(supervisor, "asterisk")
        assert (await banner()).startswith(b"Asterisk Call Manager")
    assert reported[-1] is PartEvent.STOPPED
    assert provision.errors_in_log(folder) == []
    assert processes_of(tmp_path) == []


@pytest.mark.e2e
async def test_two_runs_at_once_do_not_meet(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        server, postgres = postgres_part(folder / "postgres")
        store, objects = store_part(folder / "store")
        runs.append((Supervisor([postgres, objects]), server, store))
    await asyncio.gather(*(supervisor.start() for supervisor, _, _ in runs))
    try:
        for (_, server, store), word in zip(runs, (b"one", b"two"), strict=True):
            recorder = client(store, *store.keys.recorder)
            recorder.make_bucket("mine")
            recorder.put_object("mine", "word", io.BytesIO(word), 3)
            connection = await asyncpg.connect(server.url("callcenter"))
            await connection.execute("CREATE TABLE mine ()")
            await connection.close()
        for (supervisor, _, store), word in zip(runs, (b"one", b"two"), strict=True):
            recorder = client(store, *store.keys.recorder)
            assert recorder.get_object("mine", "word").read() == word
            assert supervisor.restarts == {"postgres": 0, "store": 0}
    finally:
        await asyncio.gather(*(supervisor.stop() for supervisor, _, _ in runs))
    assert processes_of(tmp_path) == []
