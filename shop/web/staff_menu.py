"""The menu of staff pages: what a person may open, by the part of the shop that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, request
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_login import current_user

from shop.models import Permission


@dataclass(frozen=True)
class Door:
    """A page of the menu. Its link is marked on every page of these blueprints and endpoints."""

    name: object
    endpoint: str
    icon: str
    permission: Permission | None
    marked_on: tuple[str, ...]
    # After `g` it leads there: the key that has this letter on an English keyboard.
    key: str = ""

    @property
    def is_here(self) -> bool:
        return not {request.blueprint, request.endpoint}.isdisjoint(self.marked_on)


@dataclass(frozen=True)
class Hall:
    """Doors that belong together, under a name."""

    name: object
    doors: Sequence[Door]


MENU: tuple[Hall, ...] = (
    Hall("", (Door(_l("Home"), "admin.index", "house", None, ("admin",), "h"),)),
    Hall(
        _l("Sales"),
        (
            Door(
                _l("Orders"),
                "admin_orders.index",
                "package",
                Permission.SEE_ORDERS,
                (
                    "admin_orders",
                    "admin_order_batches",
                    "admin_order_care",
                    "admin_order_returns",
                ),
                "o",
            ),
            Door(
                _l("People"),
                "admin_users.index",
                "users",
                Permission.SEE_USERS,
                ("admin_users", "admin_invitations"),
                "p",
            ),
            Door(
                _l("Reports"),
                "admin_reports.index",
                "chart-column",
                Permission.SEE_REPORTS,
                ("admin_reports",),
                "r",
            ),
        ),
    ),
    Hall(
        _l("Catalogue"),
        (
            Door(
                _l("Books"),
                "admin_books.index",
                "book-copy",
                Permission.EDIT_BOOKS,
                (
                    "admin_books",
                    "admin_book_list",
                    "admin_book_form",
                    "admin_book_merging",
                    "admin_book_drafts",
                    "admin_pictures",
                    "admin_trail.history",
                    "admin_trail.undo_of_book",
                    "admin_trail.as_of",
                ),
                "b",
            ),
            Door(
                _l("Suppliers' files"),
                "admin_supplier_files.index",
                "truck",
                Permission.EDIT_BOOKS,
                ("admin_supplier_files",),
            ),
            Door(
                _l("Bulk edits"),
                "admin_bulk_edits.index",
                "list-checks",
                Permission.EDIT_BOOKS,
                ("admin_bulk_edits",),
            ),
            Door(
                _l("Categories"),
                "admin_categories.index",
                "folder-tree",
                Permission.EDIT_BOOKS,
                ("admin_categories",),
            ),
            Door(
                _l("Authors"),
                "admin_authors.index",
                "users",
                Permission.EDIT_BOOKS,
                ("admin_authors",),
            ),
            Door(
                _l("Publishers"),
                "admin_publishers.index",
                "building-2",
                Permission.EDIT_BOOKS,
                ("admin_publishers",),
            ),
            Door(
                lazy_pgettext("several", "Series"),
                "admin_series.index",
                "library",
                Permission.EDIT_BOOKS,
                ("admin_series",),
            ),
            Door(
                _l("Unfinished pictures"),
                "admin_unmade_pictures.index",
                "image",
                Permission.EDIT_BOOKS,
                ("admin_unmade_pictures",),
            ),
        ),
    ),
    Hall(
        _l("The window"),
        (
            Door(
                _l("Home page shelves"),
                "admin_shelves.index",
                "rows-3",
                Permission.EDIT_PAGES,
                ("admin_shelves",),
            ),
            Door(
                _l("Pages of text"),
                "admin_content_pages.index",
                "file-text",
                Permission.EDIT_PAGES,
                ("admin_content_pages",),
            ),
        ),
    ),
    Hall(
        _l("The house"),
        (
            Door(
                _l("Parts and jobs"),
                "admin_jobs.index",
                "list-checks",
                Permission.EDIT_SETTINGS,
                ("admin_jobs",),
                "j",
            ),
            Door(
                _l("Shipping"),
                "admin_shipping.index",
                "truck",
                Permission.EDIT_SETTINGS,
                ("admin_shipping",),
            ),
            Door(
                _l("Settings"),
                "admin_settings.index",
                "settings",
                Permission.EDIT_SETTINGS,
                ("admin_settings",),
            ),
            Door(
                _l("Roles"),
                "admin_roles.index",
                "lock",
                Permission.EDIT_ROLES,
                ("admin_roles",),
            ),
            Door(
                _l("Changes"),
                "admin_trail.index",
                "history",
                Permission.SEE_AUDIT,
                ("admin_trail.index", "admin_trail.undo"),
            ),
            Door(
                _l("Logs"),
                "admin_logs.index",
                "list",
                Permission.SEE_LOGS,
                ("admin_logs",),
                "l",
            ),
        ),
    ),
)


def open_halls() -> list[Hall]:
    """The menu of whoever asks: without doors that are closed to them, and halls without any."""
    open_ones = (Hall(hall.name, [d for d in hall.doors if _opens(d)]) for hall in MENU)
    return [hall for hall in open_ones if hall.doors]


def _opens(door: Door) -> bool:
    return door.permission is None or current_user.may(door.permission)


def install(app: Flask) -> None:
    app.jinja_env.globals["staff_menu"] = open_halls
