"""The HTML of every page, fragment and mail, in both languages, as the Nu HTML checker reads it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, product
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask, Response, request, request_finished

from shop import errors
from shop.config import Config
from shop.web.access import public
from shop.web.errors import UnexpectedError
from shop.web.services import CONFIG
from tests.backstage import Backstage
from tests.views.every_page import EVERY_PAGE, Street
from tests.views.nu_checker import complaints
from tests.views.walks import WALKS
from tests.visitor import HTMX, Visitor

LANGUAGES = {"en": "", "ru": "/ru"}
ERRORS = (
    errors.NotFound(),
    errors.Forbidden(),
    errors.MethodNotAllowed(),
    errors.Conflict(),
    errors.Stale(),
    errors.TooLarge(),
    errors.Invalid("Look again.", (errors.FieldError("title", "Too short.", "short"),)),
    errors.TooManyRequests(retry_after=60),
    errors.Unavailable(),
    UnexpectedError(),
)
MAILS = ("placed", "paid", "shipped", "cancelled", "payment_returned")
# They answer programs, or send a browser on.
NO_PAGES = ("api_", "health.", "media.", "personal_data.export", "seo.", "sitemap.", "static")
NO_PAGES += ("metrics.", "admin_pictures.original", "admin_order_papers.", "admin_book_list.file")
SENT_ON = {
    "admin_book_list.chosen",
    "content.about",
    "content.delivery",
    "catalogue.by_isbn",
    "orders.returned",
}


@dataclass
class Answers:
    """The HTML that a shop answered, with what was asked, and the endpoints that it came from."""

    documents: list[tuple[str, str]] = field(default_factory=list)
    endpoints: set[str | None] = field(default_factory=set)

    def keep(self, _: Flask, response: Response, **__: Any) -> None:
        if response.mimetype == "text/html" and response.status_code not in (204, 302, 303, 308):
            address = f"{request.script_root}{request.full_path}".rstrip("?")
            by = "htmx" if "HX-Request" in request.headers else "a browser"
            asked = f"{request.method} {address} by {by}, {response.status_code}"
            self.documents.append((asked, response.get_data(as_text=True)))
            self.endpoints.add(request.endpoint)


@contextmanager
def answers_of(app: Flask) -> Iterator[Answers]:
    """All that it answers meanwhile."""
    answers = Answers()
    with request_finished.connected_to(answers.keep, app):
        yield answers


def see_every_page(app: Flask, backstage: Backstage) -> None:
    street = Street(app, backstage)
    for name in EVERY_PAGE:
        visitor, path = street.visit(name)
        for prefix, headers in product(LANGUAGES.values(), ({}, HTMX)):
            assert visitor.get(prefix + path, headers=headers).status_code == 200, name


def see_every_error(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """At an address that fails in each of the ways."""
    for error in ERRORS:

        @public
        def fail(error: Exception = error) -> NoReturn:
            raise error

        monkeypatch.setitem(app.view_functions, "legal.terms", fail)
        for prefix, headers in product(LANGUAGES.values(), ({}, HTMX)):
            answer = Visitor(app).get(f"{prefix}/terms", headers=headers)
            assert answer.status_code == error.status


def mails(backstage: Backstage, config: Config) -> Iterator[tuple[str, str]]:
    """The HTML of each mail about an order that has been through everything."""
    order = backstage.shipped()
    folder = Path(unquote(urlsplit(config.mail_url).path))
    for locale, name in product(LANGUAGES, MAILS):
        backstage.age(order, locale=locale)
        with backstage.services() as services:
            services.notifications.send_order_mail(name, order.id, f"order_{name}")
        letter = email.message_from_bytes(
            (folder / f"{name}.eml").read_bytes(), policy=email.policy.default
        )
        body = letter.get_body(("html",))
        assert body is not None
        yield f"the mail “{name}” in {locale}", body.get_content()


@pytest.fixture
def answers(app: Flask, backstage: Backstage, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Of all pages, in all that is known of them; whoever walks there may guess on and on."""
    patient = app.extensions[CONFIG].model_copy(update={"login_limit": "1000 per second"})
    monkeypatch.setitem(app.extensions, CONFIG, patient)
    with answers_of(app) as answers:
        see_every_page(app, backstage)
        # Every page was seen in both languages: what goes wrong on it, in one of them each.
        for walk, prefix in zip(WALKS, cycle(LANGUAGES.values()), strict=False):
            walk(app, backstage, prefix)
        see_every_error(app, monkeypatch)
    return answers


def test_the_checker_has_nothing_to_say_of_any_page(
    app: Flask, answers: Answers, backstage: Backstage, config: Config, tmp_path: Path
) -> None:
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.endpoint.startswith(NO_PAGES)
    }
    assert pages - answers.endpoints == SENT_ON
    found = complaints([*answers.documents, *mails(backstage, config)], tmp_path)
    assert not found, "\n".join(found)


def test_it_would_say_so(tmp_path: Path) -> None:
    """Only what htmx adds to HTML is let pass: not a misspelling of it, nor anything else."""
    said = complaints(
        [
            ("good", '<p hx-get="/books" hx-target="#main">A book</p>'),
            ("misspelt", '<p hx-gett="/books">A book</p>'),
            ("nested", "<p><div>A book</div></p>"),
            ("warned of", "<section><p>A book</p></section>"),
            ("whole", "<!doctype html><html lang=en><title>Page</title><p id=a></p><p id=a></p>"),
        ],
        tmp_path,
    )
    assert {each.split(":")[0] for each in said} == {"misspelt", "nested", "warned of", "whole"}
