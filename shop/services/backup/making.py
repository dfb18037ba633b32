"""A backup is made: all tables as of one moment, then the originals of pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, BinaryIO

from shop.config import MediaStore
from shop.gateways.files import FileStores
from shop.models import Image
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.images import ImageRepository
from shop.repositories.revision import RevisionRepository
from shop.repositories.whole_tables import WholeTables
from shop.services.backup.archive import PICTURES, ArchiveWriter
from shop.services.backup.manifest import (
    CounterRecord,
    Manifest,
    PictureRecord,
    RowSum,
    TableRecord,
    Tell,
)
from shop.services.backup.problems import NotPossible
from shop.services.base import EntityBaseService

# Rows or pictures between two words about how far it is.
EVERY = 10_000


class BackupService(EntityBaseService[Image]):
    def __init__(
        self,
        session: Sessions,
        images: ImageRepository,
        tables: WholeTables,
        revision: RevisionRepository,
        stores: FileStores,
        shop: str,
    ) -> None:
        super().__init__(session, images)
        self.images = images
        self.tables = tables
        self.revision = revision
        self.stores = stores
        self.shop = shop

    def make(self, out: BinaryIO, *, pictures: bool, tell: Tell) -> Manifest:
        """Write a backup while the shop is open. Of the memory it takes the same however large
        the shop is; `pictures` says whether their originals are in it.

        One that is deleted meanwhile is named in the manifest, and nothing else comes of it.
        """
        made_at = utcnow()
        archive = ArchiveWriter(out, made_at)
        with tempfile.TemporaryFile("w+") as wanted:
            with self.transaction():
                self.tables.hold(self._names())
                records = [self._write(archive, name, tell) for name in self.tables.names()]
                counters = [CounterRecord(**asdict(c)) for c in self.tables.sequences()]
                revision, server = self.revision.current(), self.tables.server()
                if pictures:
                    wanted.writelines(f"{store} {key}\n" for store, key in self.images.originals())
            # The moment need not be held for them: a file never changes under its name.
            found = self._write_pictures(archive, wanted, tell) if pictures else None
        manifest = Manifest(
            made_at=made_at,
            shop=self.shop,
            revision=revision or "",
            postgresql=server,
            tables=tuple(records),
            counters=tuple(counters),
            pictures=found,
        )
        archive.close(manifest)
        return manifest

    def checksums(self, tell: Tell) -> list[TableRecord]:
        """What a backup would say of each table, as of one moment."""
        with self.transaction():
            self.tables.hold(self._names())
            return [self._looked_at(name, tell) for name in sorted(self.tables.names())]

    def _names(self) -> list[str]:
        """In a transaction of its own: who asks this has chosen the moment."""
        if self.revision.current() is None:
            raise NotPossible("There is no shop in this database: it was never migrated.")
        names = self.tables.names()
        self.session.rollback()
        return names

    def _write(self, archive: ArchiveWriter, name: str, tell: Tell) -> TableRecord:
        columns = self.tables.columns(name)
        counted = RowSum(columns)
        parts = archive.add_lines(name, self._lines(name, columns, counted, tell))
        return TableRecord(
            name=name,
            columns=tuple(columns),
            rows=counted.rows,
            checksum=str(counted),
            parts=tuple(parts),
        )

    def _looked_at(self, name: str, tell: Tell) -> TableRecord:
        columns = self.tables.columns(name)
        counted = RowSum(columns)
        for _ in self._lines(name, columns, counted, tell):
            pass
        return TableRecord(
            name=name, columns=tuple(columns), rows=counted.rows, checksum=str(counted)
        )

    def _lines(self, name: str, columns: list[str], counted: RowSum, tell: Tell) -> Iterator[bytes]:
        for line in self.tables.read(name, columns):
            counted.add(line)
            if counted.rows % EVERY == 0:
                tell(name, counted.rows)
            yield line
        tell(name, counted.rows)

    def _write_pictures(self, archive: ArchiveWriter, wanted: IO[str], tell: Tell) -> PictureRecord:
        wanted.seek(0)
        count, vanished = 0, []
        for line in wanted:
            store, key = line.split()
            try:
                data = self.stores[MediaStore(store)].read(key)
            except FileNotFoundError:
                vanished.append(f"{store}/{key}")
                continue
            archive.add(f"{PICTURES}{store}/{key}", data)
            count += 1
            tell("pictures", count)
        return PictureRecord(count=count, vanished=tuple(vanished))
