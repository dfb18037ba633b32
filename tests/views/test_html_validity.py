"""The HTML of every page, fragment and mail, in both languages, as the Nu HTML checker reads it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, request, request_finished

from shop import errors
from shop.config import Config
from shop.web.access import public
from shop.web.errors import UnexpectedError
from tests.backstage import Backstage
from tests.views.every_page import EVERY_PAGE, visit
from tests.views.nu_checker import complaints
from tests.views.walks import WALKS
from tests.visitor import HTMX, Visitor

LANGUAGES = {"en": "", "ru": "/ru"}
ERRORS = (
    *(errors.NotFound, errors.Forbidden, errors.MethodNotAllowed, errors.TooLarge),
    *(errors.Conflict, errors.Stale, errors.TooManyRequests, errors.Unavailable, UnexpectedError),
)
FIELD = errors.FieldError("title", "Too short.", "short")
MAILS = ("placed", "paid", "shipped", "cancelled", "payment_returned")
Documents = list[tuple[str, str]]


@contextmanager
def collected(app: Flask) -> Iterator[Documents]:
    """All HTML that the shop answers meanwhile."""
    documents: Documents = []

    def keep(_: Flask, response: Response, **__: Any) -> None:
        if response.mimetype == "text/html" and response.get_data():
            asked = f"{request.method} {request.script_root}{request.full_path}"
            by = "htmx" if "HX-Request" in request.headers else "a browser"
            documents.append(
                (f"{asked} by {by}, {response.status_code}", response.get_data(as_text=True))
            )

    with request_finished.connected_to(keep, app):
        yield documents


def see_every_page(app: Flask, backstage: Backstage, prefix: str) -> None:
    for name in EVERY_PAGE:
        visitor, path = visit(app, backstage, name)
        for headers in ({}, HTMX):
            assert visitor.get(prefix + path, headers=headers).status_code == 200, name


def see_every_error(app: Flask, prefix: str) -> None:
    """By an address that fails in each of the ways."""
    view = app.view_functions["legal.terms"]
    try:
        for error in (*(kind() for kind in ERRORS), errors.Invalid("Look again.", (FIELD,))):
            app.view_functions["legal.terms"] = failing(error)
            for headers in ({}, HTMX):
                answer = Visitor(app).get(f"{prefix}/terms", headers=headers)
                assert answer.status_code == error.status
    finally:
        app.view_functions["legal.terms"] = view


def failing(error: Exception) -> Any:
    @public
    def fail() -> None:
        raise error

    return fail


def mails(backstage: Backstage, config: Config, locale: str) -> Documents:
    """The HTML of each mail about an order that has been through everything."""
    order = backstage.shipped()
    backstage.age(order, locale=locale)
    folder = Path(unquote(urlsplit(config.mail_url).path))
    written = []
    with backstage.services() as services:
        for name in MAILS:
            services.notifications.send_order_mail(name, order.id, f"order_{name}")
            letter = email.message_from_bytes(
                (folder / f"{name}.eml").read_bytes(), policy=email.policy.default
            )
            body = letter.get_body(("html",))
            assert body is not None
            written.append((f"the mail “{name}” in {locale}", body.get_content()))
    return written


def test_the_checker_has_nothing_to_say_of_any_page(
    app: Flask, backstage: Backstage, config: Config, tmp_path: Path
) -> None:
    with collected(app) as documents:
        for prefix in LANGUAGES.values():
            see_every_page(app, backstage, prefix)
            see_every_error(app, prefix)
            for walk in WALKS:
                walk(app, backstage, prefix)
    for locale in LANGUAGES:
        documents += mails(backstage, config, locale)
    found = complaints(documents, tmp_path)
    assert not found, "\n".join(found)
