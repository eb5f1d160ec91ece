"""A log in a bucket of an S3-compatible store; needs the extra ``s3``.

The store must know conditional writes (If-Match and If-None-Match): they are what makes two at once safe.
Some, such as Ceph 16, compare an ETag without its quotes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from kulanz.logstores.paths import checked_path
from kulanz.logstores.reading import LARGEST_FILE
from kulanz.tlog.sequencing import STAGING, StoreError
from kulanz.tlog.tiles import CHECKPOINT_PATH

_MISSING: Final = frozenset({"NoSuchKey", "404"})
_NOT_AS_SEEN: Final = frozenset(
    {"PreconditionFailed", "412", "ConditionalRequestConflict", "409", "NoSuchKey"}
)
_LIMITS: Final = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 3, "mode": "standard"})
_FOR_EVER: Final = {"CacheControl": "public, max-age=31536000, immutable"}
_LARGEST_STAGE: Final = 256 << 20
"""Bytes: a step of the log in one object, thrice what a thousand entries of the largest size make."""
_FRESH: Final = {"CacheControl": "no-cache", "ContentType": "text/plain; charset=utf-8"}

T = TypeVar("T")


def open_bucket(address: str) -> BucketStore:
    """Return the store at ``s3://BUCKET/PREFIX``; keys and endpoint are where boto3 looks for them."""
    bucket, _, prefix = address.removeprefix("s3://").strip("/").partition("/")
    if not address.startswith("s3://") or not bucket:
        raise StoreError(f"expected s3://BUCKET/PREFIX, got {address!r}")
    return BucketStore(boto3.client("s3", config=_LIMITS), bucket, f"{prefix}/" if prefix else "")


class BucketStore:
    """Keeps a log's files as objects below a prefix; each is readable once a call returns."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    @property
    def address(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}"

    def read(self, path: str) -> bytes | None:
        found = self._found(path)
        return found[0] if found else None

    def create(self, path: str, content: bytes) -> None:
        if not self._put(path, content, IfNoneMatch="*") and self.read(path) != content:
            raise StoreError(
                f"{self.address}{path}: expected nothing or the same content, got other: this prefix holds"
                " another log, or somebody changed it"
            )

    def swap(self, path: str, seen: bytes | None, content: bytes) -> bool:
        if seen is None:
            return self._put(path, content, IfNoneMatch="*")
        found = self._found(path)
        if found is None or found[0] != seen:
            return False
        return self._put(path, content, IfMatch=found[1]) or self._swapped_bare(path, found, content)

    def _swapped_bare(self, path: str, found: tuple[bytes, str], content: bytes) -> bool:
        """Replace what is still as it was found, where the store has just refused its quoted ETag."""
        bare = found[1].strip('"')
        return self._found(path) == found and self._put(path, content, IfMatch=bare)

    def delete(self, path: str) -> None:
        key = self._key(path)
        self._asked(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))

    def paths(self, prefix: str) -> Sequence[str]:
        below = self._key(prefix.rstrip("/")) + "/"
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=below)
        listed = self._asked(lambda: [each["Key"] for page in pages for each in page.get("Contents", ())])
        return sorted(str(key).removeprefix(self._prefix) for key in listed)

    def _key(self, path: str) -> str:
        return self._prefix + checked_path(path)

    def _found(self, path: str) -> tuple[bytes, str] | None:
        """Return an object and its ETag; raise StoreError for one that is larger than its kind can be."""
        key = self._key(path)
        largest = _LARGEST_STAGE if path.startswith(STAGING) else LARGEST_FILE
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            content = bytes(answer["Body"].read(largest + 1))
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise self._failed(error) from error
        except BotoCoreError as error:
            raise self._failed(error) from error
        if len(content) > largest:
            raise StoreError(f"{self.address}{path}: expected at most {largest} bytes, got more")
        return content, str(answer["ETag"])

    def _put(self, path: str, content: bytes, **condition: str) -> bool:
        """Write an object; False where the condition does not hold."""
        kind = _FRESH if path == CHECKPOINT_PATH else _FOR_EVER
        key = self._key(path)
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, **condition, **kind)
        except ClientError as error:
            if _code(error) in _NOT_AS_SEEN:
                return False
            raise self._failed(error) from error
        except BotoCoreError as error:
            raise self._failed(error) from error
        return True

    def _asked(self, deed: Callable[[], T]) -> T:
        try:
            return deed()
        except (BotoCoreError, ClientError) as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> StoreError:
        return StoreError(f"{self.address}: {error}")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
