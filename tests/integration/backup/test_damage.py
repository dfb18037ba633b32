"""A backup that is damaged, cut off or too new is found before anything is written."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Iterator

import pytest

from shop.extensions import db
from shop.services.backup import Damaged, NotPossible
from shop.services.backup.archive import ArchiveReader, ArchiveWriter
from shop.services.backup.manifest import Manifest
from tests.integration.backup.conftest import House, quiet

Change = Callable[[Manifest], Manifest]


@pytest.fixture
def untouched(house: House) -> Iterator[House]:
    """The shop, which is the same afterwards."""
    before = house.checksums()
    yield house
    db.session.remove()
    assert house.checksums() == before


def places(kept: bytes) -> dict[str, int]:
    """Where a byte in the middle of each file is."""
    with tarfile.open(fileobj=io.BytesIO(kept)) as tar:
        return {each.name: each.offset_data + each.size // 2 for each in tar.getmembers()}


@pytest.mark.parametrize(
    "what", ["tables/orders/", "tables/images/", "pictures/", "manifest.json", "manifest.sha256"]
)
def test_one_bit_anywhere_is_found_and_told(untouched: House, kept: bytes, what: str) -> None:
    [(name, place)] = [(n, p) for n, p in places(kept).items() if n.startswith(what)]
    broken = bytearray(kept)
    broken[place] ^= 1
    told = "manifest.json" if what.startswith("manifest") else name
    with pytest.raises(Damaged, match=told):
        untouched.restore(io.BytesIO(broken), replace=True)


@pytest.mark.parametrize("part", [0, 0.3, 0.8])
def test_one_that_breaks_off_is_found(untouched: House, kept: bytes, part: float) -> None:
    with pytest.raises(Damaged, match=r"not whole|breaks off"):
        untouched.restore(io.BytesIO(kept[: int(len(kept) * part)]), replace=True)


def test_what_is_no_backup_at_all_is_told(untouched: House) -> None:
    with pytest.raises(Damaged, match="no backup"):
        untouched.restore(io.BytesIO(b"SELECT 1;\n" * 1000), replace=True)


def rewritten(kept: bytes, change: Change, dropped: str = "-") -> io.BytesIO:
    """The same backup with another manifest, without files that are called so."""
    source = ArchiveReader(io.BytesIO(kept))
    manifest = source.verified(quiet)
    out = io.BytesIO()
    archive = ArchiveWriter(out, manifest.made_at)
    with tarfile.open(fileobj=io.BytesIO(kept)) as tar:
        for each in tar.getmembers():
            if not each.name.startswith(("manifest", dropped)):
                content = tar.extractfile(each)
                assert content
                archive.add(each.name, content.read())
    archive.close(change(manifest))
    return out


def as_it_is(manifest: Manifest) -> Manifest:
    return manifest


def test_what_is_missing_in_the_middle_is_found(untouched: House, kept: bytes) -> None:
    with pytest.raises(Damaged, match=r"tables/orders/00001\.copy\.gz is missing"):
        untouched.restore(rewritten(kept, as_it_is, "tables/orders/"), replace=True)
    with pytest.raises(Damaged, match="pictures are missing"):
        untouched.restore(rewritten(kept, as_it_is, "pictures/"), replace=True)


def test_one_of_a_newer_version_is_refused(untouched: House, kept: bytes) -> None:
    def newer_format(manifest: Manifest) -> Manifest:
        return manifest.model_copy(update={"format": 2})

    def newer_tables(manifest: Manifest) -> Manifest:
        return manifest.model_copy(update={"revision": "9999"})

    # Writing it anew is not what is refused.
    untouched.services.restoring.look_at(rewritten(kept, as_it_is), quiet)
    with pytest.raises(Damaged, match="format 2"):
        untouched.restore(rewritten(kept, newer_format), replace=True)
    with pytest.raises(NotPossible, match=r"revision 9999.*newer"):
        untouched.restore(rewritten(kept, newer_tables), replace=True)


def test_rows_that_come_out_otherwise_are_not_kept(untouched: House, kept: bytes) -> None:
    """As where a server reads numbers or letters in another way."""

    def other_sum(manifest: Manifest) -> Manifest:
        last = manifest.tables[-1].model_copy(update={"checksum": "0" * 64})
        return manifest.model_copy(update={"tables": (*manifest.tables[:-1], last)})

    with pytest.raises(NotPossible, match=r"come out otherwise.*nothing was changed"):
        untouched.restore(rewritten(kept, other_sum), replace=True)


def test_the_parts_are_what_any_machine_can_read(kept: bytes) -> None:
    """Without the shop: tar and gunzip."""
    with tarfile.open(fileobj=io.BytesIO(kept)) as tar:
        content = tar.extractfile("tables/roles/00001.copy.gz")
        assert content
        assert b"admin\t" in gzip.decompress(content.read())
