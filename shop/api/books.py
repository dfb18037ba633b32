"""Books, to read."""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user

from shop.api.answers import Answer, listed
from shop.api.operations import operation
from shop.api.reading import Fields, Include, Paging, fields_of, include_of
from shop.api.schemas import BookList, BookOut, book_out
from shop.models import Book, Permission
from shop.repositories.book_filters import BookFilters
from shop.web.access import public
from shop.web.services import services

api = Blueprint("api_books", __name__, url_prefix="/api/v1/books")

SHAPE = {"fields": fields_of(BookOut), "include": include_of("images")}


@api.get("")
@public
@operation("books", answer=BookList, query={"paging": Paging, **SHAPE, "filters": BookFilters})
def index(paging: Paging, fields: Fields, include: Include, filters: BookFilters) -> Answer:
    """Books that match every filter.

    A search (`q`) is ordered by how well a book matches, where no `order_by` is given.
    """
    found = services.catalogue.find(filters, paging.page, paging.limit, paging.cursor)
    shown = [_shown(book, include) for book in found]
    return Answer(listed(found, shown, walked=paging.walks), fields=fields.fields)


@api.get("/<int:book_id>")
@public
@operation("books", answer=BookOut, query=SHAPE)
def show(book_id: int, fields: Fields, include: Include) -> Answer:
    """One book."""
    book = services.catalogue.get(book_id)
    return Answer(_shown(book, include), version=book.version, fields=fields.fields)


def _shown(book: Book, include: Include) -> BookOut:
    for_staff = bool(current_user.is_authenticated and current_user.may(Permission.SEE_STOCK))
    return book_out(book, for_staff=for_staff, with_images="images" in include.include)
