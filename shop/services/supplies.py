"""Suppliers' files: kept title by title, so that an ISBN alone makes the draft of a book."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from shop.models import SupplierFile, User
from shop.models.isbn import normalise
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.supplies import Cells, SupplyRepository
from shop.services.base import EntityBaseService, retried
from shop.services.book_import import SourceRow

BATCH = 1000
# What a supplier has on shelves of its own says nothing of this shop's.
NOT_OURS = frozenset({"num_in_stock", "sku", "discount_percent"})


class SupplyService(EntityBaseService[SupplierFile]):
    def __init__(
        self, session: Sessions, supplies: SupplyRepository, audit: AuditRepository
    ) -> None:
        super().__init__(session, supplies)
        self.supplies = supplies
        self.audit = audit

    def files(self) -> Sequence[SupplierFile]:
        """The last two hundred, the newest first."""
        with self.transaction():
            return self.supplies.latest()

    def take(
        self,
        rows: Iterable[SourceRow],
        name: str,
        by: User | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> SupplierFile:
        """Keep the titles of a file, a batch at a time: what was taken before it broke off stays.

        What has no ISBN, or cannot be read, is left out and counted.
        """
        file = self._begin(name, by)
        source, done = iter(rows), 0
        while batch := list(islice(source, BATCH)):
            file = self._keep(file.id, batch)
            done += len(batch)
            if on_progress:
                on_progress(done)
        return file

    @retried
    def forget(self, file_id: int, by: User) -> None:
        """The file and the titles that are its own are gone; books made of them stay."""
        with self.transaction():
            file = self.supplies.get(file_id)
            before = {"name": file.name, "titles": file.titles}
            self.supplies.forget(file_id)
            self.audit.note(by, "supplier_file", file_id, "delete", before, {})

    def told_of(self, isbns: Iterable[str]) -> dict[str, Cells]:
        """What suppliers tell of these, by ISBN."""
        with self.transaction():
            return self.supplies.cells_of(isbns)

    @retried
    def _begin(self, name: str, by: User | None) -> SupplierFile:
        with self.transaction():
            file = self.supplies.add(SupplierFile(name=name[:200]))
            if by:
                self.audit.note(by, "supplier_file", file.id, "create", {}, {"name": file.name})
            return file

    @retried
    def _keep(self, file_id: int, batch: Sequence[SourceRow]) -> SupplierFile:
        titles = {isbn: cells for isbn, cells in map(_title, batch) if isbn}
        with self.transaction():
            file = self.supplies.get(file_id)
            self.supplies.put(file_id, titles)
            file.titles += len(titles)
            file.left_out += len(batch) - len(titles)
            return file


def _title(row: SourceRow) -> tuple[str, Cells]:
    """The ISBN, empty where there is none, and what is told of the title."""
    try:
        isbn = "" if row.broken is not None else normalise(row.cells.get("isbn", ""))
    except ValueError:
        isbn = ""
    cells = {
        name: cell.strip().replace("\x00", "")
        for name, cell in row.cells.items()
        if cell.strip() and name not in NOT_OURS
    }
    return isbn, cells
