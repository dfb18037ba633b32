"""What somebody can read of a bucket who has no key."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from shop.gateways.files.s3 import Bucket


def may_read(address: str, timeout: float) -> bool:
    """Whether anybody gets it; OSError where nobody answers."""
    with requests.get(address, timeout=timeout, stream=True) as answer:
        return answer.ok


def address_of(bucket: Bucket, key: str) -> str:
    """Without a signature."""
    url = urlsplit(bucket.endpoint_url)
    if bucket.path_style:
        return f"{bucket.endpoint_url}/{bucket.name}/{key}"
    return f"{url.scheme}://{bucket.name}.{url.netloc}{url.path}/{key}"
