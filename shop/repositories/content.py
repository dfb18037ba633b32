"""Pages that staff write, and the settings of the shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from shop.models import AuditEntry, ContentPage, Setting
from shop.repositories.base import Repository
from shop.repositories.ordered import OrderedRepository

# Any number that all who change settings agree on.
CHANGING_SETTINGS = 2_009_031_104


class ContentPageRepository(OrderedRepository[ContentPage]):
    entity = ContentPage

    def published(self, slug: str) -> ContentPage | None:
        """The page of this name, if everybody may read it."""
        query = select(ContentPage).where(ContentPage.slug == slug, ContentPage.published)
        return self.session.scalars(query).one_or_none()

    def formerly(self, slug: str) -> ContentPage | None:
        """The page that everybody may read and that had this name last, by what the trail says."""
        query = (
            select(ContentPage)
            .join(AuditEntry, AuditEntry.entity_id == ContentPage.id)
            .where(AuditEntry.entity == "content_page", AuditEntry.before["slug"].astext == slug)
            .where(ContentPage.published)
            .order_by(AuditEntry.id.desc())
            .limit(1)
        )
        return self.session.scalars(query).one_or_none()

    def all_published(self) -> Sequence[ContentPage]:
        query = select(ContentPage).where(ContentPage.published)
        return self.session.scalars(query.order_by(ContentPage.position, ContentPage.id)).all()


class SettingRepository(Repository[Setting]):
    entity = Setting

    def take_turn(self) -> None:
        """Until the transaction ends nobody else changes one."""
        self.session.execute(select(func.pg_advisory_xact_lock(CHANGING_SETTINGS)))

    def version_of_front(self) -> str:
        """Another text after each change of a setting, or of a page that everybody may read."""
        pages = func.concat_ws(".", ContentPage.id, ContentPage.version, ContentPage.position)
        settings = func.concat_ws(".", Setting.id, Setting.version)
        of_pages = select(func.array_agg(aggregate_order_by(pages, ContentPage.id)))
        of_pages = of_pages.where(ContentPage.published)
        of_settings = select(func.array_agg(aggregate_order_by(settings, Setting.id)))
        both = select(of_pages.scalar_subquery(), of_settings.scalar_subquery())
        return repr(tuple(self.session.execute(both).one()))

    def by_key(self) -> dict[str, Setting]:
        query = select(Setting).execution_options(populate_existing=True)
        return {each.key: each for each in self.session.scalars(query)}

    def put(self, known: Setting | None, key: str, value: Any) -> Setting:
        """Another value, of a setting that is stored already or not."""
        if known is None:
            return self.add(Setting(key=key, value=value))
        known.value = value
        self.session.flush()
        return known
