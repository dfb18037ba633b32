"""Two servers that speak S3: nanio checks signatures, moto lets strangers in as a policy says."""

from __future__ import annotations

import json
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from boto3.session import Session
from botocore.config import Config

from dev.services.ports import HOST
from dev.services.server import Server
from shop.gateways.files import Bucket

# Cloud.ru's ids of keys have a colon, which a signature has to carry.
ACCESS_KEY_ID, SECRET = "tenant:shop", "a secret that only tests know"
REGION = "ru-central-1"
USERS = f'[[users]]\naccess_key = "{ACCESS_KEY_ID}"\nsecret_key = "{SECRET}"\n'


class S3Server(Server):
    stop_signals = (signal.SIGTERM,)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def bucket(self, name: str, **changes: Any) -> Bucket:
        """A bucket of that name, made now, and how the shop reaches it."""
        self.client.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        settings = {
            "endpoint_url": self.url,
            "region": REGION,
            "access_key_id": ACCESS_KEY_ID,
            "secret_access_key": SECRET,
        }
        return Bucket(name=name, **settings | changes)

    @cached_property
    def client(self) -> Any:
        """Its owner's own, who may do what the shop never does."""
        return Session().client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )

    def empty(self, bucket: str) -> None:
        while found := self.client.list_objects_v2(Bucket=bucket).get("Contents"):
            for file in found:
                self.client.delete_object(Bucket=bucket, Key=file["Key"])

    def _is_ready(self) -> bool:
        with suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
            return True
        return False

    def _leftover(self) -> int | None:
        return None

    @property
    def _mark(self) -> str:
        return f"--port {self.port}"


class Nanio(S3Server):
    title = "nanio"

    def _prepare(self) -> None:
        (self.folder / "options.toml").write_text(USERS)

    def _command(self) -> Sequence[str | Path]:
        return [
            Path(sys.executable).with_name("nanio"),
            "serve",
            f"--options={self.folder / 'options.toml'}",
            f"--data-dir={self.folder / 'data'}",
            f"--host={HOST}",
            f"--port={self.port}",
            f"--region={REGION}",
            "--log-level=warning",
        ]


class Moto(S3Server):
    title = "moto"

    def _prepare(self) -> None:
        """It keeps everything in memory."""

    def _command(self) -> Sequence[str | Path]:
        program = Path(sys.executable).with_name("moto_server")
        return [program, f"--host={HOST}", f"--port={self.port}"]

    def open_sizes(self, bucket: str) -> None:
        """As docs/deploy.md has it: what pages show is everybody's, the originals are not."""
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": f"arn:aws:s3:::{bucket}/sizes/*",
                }
            ],
        }
        self.client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
