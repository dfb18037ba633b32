"""What the doctor says of a bucket: whether the shop can use it, and strangers cannot."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from shop.gateways.files import LocalFiles, S3Files
from shop.services.doctor.files import StoreCheck
from tests.faults.wire import Wire


def told(store: LocalFiles | S3Files, where: str = "the store") -> list[tuple[str, str]]:
    return [(str(found.level), found.sentence) for found in StoreCheck(store, where)()]


def test_a_bucket_that_is_right_is_left_as_it_was(s3: S3Files) -> None:
    assert told(s3) == [("ok", "Files can be put into the store and deleted.")]
    assert list(s3.walk()) == []


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"secret_access_key": "another"}, "S3_SECRET_ACCESS_KEY is wrong"),
        ({"access_key_id": "another"}, "does not know S3_ACCESS_KEY_ID"),
        ({"name": "another"}, "no such bucket"),
    ],
)
def test_what_is_wrong_with_a_key_or_a_name_is_said(
    nanio: S3Files, change: dict[str, str], advice: str
) -> None:
    [(level, sentence)] = told(S3Files(replace(nanio.bucket, **change)))
    assert level == "wrong"
    assert advice in sentence


def test_a_bucket_that_is_away_is_told(nanio: S3Files) -> None:
    with Wire(int(nanio.bucket.endpoint_url.rpartition(":")[2])) as wire:
        wire.cut()
        address = f"http://127.0.0.1:{wire.port}"
        away = S3Files(replace(nanio.bucket, endpoint_url=address, timeout=0.5))
        [(level, sentence)] = told(away)
    assert (level, sentence.startswith("No picture can be kept in the store")) == ("wrong", True)


def test_originals_that_anybody_can_read_are_told(moto: S3Files) -> None:
    name = moto.bucket.name
    everything = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    moto._client.put_bucket_policy(Bucket=name, Policy=policy)
    try:
        found = told(moto)
    finally:
        moto._client.delete_bucket_policy(Bucket=name)
    assert [level for level, _ in found] == ["wrong", "ok"]
    assert "Anybody can read originals" in found[0][1]


def test_a_full_disk_is_told(local: LocalFiles, full_disk: None) -> None:
    local.root.mkdir(parents=True, exist_ok=True)
    [(level, sentence), *_] = told(local)
    assert (level, "No space left" in sentence) == ("wrong", True)
