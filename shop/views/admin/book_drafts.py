"""Drafts by ISBN, pasted, typed or scanned: of what suppliers tell, or empty ones."""

from __future__ import annotations

import re

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.models import Permission
from shop.services.written_books import Asked, Become
from shop.web.access import allowed_to
from shop.web.services import services

pages = Blueprint("admin_book_drafts", __name__, url_prefix="/admin/books/by-isbn")

MOST = 50
BETWEEN = re.compile(r"[\n,;\t]+")
MADE = _l("A draft is made of what a supplier tells. Look it over, and add a cover.")


@pages.get("")
@allowed_to(Permission.EDIT_BOOKS)
def index() -> Response:
    """A box for ISBNs."""
    return _page([], [], [], 200)


@pages.post("")
@allowed_to(Permission.EDIT_BOOKS)
def make() -> Response:
    """One leads to its book, its draft or its form; of several there is a list. What is more than
    one go makes stays in the box."""
    given = map(str.strip, BETWEEN.split(request.form.get("isbns", "")))
    lines = [*dict.fromkeys(line for line in given if line)]
    answers = [services.book_editing.draft_of(line, current_user) for line in lines[:MOST]]
    if len(answers) == 1 and answers[0].become is not Become.NO_ISBN:
        if answers[0].become is Become.DRAFT:
            flash(str(MADE), "success")
        return redirect(_leads_to(answers[0]), 303)
    wrong = [each.text for each in answers if each.become is Become.NO_ISBN]
    return _page(answers, wrong, lines[MOST:], 422 if wrong or not answers else 200)


def _leads_to(asked: Asked) -> str:
    """Where a line leads: to its book, its draft or its form."""
    if asked.book:
        verb = "admin_books.show" if asked.become is Become.THERE else "admin_book_form.edit"
        return url_for(verb, book_id=asked.book.id)
    return url_for("admin_book_form.new", isbn=asked.isbn)


def _page(answers: list[Asked], wrong: list[str], rest: list[str], status: int) -> Response:
    page = render_template(
        "admin/book_form/by_isbn.html",
        answers=answers,
        wrong=wrong,
        rest=rest,
        most=MOST,
        leads_to=_leads_to,
    )
    return make_response(page, status)
