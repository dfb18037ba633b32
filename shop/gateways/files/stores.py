"""The stores that the configuration names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shop.config import Config, MediaStore
from shop.gateways.files.local import LocalFiles
from shop.gateways.files.s3 import Bucket, S3Files
from shop.gateways.files.store import FileStore
from shop.gateways.files.trouble import unknown


class FileStores:
    """The stores that are configured, by name; new pictures go to `home`. Those of before may be
    in another: while they are moved, and for as long as somebody wants."""

    def __init__(self, home: MediaStore, stores: Mapping[MediaStore, FileStore]) -> None:
        self.home = home
        self.stores = stores

    def __iter__(self) -> Iterator[MediaStore]:
        return iter(self.stores)

    def __getitem__(self, name: MediaStore) -> FileStore:
        """FilesUnavailable for a store that the configuration does not name (any more)."""
        if name not in self.stores:
            raise unknown(name)
        return self.stores[name]


def stores_of(config: Config) -> FileStores:
    """A local folder where MEDIA_ROOT is set, S3 where S3_BUCKET is, and which of them is home."""
    stores: dict[MediaStore, FileStore] = {}
    if config.media_root is not None:
        stores[MediaStore.LOCAL] = LocalFiles(config.media_root)
    if config.s3_bucket:
        stores[MediaStore.S3] = S3Files(_bucket(config))
    return FileStores(config.media_store, stores)


def _bucket(config: Config) -> Bucket:
    return Bucket(
        name=config.s3_bucket,
        endpoint_url=config.s3_endpoint_url,
        region=config.s3_region,
        access_key_id=config.s3_access_key_id,
        secret_access_key=config.s3_secret_access_key,
        path_style=config.s3_path_style,
        public_url=config.s3_public_url or None,
        link_seconds=config.s3_link_seconds,
        timeout=config.s3_timeout,
    )
