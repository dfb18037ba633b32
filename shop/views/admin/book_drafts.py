"""Drafts by ISBN, pasted, typed or scanned: of what suppliers tell, or empty ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, NotFound
from shop.models import Book, Permission
from shop.models.isbn import normalise
from shop.views.admin.book_fields import read
from shop.views.admin.book_form import supplied
from shop.web.access import allowed_to
from shop.web.services import services

pages = Blueprint("admin_book_drafts", __name__, url_prefix="/admin/books/by-isbn")

MOST = 50
BETWEEN = re.compile(r"[\n,;\t]+")
MADE = _l("A draft is made of what a supplier tells. Look it over, and add a cover.")


class Become(StrEnum):
    NO_ISBN = "no_isbn"
    THERE = "there"
    DRAFT = "draft"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """What became of a line. `isbn` is empty where the line is none."""

    line: str
    become: Become
    isbn: str = ""
    book: Book | None = None

    @property
    def url(self) -> str:
        if self.book:
            verb = "admin_books.show" if self.become is Become.THERE else "admin_book_form.edit"
            return url_for(verb, book_id=self.book.id)
        return url_for("admin_book_form.new", isbn=self.isbn)


@pages.get("")
@allowed_to(Permission.EDIT_BOOKS)
def index() -> Response:
    """A box for ISBNs."""
    return _page([], "", 200)


@pages.post("")
@allowed_to(Permission.EDIT_BOOKS)
def make() -> Response:
    """One leads to its book, its draft or its form; of several there is a list."""
    given = request.form.get("isbns", "")
    lines = [line for line in map(str.strip, BETWEEN.split(given)) if line][:MOST]
    answers = [_answer(line) for line in dict.fromkeys(lines)]
    if len(answers) == 1 and answers[0].become is not Become.NO_ISBN:
        if answers[0].become is Become.DRAFT:
            flash(str(MADE), "success")
        return redirect(answers[0].url, 303)
    wrong = "\n".join(each.line for each in answers if each.become is Become.NO_ISBN)
    return _page(answers, wrong, 422 if wrong or not answers else 200)


def _answer(line: str) -> Answer:
    try:
        isbn = normalise(line)
    except ValueError:
        return Answer(line, Become.NO_ISBN)
    try:
        book = services.catalogue.book_by_isbn(isbn, for_staff=True)
        return Answer(line, Become.THERE, isbn, book)
    except NotFound:
        pass
    cells = services.supplies.told_of([isbn]).get(isbn)
    if cells is None:
        return Answer(line, Become.UNKNOWN, isbn)
    try:
        written = read(supplied(isbn, cells), is_new=True)
        book = services.book_editing.write(None, None, written, current_user)
    except (Invalid, Conflict):
        return Answer(line, Become.MISSING, isbn)
    return Answer(line, Become.DRAFT, isbn, book)


def _page(answers: list[Answer], wrong: str, status: int) -> Response:
    page = render_template("admin/book_form/by_isbn.html", answers=answers, wrong=wrong)
    return make_response(page, status)
