"""What an installation tests at an S3 store that runs already."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from callcenter.embedded.process import free_ports
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes import store
from callcenter.setup.probes.store import TRIAL, require_store
from callcenter.setup.types import StoreAt
from tests.contracts.seaweed import Seaweed
from tests.setup.test_machine import refused

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    running = Seaweed.under(tmp_path_factory.mktemp("s3"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def at(server: Seaweed) -> StoreAt:
    """A bucket that does not exist yet."""
    return StoreAt(server.server.endpoint, False, f"bank-{uuid4().hex[:8]}", server.server.keys.recorder[0])


def secret(server: Seaweed) -> str:
    return server.server.keys.recorder[1]


def test_a_lacking_bucket_is_made_with_object_lock(server: Seaweed, at: StoreAt) -> None:
    require_store(at, secret(server))
    require_store(at, secret(server))
    versions = list(server.client().list_objects(at.bucket, prefix=TRIAL, include_version=True))
    assert len(versions) == 2


def test_a_bucket_without_object_lock_is_refused(server: Seaweed, at: StoreAt) -> None:
    server.client().make_bucket(at.bucket)
    with refused("bucket_no_versions"):
        require_store(at, secret(server))
    server.client().set_bucket_versioning(at.bucket, VersioningConfig(ENABLED))
    with refused("bucket_no_lock"):
        require_store(at, secret(server))


def test_a_wrong_key_and_one_without_rights_are_distinguished(server: Seaweed, at: StoreAt) -> None:
    with refused("store_key"):
        require_store(at, "wrong")
    player = server.server.keys.player
    narrow = StoreAt(at.host, False, at.bucket, player[0])
    with pytest.raises(AnswerRefused, match=r"lacks the right s3:CreateBucket"):
        require_store(narrow, player[1])
    require_store(at, secret(server))
    with pytest.raises(AnswerRefused, match=r"lacks the right s3:"):
        require_store(narrow, player[1])


def test_a_store_that_does_not_keep_locks_is_refused(
    server: Seaweed, at: StoreAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "Minio", _ForgetsLocks)
    with refused("bucket_lock_ignored"):
        require_store(at, secret(server))


class _ForgetsLocks(Minio):
    def remove_object(self, *_: object, **__: object) -> None:
        """Says that a locked object was removed."""


def test_a_store_that_does_not_answer_is_said(at: StoreAt) -> None:
    with refused("store_unreachable"):
        require_store(StoreAt(f"127.0.0.1:{free_ports(1)[0]}", False, at.bucket, at.access_key), "any")
    with refused("store_unreachable"):
        require_store(StoreAt(at.host, True, at.bucket, at.access_key), "any")
