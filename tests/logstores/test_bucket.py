"""A log in a bucket, against a server of that protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zlib import crc32

import pytest

pytest.importorskip("boto3", reason="buckets need the extra s3: pip install 'kulanz[s3]'")
pytest.importorskip("moto.server", reason="a server for buckets: pip install 'moto[s3]' flask flask-cors")

import boto3
from moto.server import ThreadedMotoServer

from kulanz.logstores.bucket import open_bucket
from kulanz.testing.log_stores import StoreSuite
from kulanz.tlog.sequencing import Objects, StoreError


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name, value in (
        ("AWS_ENDPOINT_URL_S3", endpoint),
        ("AWS_ACCESS_KEY_ID", "tests"),
        ("AWS_SECRET_ACCESS_KEY", "tests"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    name = f"log-{crc32(request.node.nodeid.encode())}"
    boto3.client("s3").create_bucket(Bucket=name)
    return f"s3://{name}/public/log"


class TestBucketStore(StoreSuite):
    @pytest.fixture
    def objects(self, bucket: str) -> Objects:
        return open_bucket(bucket)

    @pytest.fixture
    def fresh(self, bucket: str) -> Callable[[], Objects]:
        return lambda: open_bucket(bucket)


def test_whoever_looks_into_the_bucket_is_told_how_long_a_file_holds(bucket: str) -> None:
    store = open_bucket(bucket)
    store.create("tile/0/000", b"tile")
    store.swap("checkpoint", None, b"checkpoint")
    client, name = boto3.client("s3"), bucket.split("/")[2]
    told = [
        client.head_object(Bucket=name, Key=f"public/log/{path}") for path in ("tile/0/000", "checkpoint")
    ]
    assert "immutable" in told[0]["CacheControl"]
    assert told[1]["CacheControl"] == "no-cache"


def test_a_step_of_many_large_entries_is_read_whole_and_other_files_have_a_largest_size(bucket: str) -> None:
    store, large = open_bucket(bucket), bytes(18 << 20)
    for path in ("staging/0-300-ab", "tile/0/000"):
        store.create(path, large)
    assert store.read("staging/0-300-ab") == large
    with pytest.raises(StoreError, match="expected at most"):
        store.read("tile/0/000")


def test_a_bucket_that_is_not_there_is_told(bucket: str) -> None:
    with pytest.raises(StoreError, match="s3://nowhere-at-all"):
        open_bucket("s3://nowhere-at-all").create("checkpoint", b"")
    with pytest.raises(StoreError, match="expected s3://BUCKET"):
        open_bucket("https://bucket.example")
