"""What staff choose for the whole shop, and the reader that every page asks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, BeforeValidator, ConfigDict, EmailStr, Field, StringConstraints

from shop.errors import FieldError, Invalid, Stale, Unavailable
from shop.models import Setting, User
from shop.models.columns import today
from shop.observing.metrics import count_lookup
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.content import ContentPageRepository, SettingRepository
from shop.services.base import EntityBaseService, retried

LARGEST_THRESHOLD = 1000
# Seconds for which a process goes by what it has read: a change is everywhere after that.
FRESH = 2.0


def _none_if_empty(value: object) -> object:
    return value.strip() or None if isinstance(value, str) else value


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Email = Annotated[EmailStr | None, BeforeValidator(_none_if_empty)]
Day = Annotated[date | None, BeforeValidator(_none_if_empty)]


class ShopSettings(BaseModel):
    """All of them, with what holds where nobody has chosen. An empty text is none."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    contact_phone: Annotated[Line, StringConstraints(max_length=40)] = ""
    contact_email: Email = None
    contact_hours: Line = ""
    contact_hours_ru: Line = ""
    # A sentence at the top of every page, until the end of a day.
    notice_on: bool = False
    notice: Line = ""
    notice_ru: Line = ""
    notice_until: Day = None
    # So few copies that can be ordered, or fewer, are few.
    low_stock_threshold: Annotated[int, Field(ge=0, le=LARGEST_THRESHOLD)] = 3
    # Who of the staff is written to when an order is paid.
    orders_notify_email: Email = None

    @property
    def shows_notice(self) -> bool:
        """Whether the sentence stands on pages today."""
        return self.notice_on and (self.notice_until is None or today() <= self.notice_until)

    def checked(self) -> Self:
        """Itself; Invalid where one choice needs another."""
        if self.notice_on and not self.notice:
            problem = FieldError("notice", _l("Write the sentence, or do not show it."))
            raise Invalid(_l("Please look at the marked fields."), (problem,))
        return self


@dataclass(frozen=True)
class FooterPage:
    """A page that staff wrote, as the foot of every page names it."""

    slug: str
    title: str
    title_ru: str | None


@dataclass(frozen=True)
class Contacts:
    """How customers reach the shop."""

    phone: str
    email: str


@dataclass(frozen=True)
class Front:
    """What every page of the shop needs to know of what staff chose and wrote."""

    settings: ShopSettings
    footer: Sequence[FooterPage]
    # The seller's, where staff chose none.
    contacts: Contacts


class SettingsService(EntityBaseService[Setting]):
    def __init__(
        self,
        session: Sessions,
        settings: SettingRepository,
        content_pages: ContentPageRepository,
        audit: AuditRepository,
        seller: Contacts,
    ) -> None:
        super().__init__(session, settings)
        self.settings = settings
        self.content_pages = content_pages
        self.audit = audit
        self.seller = seller
        self._front = Front(ShopSettings(), (), seller)
        self._read_at: float | None = None

    def front(self) -> Front:
        """As of a moment ago; while the database is away, as it was."""
        stale = self._read_at is None or time.monotonic() - self._read_at > FRESH
        count_lookup("settings", hit=not stale)
        if stale:
            self._read_at = time.monotonic()
            with suppress(Unavailable):
                self._front = self._read()
        return self._front

    def forget(self) -> None:
        """Read anew the next time."""
        self._read_at = None

    def chosen(self) -> tuple[ShopSettings, int]:
        """The settings as they are now, and a number that every change counts on."""
        with self.transaction():
            return _settings(self.settings.by_key())

    @retried
    def choose(self, version: int, wanted: ShopSettings, by: User) -> ShopSettings:
        """Put these in place of what holds; Stale when somebody chose after `version`."""
        wanted.checked()
        with self.transaction():
            self.settings.take_turn()
            rows = self.settings.by_key()
            now, counted = _settings(rows)
            if counted != version:
                raise Stale()
            before, after = (each.model_dump(mode="json") for each in (now, wanted))
            for key in after:
                if after[key] != before[key]:
                    row = self.settings.put(rows.get(key), key, after[key])
                    facts = ({key: each[key]} for each in (before, after))
                    self.audit.note(by, "setting", row.id, "change", *facts)
        self.forget()
        return wanted

    def _read(self) -> Front:
        with self.transaction():
            settings, _ = _settings(self.settings.by_key())
            pages = [page for page in self.content_pages.all_published() if page.in_footer]
        contacts = Contacts(
            settings.contact_phone or self.seller.phone,
            settings.contact_email or self.seller.email,
        )
        footer = [FooterPage(p.slug, p.title, p.title_ru) for p in pages]
        return Front(settings, footer, contacts)


def _settings(rows: dict[str, Setting]) -> tuple[ShopSettings, int]:
    """What is stored, over what holds by itself; and how often something was chosen."""
    stored = {key: row.value for key, row in rows.items()}
    return ShopSettings.model_validate(stored), sum(row.version for row in rows.values())
