"""A log in a bucket of a real Ceph, whose gateway takes an ETag in a condition without its quotes alone."""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import pytest

pytest.importorskip("boto3", reason="buckets need the extra s3: pip install 'kulanz[s3]'")

import boto3

from kulanz.logstores.bucket import open_bucket
from kulanz.testing.log_stores import StoreSuite
from kulanz.tlog.sequencing import Objects
from servers.ceph import KEY, CephSite


class TestBucketOfCeph(StoreSuite):
    @pytest.fixture
    def bucket(self, ceph: CephSite, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
        for name, value in (
            ("AWS_ENDPOINT_URL_S3", ceph.url),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", KEY),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ):
            monkeypatch.setenv(name, value)
        name = f"log-{crc32(request.node.nodeid.encode())}"
        boto3.client("s3").create_bucket(Bucket=name)
        return f"s3://{name}/public/log"

    @pytest.fixture
    def objects(self, bucket: str) -> Objects:
        return open_bucket(bucket)

    @pytest.fixture
    def fresh(self, bucket: str) -> Callable[[], Objects]:
        return lambda: open_bucket(bucket)
