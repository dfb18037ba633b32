"""Money, dates and names as pages and mails write them, in English and in Russian."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask_babel import force_locale

from shop.errors import Invalid
from shop.models import ShippingMethod
from shop.services.accounts import Passwords
from shop.web import formats

pytestmark = pytest.mark.usefixtures("storeless")


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_discount_has_a_real_minus():
    with force_locale("en"):
        assert formats.discount(15) == "\N{MINUS SIGN}15%"
    with force_locale("ru"):
        assert plain(formats.discount(15)) == "\N{MINUS SIGN}15 %"


@pytest.mark.parametrize(
    ("amount", "english", "russian"),
    [
        ("0.00", "0 ₽", "0 ₽"),
        ("499.00", "499 ₽", "499 ₽"),
        ("499.50", "499.50 ₽", "499,50 ₽"),
        ("1234.56", "1,234.56 ₽", "1 234,56 ₽"),
        ("1234567.00", "1,234,567 ₽", "1 234 567 ₽"),
        ("99999999.99", "99,999,999.99 ₽", "99 999 999,99 ₽"),
        ("0.01", "0.01 ₽", "0,01 ₽"),
    ],
)
def test_money(amount, english, russian):
    with force_locale("en"):
        assert plain(formats.money(Decimal(amount))) == english
    with force_locale("ru"):
        assert plain(formats.money(Decimal(amount))) == russian


def test_money_is_not_torn_apart_at_the_end_of_a_line():
    assert " " not in formats.money(Decimal("1234.50"))


def test_days():
    with force_locale("en"):
        assert plain(formats.day(date(2026, 11, 4))) == "4 November 2026"
    with force_locale("ru"):
        assert plain(formats.day(date(2026, 11, 4))).startswith("4 ноября 2026")


def test_moments_are_told_in_the_shops_time_zone():
    late = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    with force_locale("en"):
        assert plain(formats.moment(late)) == "1 January 2027, 01:30"
    with force_locale("ru"):
        assert plain(formats.moment(late)) == "1 января 2027, 01:30"


def test_languages_have_names():
    with force_locale("en"):
        assert formats.language_name("ru") == "Russian"
    with force_locale("ru"):
        assert formats.language_name("ru") == "Русский"
    assert formats.language_name("xx") == "Xx"


@pytest.mark.parametrize(("locale", "name"), [("en", "Post"), ("ru", "Почта")])
def test_names_are_in_the_language_of_the_page(locale, name):
    with force_locale(locale):
        assert formats.localised(ShippingMethod(name="Post", name_ru="Почта")) == name
        assert formats.localised(ShippingMethod(name="Post", name_ru=None)) == "Post"


def test_years_before_the_common_era():
    assert (formats.year(-380), formats.year(1869)) == ("380 BC", "1869")


def test_messages_can_be_read_where_there_is_no_request():
    # As a command or a job does when it logs what was refused.
    with pytest.raises(Invalid) as refusal:
        Passwords().check("short")
    assert "ten characters" in str(refusal.value)
    assert "ten characters" in repr(refusal.value.errors)
