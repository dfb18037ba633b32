"""A program that says who it is by a token or a key, and keeps no cookies."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from shop.models import User
from shop.services.accounts.tokens import Pair
from tests.backstage import Backstage
from tests.visitor import Visitor

ME = "/api/v1/auth/me"


class Program:
    """`token` is an access token or an API key; without one it is nobody."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self.visitor = Visitor(app)
        self.headers = {"Authorization": f"Bearer {token}"} if token is not None else {}

    def get(self, path: str) -> TestResponse:
        return self.call("GET", path)

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.visitor.call(method, path, json, headers={**self.headers, **sent})

    def status(self, path: str = ME) -> int:
        return self.get(path).status_code


def logged_in(backstage: Backstage, user: User) -> Pair:
    """The tokens of a login of this account."""
    with backstage.services() as services:
        return services.tokens.open(services.accounts.get(user.id), "a test")


def key_of(backstage: Backstage, user: User, *scopes: str, **made: Any) -> str:
    """The secret of a new key."""
    with backstage.services() as services:
        return services.api_keys.make(user, "A machine", scopes, made.get("until")).secret
