"""Where pictures are kept: a file can be put, read and deleted, and strangers see no original."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress

from shop.errors import FilesUnavailable
from shop.gateways.files import FileStore, LocalFiles, S3Files, content_key
from shop.gateways.files.strangers import address_of, may_read
from shop.services.doctor.findings import Finding, ok, warning, wrong

# What S3 says, and what to do.
REFUSALS = {
    "InvalidAccessKeyId": "it does not know S3_ACCESS_KEY_ID: correct it",
    "SignatureDoesNotMatch": "S3_SECRET_ACCESS_KEY is wrong (or S3_REGION): correct it",
    "AccessDenied": "the key may not put, read and delete there: allow it",
    "NoSuchBucket": "there is no such bucket: make it, or correct S3_BUCKET",
}
NEARLY_FULL, NO_ROOM = 2**30, 100 * 2**20


class StoreCheck:
    """Puts a file that is no picture, and deletes it; `where` names the store for people."""

    def __init__(self, store: FileStore, where: str) -> None:
        self.store = store
        self.where = where

    def __call__(self) -> Iterator[Finding]:
        if self._is_missing():
            yield wrong(
                f"There is no such place as {self.where}: make it, for the account that the shop "
                "runs as, or mount its disk."
            )
            return
        probe = secrets.token_bytes(32)
        key = content_key(probe, "jpg")
        try:
            self.store.put(key, probe)
            try:
                if self.store.read(key) != probe:
                    yield wrong(f"{self.where} gives back something else than was put there.")
                yield from self._seen_by_strangers(key)
            finally:
                self._take_away(key)
        except (FilesUnavailable, FileNotFoundError) as trouble:
            yield wrong(f"No picture can be kept in {self.where}: {_why(trouble)}.")
        else:
            yield ok(f"Files can be put into {self.where} and deleted.")
        yield from self._room()

    def _is_missing(self) -> bool:
        """The shop would make it, also where a disk is to be mounted."""
        if not isinstance(self.store, LocalFiles):
            return False
        try:
            self.store.root.lstat()
        except FileNotFoundError:
            return True
        except OSError:
            # Putting a file there says why.
            return False
        return False

    def _take_away(self, key: str) -> None:
        self.store.delete(key)
        if isinstance(self.store, LocalFiles):
            # Not one that has pictures in it.
            with suppress(OSError):
                (self.store.root / key).parent.rmdir()

    def _seen_by_strangers(self, key: str) -> Iterator[Finding]:
        if not isinstance(self.store, S3Files):
            return
        bucket = self.store.bucket
        addresses = [address_of(bucket, key)]
        if bucket.public_url:
            addresses.append(f"{bucket.public_url}/{key}")
        for address in addresses:
            try:
                is_open = may_read(address, bucket.timeout)
            except OSError:
                yield warning(f"{address.removesuffix(key)} does not answer strangers at all.")
                continue
            if is_open:
                yield wrong(
                    f"Anybody can read originals of pictures at {address.removesuffix(key)}, and "
                    "they tell where a photograph was taken: open `sizes/` alone (docs/deploy.md, "
                    "“Pictures”)."
                )

    def _room(self) -> Iterator[Finding]:
        if not isinstance(self.store, LocalFiles) or not self.store.root.exists():
            return
        free = shutil.disk_usage(self.store.root).free
        if free < NEARLY_FULL:
            tell = wrong if free < NO_ROOM else warning
            yield tell(f"{self.where} has {free / 2**20:.0f} MiB left: make room.")


def _why(trouble: Exception) -> str:
    """What to do about it; else what was said."""
    cause = trouble.__cause__ or trouble
    code = str(getattr(cause, "response", {}).get("Error", {}).get("Code", ""))
    if code in REFUSALS:
        return REFUSALS[code]
    if isinstance(cause, FileExistsError | NotADirectoryError):
        return "what is there is no folder: take it away, or name another one"
    if isinstance(cause, PermissionError):
        return "the account that the shop runs as may not write there: make the folder its own"
    said = getattr(cause, "strerror", None) or (code and f"S3 says {code}") or str(cause)
    return f"{said}".rstrip(".")
