"""Where pictures are kept: a folder of this machine, S3, or both at once."""

from shop.gateways.files.keys import content_key
from shop.gateways.files.local import LocalFiles
from shop.gateways.files.s3 import Bucket, S3Files
from shop.gateways.files.store import FileStore, Stored, keep
from shop.gateways.files.stores import FileStores, stores_of

__all__ = [
    "Bucket",
    "FileStore",
    "FileStores",
    "LocalFiles",
    "S3Files",
    "Stored",
    "content_key",
    "keep",
    "stores_of",
]
