"""Views of lists that staff keep, each their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from shop.models import SavedView
from shop.repositories.base import Repository


class SavedViewRepository(Repository[SavedView]):
    entity = SavedView

    def of(self, user_id: int, list_name: str) -> Sequence[SavedView]:
        """By name."""
        query = select(SavedView).where(SavedView.user_id == user_id, SavedView.list == list_name)
        return self.session.scalars(query.order_by(func.lower(SavedView.name), SavedView.id)).all()

    def named(self, user_id: int, list_name: str, name: str) -> SavedView | None:
        query = select(SavedView).where(
            SavedView.user_id == user_id, SavedView.list == list_name, SavedView.name == name
        )
        return self.session.scalars(query).one_or_none()
