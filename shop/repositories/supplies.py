"""Titles of suppliers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from shop.models import SupplierFile, SupplierTitle
from shop.repositories.base import Repository

Cells = Mapping[str, str]


class SupplyRepository(Repository[SupplierFile]):
    entity = SupplierFile

    def latest(self) -> Sequence[SupplierFile]:
        query = select(SupplierFile).order_by(SupplierFile.id.desc()).limit(200)
        return self.session.scalars(query).all()

    def put(self, file_id: int, titles: Mapping[str, Cells]) -> None:
        """Titles by ISBN, in place of what earlier files told of them."""
        if not titles:
            return
        rows = [
            {"isbn": isbn, "file_id": file_id, "cells": dict(cells)}
            for isbn, cells in sorted(titles.items())
        ]
        given = insert(SupplierTitle)
        newest = given.on_conflict_do_update(
            index_elements=[SupplierTitle.isbn],
            set_={"file_id": given.excluded.file_id, "cells": given.excluded.cells},
        )
        self.session.execute(newest, rows)

    def cells_of(self, isbns: Iterable[str]) -> dict[str, Cells]:
        query = select(SupplierTitle.isbn, SupplierTitle.cells)
        found = self.session.execute(query.where(SupplierTitle.isbn.in_(list(isbns))))
        return dict(iter(found))

    def forget(self, file_id: int) -> None:
        self.session.execute(delete(SupplierFile).where(SupplierFile.id == file_id))
