"""How money, dates and names are written on pages and in mails."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_compact_decimal
from flask import Flask
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    format_time,
    format_timedelta,
    get_locale,
    gettext,
)

from shop.config import Config, Locale
from shop.models.isbn import hyphenated
from shop.repositories.paging import Page
from shop.services.order_queue import StateCount
from shop.web.locales import current

NBSP = "\N{NO-BREAK SPACE}"


def money(amount: Decimal) -> str:
    """`1 234,56 ₽` in Russian, `1,234.56 ₽` in English; whole roubles without kopecks."""
    whole = amount == amount.to_integral_value()
    return f"{format_decimal(amount, '#,##0' if whole else '#,##0.00')}{NBSP}₽"


def round_money(amount: Decimal) -> str:
    """What stands at the axis of a plot: `1,5 млн` in Russian, `1.5M` in English."""
    return str(format_compact_decimal(amount, fraction_digits=1, locale=get_locale()))


def discount(percent: int) -> str:
    """`−15 %` in Russian, `−15%` in English."""
    return str(format_percent(-percent / 100)).replace("-", "−")


def counted(page: Page[Any] | StateCount) -> str:
    """How many there are in a list; `10,000+` where nobody counted further."""
    return f"{format_decimal(page.total)}{'+' if page.is_capped else ''}"


def day(moment: datetime | date) -> str:
    return str(format_date(moment, f"d{NBSP}MMMM y"))


def moment(at: datetime) -> str:
    """Day and time in the shop's time zone."""
    return str(format_datetime(at, f"d{NBSP}MMMM y, HH:mm"))


def moment_to_the_second(at: datetime) -> str:
    """As `moment`, for what follows closely on something else."""
    return str(format_datetime(at, f"d{NBSP}MMM y, HH:mm:ss"))


def clock(at: datetime) -> str:
    """The time of the day in the shop's time zone."""
    return str(format_time(at, "HH:mm"))


def ago(at: datetime) -> str:
    """`3 hours ago`."""
    return str(format_timedelta(at - datetime.now(UTC), add_direction=True))


def localised(entity: object, field: str = "name") -> str:
    """A field in the language of the page, where `<field>_ru` says it; else as it is."""
    russian = getattr(entity, f"{field}_ru", None) if current() is Locale.RU else None
    return str(russian or getattr(entity, field) or "")


def language_name(code: str) -> str:
    """`ru` is Russian, or русский; a code that nobody knows stays as it is."""
    locale = get_locale()
    name = locale.languages.get(code) if locale else None
    return str(name or code).capitalize()


def year(value: int) -> str:
    """A year; those before the common era are stored as negative numbers."""
    return gettext("%(year)s BC", year=-value) if value < 0 else str(value)


def install(app: Flask, config: Config) -> None:
    for name in ("name", "legal_name", "address", "email", "phone"):
        app.jinja_env.globals[f"seller_{name}"] = getattr(config, f"seller_{name}")
    app.jinja_env.globals["shop_year"] = lambda: datetime.now(ZoneInfo(config.timezone)).year
    for function in (
        clock,
        counted,
        money,
        round_money,
        discount,
        day,
        moment,
        moment_to_the_second,
        ago,
        localised,
        language_name,
        year,
    ):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters["decimal"] = format_decimal
    app.jinja_env.filters["isbn"] = hyphenated
