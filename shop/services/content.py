"""Pages that staff write: about the shop, delivery, and what the law wants said otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.models import ContentPage, Permission, User
from shop.models.slugs import slug
from shop.repositories.audit import AuditRepository, Facts
from shop.repositories.base import Sessions
from shop.repositories.content import ContentPageRepository
from shop.services.checkout_details import consent_version, consent_words
from shop.services.editing import Values, refused
from shop.services.ordered import OrderedService

# What a new shop starts with.
FIRST_PAGES: tuple[dict[str, Any], ...] = (
    {
        "slug": "about",
        "title": "About the shop",
        "title_ru": "О магазине",
        "body": (
            "We are a small bookshop. We sell **classics in good editions** and send them all "
            "over Russia.\n\n## Who chooses the books\n\nEvery book here was read by one of us "
            "before it came onto the shelf. What we like most stands in the window, with a card "
            "that says why.\n\n## Why Colophon\n\nA colophon is the printer's mark on the last "
            "page: who made this book, where, and when.\n"
        ),
        "body_ru": (
            "Мы небольшой книжный магазин. Мы продаём **классику в хороших изданиях** и "
            "отправляем её по всей России.\n\n## Кто выбирает книги\n\nКаждую книгу кто-то из "
            "нас прочёл, прежде чем она попала на полку. Любимые стоят на витрине, с карточкой, "
            "на которой сказано почему.\n\n## Почему Colophon\n\nКолофон — это знак печатника на "
            "последней странице: кто сделал книгу, где и когда.\n"
        ),
    },
    {
        "slug": "delivery",
        "title": "Delivery",
        "title_ru": "Доставка",
        "body": (
            "We pack on the next working day. What each way of shipping costs is shown at "
            "checkout, before you order.\n\n- **Courier**: to the door, two to seven days\n"
            "- **Russian Post**: to a post office near you, five to ten days\n"
            "- **Our shop**: ready the next working day, kept for a week\n\n"
            "When the parcel leaves, we mail you its tracking number. How books are sent back is "
            "told in [the terms](/terms).\n"
        ),
        "body_ru": (
            "Собираем заказы на следующий рабочий день. Сколько стоит каждый способ доставки, "
            "видно при оформлении, до заказа.\n\n- **Курьер**: до двери, 2–7 дней\n"
            "- **Почта России**: в ближайшее отделение, 5–10 дней\n"
            "- **Наш магазин**: готово на следующий рабочий день, храним неделю\n\n"
            "Когда посылка отправится, мы пришлём номер для отслеживания. Как вернуть книги, "
            "сказано в [условиях](/ru/terms).\n"
        ),
    },
)


class ContentService(OrderedService[ContentPage]):
    """A published page with the name of a legal text stands in its place."""

    NOUN = "content_page"
    PERMISSION = Permission.EDIT_PAGES
    FIELDS = (
        *("slug", "title", "title_ru", "body", "body_ru"),
        *("published", "in_footer", "position"),
    )

    def __init__(
        self,
        session: Sessions,
        content_pages: ContentPageRepository,
        audit: AuditRepository,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called once a page is, for whoever keeps a copy of them."""
        super().__init__(session, content_pages, audit)
        self.content_pages = content_pages
        self.changed = changed

    def published(self, slug: str) -> ContentPage | None:
        """The page of this name that everybody may read; None where there is none."""
        with self.transaction():
            return self.content_pages.published(slug)

    def formerly(self, slug: str) -> ContentPage | None:
        """The published page that this name led to last; None where it never led to one."""
        with self.transaction():
            return self.content_pages.formerly(slug)

    def all_published(self) -> Sequence[ContentPage]:
        with self.transaction():
            return self.content_pages.all_published()

    def consent_version(self) -> str:
        """What is recorded of somebody who agrees to the text at /privacy now."""
        with self.transaction():
            return consent_version(self.content_pages)

    def consent_words(self) -> str:
        """A mark of the text at /privacy as it is now; a form that asks for consent carries it."""
        with self.transaction():
            return consent_words(self.content_pages)

    def seed(self) -> int:
        """Put in the first pages where there never was one; answers how many were new."""
        with self.transaction():
            new = FIRST_PAGES if self._never_had_any() else ()
            for position, values in enumerate(new):
                page = ContentPage(position=position, published=True, in_footer=True, **values)
                self.content_pages.add(page)
            return len(new)

    def _note(
        self,
        by: User,
        key: int,
        action: str,
        before: Facts,
        after: Facts,
        undoes: int | None = None,
    ) -> None:
        super()._note(by, key, action, before, after, undoes)
        self._afterwards(self.changed)

    def _change(self, entity: ContentPage, values: Values) -> None:
        given = dict(values)
        given["slug"] = given.get("slug") or entity.slug or slug(given.get("title", ""))
        if not given["slug"]:
            raise refused("slug", _l("Give an address, such as “delivery”."))
        super()._change(entity, given)
