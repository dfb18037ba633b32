"""What staff choose for the whole shop, and the reader that every page asks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, BeforeValidator, ConfigDict, EmailStr, Field, StringConstraints

from shop.errors import FieldError, Invalid, Stale, Unavailable
from shop.gateways.shared_cache import Shared
from shop.models import Setting, User
from shop.models.columns import today
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.content import ContentPageRepository, SettingRepository
from shop.services.base import EntityBaseService, retried

LARGEST_THRESHOLD = 1000
# Seconds after which a process asks the database for the version: a change is everywhere then, even
# if Redis is away.
FRESH = 2.0
# What all processes share: what is at the front under its version, and that version.
NAME, VERSION = "settings", "settings_version"


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
        shared: Shared,
    ) -> None:
        super().__init__(session, settings)
        self.settings = settings
        self.content_pages = content_pages
        self.audit = audit
        self.seller = seller
        self.shared = shared
        self._front = Front(ShopSettings(), (), seller)
        self._version = ""
        self._read_at: float | None = None

    def front(self) -> Front:
        """As it is; as of a moment ago while Redis is away, and as it was while the database is.

        Whoever changes something makes the others forget the version that all go by.
        """
        common = self.shared.get(VERSION, "", "")
        if self._is_old() or common != self._version:
            self._read_at = time.monotonic()
            with suppress(Unavailable):
                self._bring_up(common)
        return self._front

    def forget(self) -> None:
        """Read anew the next time, here and in every other process."""
        self._read_at = None
        self.shared.forget(VERSION, "", "")

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

    def _is_old(self) -> bool:
        return self._read_at is None or time.monotonic() - self._read_at > FRESH

    def _bring_up(self, common: str | None) -> None:
        """To what the database has, through what another process has read of it."""
        with self.transaction():
            version = self.settings.version_of_front()
            if version != self._version:
                self._front = self._front_of(
                    self.shared.get(NAME, version, "") or self._read(version)
                )
                self._version = version
        if common != version:
            self.shared.put(VERSION, "", "", version)

    def _read(self, version: str) -> dict[str, Any]:
        """Plain data: settings, and the pages of the foot."""
        settings, _ = _settings(self.settings.by_key())
        pages = [page for page in self.content_pages.all_published() if page.in_footer]
        footer = [(page.slug, page.title, page.title_ru) for page in pages]
        read = {"settings": settings.model_dump(mode="json"), "footer": footer}
        self.shared.put(NAME, version, "", read)
        return read

    def _front_of(self, read: dict[str, Any]) -> Front:
        settings = ShopSettings.model_validate(read["settings"])
        contacts = Contacts(
            settings.contact_phone or self.seller.phone,
            settings.contact_email or self.seller.email,
        )
        return Front(settings, [FooterPage(*each) for each in read["footer"]], contacts)


def _settings(rows: dict[str, Setting]) -> tuple[ShopSettings, int]:
    """What is stored, over what holds by itself; and how often something was chosen."""
    stored = {key: row.value for key, row in rows.items()}
    return ShopSettings.model_validate(stored), sum(row.version for row in rows.values())
