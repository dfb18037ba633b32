"""What the trail says, in words: fields by their names, numbers by what they are the numbers of."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from shop.models import AuditEntry
from shop.services.trail import Named
from shop.services.trail.names import NUMBERS, number_of
from shop.web.formats import day, discount, language_name, moment, money
from shop.web.labels import label
from shop.web.trail_words import ACTIONS, FIELDS, NOUNS

SUMS = frozenset(
    {"list_price", "price", "free_from", "items_total", "shipping_total", "total", "refunded"}
)
# Words of the shop's own, by the field that has them.
KINDS = {
    "status": "book_status",
    "format": "book_format",
    "state": "order_state",
    "kind": "shelf_kind",
    "permissions": "permission",
    "role": "role",
}
# Where staff have a page for a thing: its endpoint, and the name of the number in its address.
PAGES = {
    "book": ("admin_books.show", "book_id"),
    "user": ("admin_users.show", "user_id"),
    "role": ("admin_roles.show", "role_id"),
    "contributor": ("admin_authors.show", "key"),
    "publisher": ("admin_publishers.show", "key"),
    "series": ("admin_series.show", "key"),
    "category": ("admin_categories.show", "category_id"),
    "shelf": ("admin_shelves.show", "shelf_id"),
    "shipping_method": ("admin_shipping.show", "method_id"),
    "content_page": ("admin_content_pages.show", "page_id"),
}


def fact(name: str, value: Any, named: Named) -> list[str]:
    """A value as lines of text; none for nothing."""
    if value in (None, "", []):
        return []
    each = value if isinstance(value, list) else [value]
    return [_line(name, one, named) for one in each]


def _line(name: str, value: Any, named: Named) -> str:
    if kind := NUMBERS.get(name):
        return _called(kind, value, named)
    if isinstance(value, bool):
        return str(_l("yes") if value else _l("no"))
    if isinstance(value, dict):
        return _whole(value)
    with suppress(InvalidOperation, ValueError):
        return _known(name, value)
    return str(value)


def _whole(value: Mapping[str, Any]) -> str:
    """What has fields of its own: a line of an order, a thing that is gone, a parcel."""
    called = value.get("name") or value.get("title")
    if called and "quantity" in value:
        return f"{called}, {value['quantity']} × {_line('price', value['price'], {})}"
    if called:
        return f"{called} ({value.get('id')})"
    return ", ".join(f"{field(key)}: {_line(key, each, {})}" for key, each in value.items())


def _called(kind: str, value: Any, named: Named) -> str:
    """A thing by its name, with what it did for the book; by its number where it is gone."""
    key = number_of(value)
    name = named.get((kind, key or 0)) or gettext("no. %(number)s, which is gone", number=key)
    role = value.get("role") if isinstance(value, dict) else None
    return f"{name} ({str(label(role, 'contributor_role')).lower()})" if role else name


def _known(name: str, value: Any) -> str:
    if name in SUMS:
        return money(Decimal(str(value)))
    if name == "discount_percent":
        return discount(value) if value else gettext("none")
    if kind := KINDS.get(name):
        return str(label(value, kind))
    if name == "language":
        return language_name(str(value))
    if name == "age_mark":
        return f"{value}+"
    if name == "released_on":
        return day(date.fromisoformat(value))
    if name == "shipped_at":
        return moment(datetime.fromisoformat(value))
    return str(value)


def field(name: str) -> object:
    """What a field is called; one that nobody named goes by its own name."""
    return FIELDS.get(name, name.replace("_", " "))


def noun(name: str) -> object:
    return NOUNS.get(name, name.replace("_", " "))


def action(name: str) -> object:
    return ACTIONS.get(name, name.replace("_", " "))


def thing_url(entry: AuditEntry, titles: Mapping[tuple[str, int], str]) -> str | None:
    """Where staff look at what an entry is about; None where there is no page, or no thing."""
    title = titles.get((entry.entity, entry.entity_id))
    if title is None:
        return None
    if entry.entity == "order":
        return url_for("admin_orders.show", number=title)
    endpoint, key = PAGES.get(entry.entity, ("", ""))
    known = endpoint in current_app.view_functions
    values: dict[str, Any] = {key: entry.entity_id}
    return url_for(endpoint, **values) if known else None


def install(app: Flask) -> None:
    app.jinja_env.filters.update(field=field, noun=noun, audit_action=action)
    app.jinja_env.globals.update(fact=fact, thing_url=thing_url)
