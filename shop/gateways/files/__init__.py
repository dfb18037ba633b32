"""Where pictures are kept: a folder of this machine, S3, or both at once."""

from shop.gateways.files.keys import (
    MEDIA_TYPES,
    content_key,
    is_original,
    is_rendition,
    media_type,
)
from shop.gateways.files.local import LocalFiles
from shop.gateways.files.s3 import Bucket, S3Files
from shop.gateways.files.store import FileStore, Stored, keep
from shop.gateways.files.stores import FileStores, stores_of

__all__ = [
    "MEDIA_TYPES",
    "Bucket",
    "FileStore",
    "FileStores",
    "LocalFiles",
    "S3Files",
    "Stored",
    "content_key",
    "is_original",
    "is_rendition",
    "keep",
    "media_type",
    "stores_of",
]
