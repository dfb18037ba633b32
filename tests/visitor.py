"""Somebody who uses the shop in a browser: cookies are kept, forms carry the page's token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_login import FlaskLoginClient
from werkzeug.test import TestResponse

from shop.models import User
from tests.plain_page import Form, PlainPage

HTMX = {"HX-Request": "true"}
# What asks for the whole page although htmx sends it.
WHOLE_PAGES: tuple[dict[str, str], ...] = (
    {},
    HTMX | {"HX-Boosted": "true"},
    HTMX | {"HX-History-Restore-Request": "true"},
)
# Whatever ends well there gives the browser another session.
NEW_SESSION = ("/login", "/login/code", "/logout", "/password", "/sessions/end", "/data/delete")


class Visitor:
    """`user` is logged in from the start. Over https a browser also says where a post came from.

    No context of the app may be open around its requests: they would share what is each one's own.
    """

    def __init__(self, app: Flask, user: User | None = None, url: str = "http://localhost") -> None:
        if user is not None:
            with app.app_context():
                services = app.extensions["services"]
                # As the account is now: what ended its sessions before ends not this one.
                now = services.accounts.get(user.id)
                opened = services.sessions.open(now, "127.0.0.1", "a test")
            user.session_id = opened
        self.client = FlaskLoginClient(app, app.response_class, use_cookies=True, user=user)
        self.url = url

    def get(self, path: str, *, htmx: bool = False, **options: Any) -> TestResponse:
        return self._open("GET", path, htmx, options)

    def post(
        self,
        path: str,
        typed: Mapping[str, Any] | None = None,
        *,
        htmx: bool = False,
        **options: Any,
    ) -> TestResponse:
        """Send a form with a good token."""
        return self.send(path, {"csrf_token": self.token(), **(typed or {})}, htmx=htmx, **options)

    def send(
        self, path: str, data: Any = None, *, htmx: bool = False, **options: Any
    ) -> TestResponse:
        """Post what is given and no more."""
        if self.url.startswith("https"):
            options["headers"] = {"Referer": f"{self.url}/", **options.get("headers", {})}
        return self._open("POST", path, htmx, options | {"data": data})

    def call(self, method: str, path: str, json: Any = None, **options: Any) -> TestResponse:
        """What a program sends."""
        sent = options if json is None else options | {"json": json}
        return self._open(method, path, False, sent)

    def token(self) -> str:
        """The token that the forms of this visitor's pages have."""
        if not hasattr(self, "_token"):
            page = PlainPage(self.get("/login", follow_redirects=True).text)
            self._token = next(
                form.fields["csrf_token"] for form in page.forms if "csrf_token" in form.fields
            )
        return self._token

    def submit(self, answer: TestResponse, form: str, **typed: str) -> TestResponse:
        """Fill in a form of a page (by id, or by how its action ends) and send it."""
        found = self.form(answer, form)
        return self.send(found.action, found.fields | typed)

    @staticmethod
    def form(answer: TestResponse, wanted: str) -> Form:
        return PlainPage(answer.text).form(wanted)

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None

    def _open(self, method: str, path: str, htmx: bool, options: Mapping[str, Any]) -> TestResponse:
        headers = {**(HTMX if htmx else {}), **options.get("headers", {})}
        rest = {name: value for name, value in options.items() if name != "headers"}
        answer = self.client.open(path, method=method, base_url=self.url, headers=headers, **rest)
        if answer.is_streamed:
            # To its end: what nobody reads keeps the context of its request open.
            answer.get_data()
        if path.endswith(NEW_SESSION) and answer.status_code == 303:
            # Another session, with another token.
            vars(self).pop("_token", None)
        return answer
