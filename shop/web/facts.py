"""What the trail says, in words: fields by their names, numbers by what they are the numbers of."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from shop.models import AuditEntry
from shop.services.trail import Named
from shop.services.trail.names import NUMBERS, number_of
from shop.web.formats import day, discount, language_name, money
from shop.web.labels import SETTINGS, label

NOUNS = {
    "book": _l("Book"),
    "supplier_file": _l("Supplier's file"),
    "order": _l("Order"),
    "contributor": _l("Person"),
    "publisher": _l("Publisher"),
    "series": _l("Series"),
    "category": _l("Category"),
    "image": _l("Picture"),
    "shelf": _l("Shelf"),
    "shipping_method": _l("Way of shipping"),
    "content_page": _l("Page"),
    "setting": _l("Setting"),
    "user": _l("Account"),
    "role": _l("Role"),
}
ACTIONS = {
    "create": _l("Made"),
    "add": _l("Made"),
    "change": _l("Changed"),
    "delete": _l("Deleted"),
    "remove": _l("Deleted"),
    "merge": _l("Merged"),
    "reprice": _l("Price changed"),
    "recount": _l("Copies counted"),
    "undo": _l("Taken back"),
    "bulk_change": _l("Changed with many"),
    "bulk_revert": _l("Taken back with many"),
    "import": _l("Imported"),
    "move": _l("Moved"),
    "try again": _l("Tried once more"),
}
FIELDS = {
    "isbn": _l("ISBN"),
    "sku": _l("SKU"),
    "slug": _l("Address"),
    "title": _l("Title"),
    "subtitle": _l("Subtitle"),
    "publisher_id": _l("Publisher"),
    "series_id": _l("Series"),
    "series_number": _l("Number in the series"),
    "language": _l("Language"),
    "format": _l("Format"),
    "published_year": _l("Year"),
    "pages": _l("Pages"),
    "age_mark": _l("Age"),
    "weight_grams": _l("Weight, g"),
    "description": _l("Description"),
    "list_price": _l("Price before discount"),
    "price": _l("Price"),
    "discount_percent": _l("Discount"),
    "status": _l("Status"),
    "released_on": _l("On sale from"),
    "contributors": _l("People"),
    "category_ids": _l("Categories"),
    "num_in_stock": _l("Copies on the shelves"),
    "name": _l("Name"),
    "name_ru": _l("Name in Russian"),
    "name_en": _l("Name in English"),
    "sort_name": _l("Name in lists"),
    "parent_id": _l("Under"),
    "path": _l("Path"),
    "position": _l("Place"),
    "alt": _l("What it shows"),
    "book_id": _l("Book"),
    "role": _l("Role"),
    "active": _l("Open"),
    "permissions": _l("May"),
    "code": _l("Code"),
    "free_from": _l("Free from"),
    "key": _l("File"),
    **SETTINGS,
}
SUMS = frozenset({"list_price", "price", "free_from", "total", "amount"})
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
        return ", ".join(f"{field(key)}: {each}" for key, each in value.items())
    with suppress(InvalidOperation, ValueError):
        return _known(name, value)
    return str(value)


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
    if name == "status":
        return str(label(value, "book_status"))
    if name == "format":
        return str(label(value, "book_format"))
    if name == "language":
        return language_name(str(value))
    if name == "age_mark":
        return f"{value}+"
    if name == "released_on":
        return day(date.fromisoformat(value))
    if name == "permissions":
        return str(label(value, "permission"))
    return str(value)


def field(name: str) -> object:
    """What a field is called; one that nobody named goes by its own name."""
    return FIELDS.get(name, name.replace("_", " "))


def noun(name: str) -> object:
    return NOUNS.get(name, name.replace("_", " "))


def action(name: str) -> object:
    return ACTIONS.get(name) or label(name, "deed")


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
