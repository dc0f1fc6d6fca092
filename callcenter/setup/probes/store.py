"""Tests an S3 store that runs already: key, bucket with versions and object lock, and each right that recordings need.

The trial leaves one object behind, locked for a minute: that a lock holds cannot be seen otherwise. It is made only
when the answers about the store are new.
"""

import contextlib
import io
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE, ENABLED
from minio.error import MinioException, S3Error
from minio.retention import Retention

from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes.machine import now, require_clock
from callcenter.setup.types import Question, StoreAt

REGION = "us-east-1"
TRIAL = "setup/trial"
_KEY_CODES = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidClientTokenId"})


def require_store(store: StoreAt, secret: str, *, make: bool = True) -> None:
    """Makes the bucket where it is lacking, unless only a look is wanted. Raises AnswerRefused."""
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(10), retries=False)
    client = Minio(
        store.host,
        access_key=store.access_key,
        secret_key=secret,
        secure=store.secure,
        region=REGION,
        http_client=pool,
    )
    try:
        _require_clock(pool, store)
        _require_bucket(client, store.bucket, make=make)
        _require_rights(client, store.bucket)
    finally:
        pool.clear()


def _require_clock(pool: urllib3.PoolManager, store: StoreAt) -> None:
    before = now()
    try:
        answer = pool.request("GET", f"http{'s' * store.secure}://{store.host}/")
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise _refused("store_unreachable", why=type(error).__name__) from None
    if date := answer.headers.get("date"):
        with contextlib.suppress(ValueError):
            require_clock(parsedate_to_datetime(date), before - timedelta(seconds=1), now(), of="S3")


def _require_bucket(client: Minio, bucket: str, *, make: bool) -> None:
    with _right("s3:ListBucket"):
        exists = _exists(client, bucket)
    if not exists and not make:
        raise _refused("bucket_lacking", bucket=bucket)
    if not exists:
        with _right("s3:CreateBucket"):
            client.make_bucket(bucket, REGION, object_lock=True)
    with _right("s3:GetBucketVersioning"):
        if client.get_bucket_versioning(bucket).status != ENABLED:
            raise _refused("bucket_no_versions", bucket=bucket)
    with _right("s3:GetBucketObjectLockConfiguration", lacking="bucket_no_lock", bucket=bucket):
        client.get_object_lock_config(bucket)


def _exists(client: Minio, bucket: str) -> bool:
    """Returns whether the bucket is there. By a listing: the answer to HEAD does not say why it is refused."""
    try:
        list(client.list_objects(bucket, prefix=TRIAL))
    except S3Error as error:
        if error.code == "NoSuchBucket":
            return False
        raise
    return True


def _require_rights(client: Minio, bucket: str) -> None:
    until = now() + timedelta(minutes=1)
    with _right("s3:PutObject, s3:PutObjectRetention"):
        version = client.put_object(
            bucket, TRIAL, io.BytesIO(b"trial"), 5, retention=Retention(COMPLIANCE, until)
        ).version_id
    with _right("s3:GetObject, s3:GetObjectVersion"):
        client.stat_object(bucket, TRIAL, version_id=version)
        answer = client.get_object(bucket, TRIAL, version_id=version)
        answer.close()
        answer.release_conn()
    with _right("s3:PutObjectRetention"):
        later = Retention(COMPLIANCE, until + timedelta(seconds=5))
        client.set_object_retention(bucket, TRIAL, later, version_id=version)
    with _right("s3:ListBucketVersions"):
        list(client.list_objects(bucket, prefix=TRIAL, include_version=True))
    try:
        client.remove_object(bucket, TRIAL, version_id=version)
    except S3Error:
        return
    raise _refused("bucket_lock_ignored", bucket=bucket)


@contextlib.contextmanager
def _right(name: str, *, lacking: str = "", **params: object) -> Iterator[None]:
    """Turns the store's answers into refusals: a wrong key, a right that is not given, a store that does not answer."""
    try:
        yield
    except S3Error as error:
        if error.code in _KEY_CODES:
            raise _refused("store_key") from None
        if lacking and error.response.status == 404:
            raise _refused(lacking, **params) from None
        if error.response.status in (401, 403):
            raise _refused("store_right", right=name) from None
        raise _refused("store_unreachable", why=f"{name}: {error.response.status} {error.code}") from None
    except (MinioException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise _refused("store_unreachable", why=type(error).__name__) from None


def _refused(code: str, **params: object) -> AnswerRefused:
    return AnswerRefused(code, Question.STORE_SECRET if code == "store_key" else Question.STORE, **params)
