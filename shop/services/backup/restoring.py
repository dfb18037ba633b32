"""A backup becomes the shop's data: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection

from shop.config import MediaStore
from shop.gateways.files import FileStores
from shop.gateways.migrations import Migrations
from shop.models import Image
from shop.repositories.base import Sessions
from shop.repositories.images import ImageRepository
from shop.repositories.revision import RevisionRepository
from shop.repositories.whole_tables import Counter, WholeTables
from shop.services.backup.archive import ArchiveReader
from shop.services.backup.manifest import CounterRecord, Manifest, RowSum, TableRecord, Tell
from shop.services.backup.problems import NotPossible
from shop.services.base import EntityBaseService

# What was given out after the backup is never given out again: an old session, link or mail
# would else lead to what is new. At least so many numbers, or a tenth of all, are passed over.
LEAST_PASSED_OVER = 10_000
MOST_NAMED = 5


@dataclass(frozen=True)
class Restored:
    """`strangers` are tables that no migration makes; `rehoused` pictures were in a store that
    this shop has not, and are in its own now."""

    manifest: Manifest
    pictures: int
    rehoused: int
    strangers: tuple[str, ...]


class RestoreService(EntityBaseService[Image]):
    def __init__(
        self,
        session: Sessions,
        images: ImageRepository,
        tables: WholeTables,
        revision: RevisionRepository,
        stores: FileStores,
        migrations: Migrations,
    ) -> None:
        super().__init__(session, images)
        self.images = images
        self.tables = tables
        self.revision = revision
        self.stores = stores
        self.migrations = migrations

    def look_at(self, file: BinaryIO, tell: Tell) -> Manifest:
        """What the backup says of itself; Damaged when anything in it is not what was written."""
        return ArchiveReader(file).verified(tell)

    def restore(self, file: BinaryIO, *, replace: bool, upgrade: bool, tell: Tell) -> Restored:
        """Put a backup into an empty database; `replace` deletes what is there. `upgrade` brings
        it to this version's tables afterwards.

        All is verified before: Damaged. NotPossible where there are rows, or newer tables than
        this version knows. Tables are changed in one transaction, which ends when they have been
        read back and have the backup's checksums.
        """
        archive = ArchiveReader(file)
        manifest = archive.verified(tell)
        self._insist(manifest.revision, "The backup")
        with self.transaction():
            self._insist_on_room(replace)
        pictures = self._put_pictures(archive, tell)
        with self.transaction():
            self.tables.take_over()
            self._insist_on_room(replace)
            strangers = self._load(archive, manifest, tell)
            rehoused = self._rehouse() if manifest.pictures else 0
            self.tables.look_around()
        if upgrade:
            self._upgrade(manifest.revision)
        return Restored(manifest, pictures, rehoused, strangers)

    def _insist(self, revision: str | None, whose: str) -> None:
        if revision is not None and not self.migrations.knows(revision):
            raise NotPossible(
                f"{whose} is of revision {revision or '(none)'}, which this version of the shop "
                "does not know: use the version that made it, or a newer one."
            )

    def _insist_on_room(self, replace: bool) -> None:
        filled = self.tables.filled(self.tables.names())
        if filled and not replace:
            more = f" and {len(filled) - MOST_NAMED} more" if len(filled) > MOST_NAMED else ""
            raise NotPossible(
                f"The database is not empty ({', '.join(filled[:MOST_NAMED])}{more}): restore into "
                "an empty one, or say --replace to delete all that is in it."
            )
        self._insist(self.revision.current(), "The database")

    def _load(self, archive: ArchiveReader, manifest: Manifest, tell: Tell) -> tuple[str, ...]:
        """Make the tables what they were; answers those of the backup that there are not here."""
        self.tables.empty(self.tables.names())
        connection = self._connection()
        self.migrations.bring(connection, self.revision.current(), manifest.revision)
        ours = self.tables.names()
        self.tables.rest_triggers(ours)
        # What the migrations themselves have put there.
        self.tables.empty(ours)
        known = [record for record in manifest.tables if record.name in set(ours)]
        for record in known:
            self.tables.write(record.name, record.columns, _told(archive, record, tell))
        for record in known:
            self._compare(record, tell)
        for counter in manifest.counters:
            self.tables.set_sequence(_passed_over(counter))
        self.tables.wake_triggers(ours)
        self.tables.tell_everything_changed()
        return tuple(each.name for each in manifest.tables if each not in known)

    def _compare(self, record: TableRecord, tell: Tell) -> None:
        """Read it back: what arrived is what was there."""
        counted = RowSum(record.columns)
        for line in self.tables.read(record.name, record.columns):
            counted.add(line)
        if str(counted) != record.checksum:
            raise NotPossible(
                f"The table {record.name} has come out otherwise than it was in the backup "
                f"({counted.rows} rows, {record.rows} in the backup), so nothing was changed."
            )
        tell(f"{record.name} verified", counted.rows)

    def _put_pictures(self, archive: ArchiveReader, tell: Tell) -> int:
        """Before the tables: what comes of a try that ends here is files that nobody needs."""
        count = 0
        for picture in archive.pictures():
            store = self.stores[self._house(picture.store)]
            if not store.has(picture.key):
                store.put(picture.key, picture.data)
            count += 1
            tell("pictures", count)
        return count

    def _house(self, name: str) -> MediaStore:
        """Where it was, or at home where this shop has no such store."""
        return next((each for each in self.stores if each == name), self.stores.home)

    def _rehouse(self) -> int:
        return self.images.rehouse(list(self.stores), self.stores.home)

    def _upgrade(self, before: str) -> None:
        with self.transaction():
            self.tables.take_over()
            self.migrations.bring(self._connection(), before, self.migrations.head)

    def _connection(self) -> Connection:
        return self.session.connection()


def _told(archive: ArchiveReader, record: TableRecord, tell: Tell) -> Iterator[bytes]:
    rows = 0
    for text in archive.texts(record):
        yield text
        rows += text.count(b"\n")
        tell(record.name, rows)


def _passed_over(counter: CounterRecord) -> Counter:
    gap = max(LEAST_PASSED_OVER, counter.value // 10) if counter.used else 0
    return Counter(counter.name, counter.value + gap, counter.used)
