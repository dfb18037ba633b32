"""Pictures on S3: Amazon's, Cloud.ru's, or any other that speaks its protocol."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Literal, TypedDict

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, IncompleteReadError
from botocore.session import Session as CoreSession

from shop.errors import FilesUnavailable
from shop.gateways.files.keys import is_key, is_rendition, media_type
from shop.gateways.files.store import Stored
from shop.gateways.files.trouble import unavailable

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

FOR_EVER = "public, max-age=31536000, immutable"
# Which of these a store says, it decides itself: Ceph and MinIO, and HTTP's own word for it.
NO_ROOM = ("QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507")
# A missing bucket is named otherwise, but for the answer to HEAD, which has no body to name it.
NOT_THERE = ("NoSuchKey", "404")
# One more try: whoever waits for a page is better told soon, and jobs come again by themselves.
TRIES = 2


def new_session() -> Session:
    """Amazon's own tools leave profiles and settings on machines; this one looks for none."""
    no_file = (None, None, os.devnull, None)
    found = {
        "profile": (None, None, None, None),
        "config_file": no_file,
        "credentials_file": no_file,
    }
    return Session(botocore_session=CoreSession(found))


class Shown(TypedDict, total=False):
    CacheControl: str
    ContentDisposition: str


@dataclass(frozen=True)
class Bucket:
    """Where it is and how it is spoken to. `timeout` and `link_seconds` are seconds."""

    name: str
    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    path_style: bool = True
    public_url: str | None = None
    link_seconds: int = 3600
    timeout: float = 5.0


class S3Files:
    """Files in one bucket; threads may share it, and processes that are forked from each other.

    `page_size` is how many names a listing asks for at once.
    """

    # What is read of the protocol, half a megabyte, serves every client; only one thread at a time
    # may make one.
    _session, _making = new_session(), Lock()

    def __init__(self, bucket: Bucket, page_size: int = 1000) -> None:
        self.bucket = bucket
        self.page_size = page_size
        self._made: tuple[int, S3Client] | None = None

    def put(self, key: str, data: bytes) -> None:
        _insist(key)
        # The server refuses what does not have this sum, so that nothing arrives spoilt.
        digest = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        with self._told():
            self._client.put_object(
                Bucket=self.bucket.name,
                Key=key,
                Body=data,
                ContentMD5=digest,
                ContentType=media_type(key),
                **_shown(key),
            )

    def read(self, key: str) -> bytes:
        _insist(key)
        with self._told(key):
            answer = self._client.get_object(Bucket=self.bucket.name, Key=key)
            data = answer["Body"].read()
            # An answer that broke off in its head tells no length, and seems whole without a body.
            if (size := answer.get("ContentLength")) != len(data):
                raise IncompleteReadError(actual_bytes=len(data), expected_bytes=size)
            return data

    def has(self, key: str) -> bool:
        if not is_key(key):
            return False
        try:
            with self._told(key):
                self._client.head_object(Bucket=self.bucket.name, Key=key)
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        _insist(key)
        with self._told():
            self._client.delete_object(Bucket=self.bucket.name, Key=key)

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket.name,
            Prefix=prefix,
            PaginationConfig={"PageSize": self.page_size},
        )
        with self._told():
            for page in pages:
                for found in page.get("Contents", ()):
                    if is_key(found["Key"]):
                        yield Stored(found["Key"], found["Size"], found["LastModified"])

    def link(self, key: str) -> str | None:
        if not is_rendition(key):
            raise FileNotFoundError(key)
        if self.bucket.public_url is not None:
            return f"{self.bucket.public_url}/{key}"
        # Signed here: nobody is asked for it.
        return self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket.name, "Key": key},
            ExpiresIn=self.bucket.link_seconds,
        )

    @property
    def _client(self) -> S3Client:
        """Made when it is first needed, and anew in a forked child, which would otherwise read
        from its parent's connections."""
        with self._making:
            if self._made is None or self._made[0] != os.getpid():
                self._made = (os.getpid(), self._connect())
            return self._made[1]

    def _connect(self) -> S3Client:
        bucket = self.bucket
        style: Literal["path", "virtual"] = "path" if bucket.path_style else "virtual"
        return self._session.client(
            "s3",
            endpoint_url=bucket.endpoint_url,
            region_name=bucket.region,
            aws_access_key_id=bucket.access_key_id,
            aws_secret_access_key=bucket.secret_access_key,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": style},
                connect_timeout=bucket.timeout,
                read_timeout=bucket.timeout,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                # Newer sums than Content-MD5 are Amazon's alone; others refuse them.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    @contextmanager
    def _told(self, key: str = "") -> Iterator[None]:
        """FileNotFoundError where there is no such file, FilesUnavailable for all other trouble."""
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in NOT_THERE:
                raise FileNotFoundError(key or code) from error
            raise self._unavailable(error, full=code in NO_ROOM) from error
        except BotoCoreError as error:
            raise self._unavailable(error, full=False) from error

    def _unavailable(self, error: Exception, *, full: bool) -> FilesUnavailable:
        return unavailable(f"S3, bucket {self.bucket.name}", error, full=full)


def _insist(key: str) -> None:
    if not is_key(key):
        raise FileNotFoundError(key)


def _shown(key: str) -> Shown:
    """What a browser is told that opens the file. No page shows an original."""
    if is_rendition(key):
        return {"CacheControl": FOR_EVER}
    return {"ContentDisposition": "attachment"}
