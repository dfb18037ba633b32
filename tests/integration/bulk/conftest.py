"""A bulk edit from its rule to its end, as staff and the worker take it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, BulkEdit, BulkRow, User
from shop.services.base import Turn
from shop.services.bulk_edits import Rule
from shop.services.registry import Services
from tests import factories


class Bulk:
    def __init__(self, services: Services, by: User) -> None:
        self.services = services
        self.edits = services.bulk_edits
        self.by = by

    def plan(self, selection: Mapping[str, str] | None = None, **rule: Any) -> BulkEdit:
        """Every book, where no filter is named."""
        edit = self.edits.begin(Rule.model_validate(rule), selection or {}, self.by)
        return self.worked(edit)

    def applied(self, edit: BulkEdit) -> BulkEdit:
        return self.worked(self.edits.apply(edit.id, edit.version, self.by))

    def reverted(self, edit: BulkEdit) -> BulkEdit:
        return self.worked(self.edits.revert(edit.id, edit.version, self.by))

    def worked(self, edit: BulkEdit) -> BulkEdit:
        self.edits.work(Turn())
        return self.edits.get(edit.id)

    @staticmethod
    def rows(edit: BulkEdit) -> dict[int, tuple[str, str]]:
        """What became of each book, and why, by its id."""
        rows = db.session.scalars(select(BulkRow).where(BulkRow.edit_id == edit.id))
        return {row.book_id or 0: (str(row.state), row.reason) for row in rows}

    @staticmethod
    def trail(edit: BulkEdit) -> list[AuditEntry]:
        query = (
            select(AuditEntry).filter_by(batch_id=edit.id, entity="book").order_by(AuditEntry.id)
        )
        return list(db.session.scalars(query))


@pytest.fixture
def bulk(services: Services) -> Bulk:
    return Bulk(services, factories.save(factories.staff()))
