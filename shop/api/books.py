"""Books: to read for everybody, to change for the staff."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_login import current_user

from shop.api.answers import Answer, listed
from shop.api.bodies import Change
from shop.api.book_bodies import BookChange, BookIn, NewBook, book_values
from shop.api.etags import by_id
from shop.api.operations import operation
from shop.api.reading import Fields, Include, Paging, fields_of, include_of
from shop.api.schemas import BookList, BookOut, book_out
from shop.models import Book, Permission
from shop.repositories.book_filters import BookFilters
from shop.web.access import allowed_to, may, public
from shop.web.services import services
from shop.web.urls import absolute

api = Blueprint("api_books", __name__, url_prefix="/api/v1/books")

SHAPE = {"fields": fields_of(BookOut), "include": include_of("images")}


@api.get("")
@public
@operation("books", answer=BookList, query={"paging": Paging, **SHAPE, "filters": BookFilters})
def index(paging: Paging, fields: Fields, include: Include, filters: BookFilters) -> Answer:
    """Books that match every filter.

    What is not on sale is listed for those alone who may edit books. A search (`q`) is ordered by
    how well a book matches, where no `order_by` is given.
    """
    asked = filters.for_staff() if may(Permission.EDIT_BOOKS) else filters
    found = services.catalogue.find(asked, paging.page, paging.limit, paging.after)
    shown = [_shown(book, include) for book in found]
    return Answer(listed(found, shown, walked=paging.walks), fields=fields.fields)


@api.get("/<int:book_id>")
@public
@operation("books", answer=BookOut, query=SHAPE)
def show(book_id: int, fields: Fields, include: Include) -> Answer:
    """One book. A draft is there for those alone who may edit books."""
    book = services.catalogue.book(book_id, for_staff=may(Permission.EDIT_BOOKS))
    return Answer(_shown(book, include), entity=book, fields=fields.fields)


@api.post("")
@allowed_to(Permission.EDIT_BOOKS)
@operation(
    "books",
    body=NewBook,
    answer=BookOut,
    status=201,
    keyed=True,
    errors=(409,),
    sends=("Location",),
)
def create(body: NewBook) -> Answer:
    """A new book.

    409 names the ISBN or SKU that another book has.
    """
    book = services.book_editing.add(book_values(body), current_user)
    address = absolute(url_for("api_books.show", book_id=book.id))
    return Answer(_shown(book, Include()), entity=book, location=address)


@api.put("/<int:book_id>")
@allowed_to(Permission.EDIT_BOOKS)
@operation("books", body=BookIn, answer=BookOut, if_match=by_id(Book, "book_id"), errors=(409,))
def replace(book_id: int, version: int | None, body: BookIn) -> Answer:
    """A book in place of what is known of it; copies, pictures and sales stay."""
    return _changed(book_id, version, body)


@api.patch("/<int:book_id>")
@allowed_to(Permission.EDIT_BOOKS)
@operation("books", body=BookChange, answer=BookOut, if_match=by_id(Book, "book_id"), errors=(409,))
def change(book_id: int, version: int | None, body: Change) -> Answer:
    """Some fields of a book."""
    return _changed(book_id, version, body)


@api.delete("/<int:book_id>")
@allowed_to(Permission.EDIT_BOOKS)
@operation("books", status=204, if_match=by_id(Book, "book_id"), errors=(409,))
def delete(book_id: int, version: int | None) -> None:
    """Take a book out of the shop.

    409 while copies are promised to orders or it stands on a shelf of the window. Orders that had
    it keep its title, ISBN and price; its pictures go with it.
    """
    services.book_editing.remove(book_id, version, current_user)


def _changed(book_id: int, version: int | None, body: BookIn | Change) -> Answer:
    book = services.book_editing.amend(book_id, version, book_values(body), current_user)
    return Answer(_shown(book, Include()), entity=book)


def _shown(book: Book, include: Include) -> BookOut:
    return book_out(
        book,
        with_stock=may(Permission.SEE_STOCK),
        with_status=may(Permission.EDIT_BOOKS),
        with_images="images" in include.include,
    )
