"""How often somebody may ask: each route is of one class, and each class has a limit of its own.

A view says of which class it is where its method does not tell; `web/counting` counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from shop.web.security import SAFE

View = TypeVar("View", bound=Callable[..., Any])
RULE, GUESSED = "limit_class", "guessed_account"


@dataclass(frozen=True)
class RouteClass:
    """`name` is also that of its setting: READING_LIMIT for `reading`.

    `stays_open`: whether its routes do while Redis does not answer. `guessed`: whether there is
    something to guess, so that it is counted for the address, whoever is logged in, and for the
    account as well.
    """

    name: str
    stays_open: bool = True
    guessed: bool = False


READING = RouteClass("reading")
SEARCHING = RouteClass("searching")
CHANGING = RouteClass("changing")
UPLOAD = RouteClass("upload")
API_READING = RouteClass("api_reading")
API_WRITING = RouteClass("api_writing")
# Passwords, codes, links of mails: uncounted, somebody could guess on for ever.
LOGIN = RouteClass("login", stays_open=False, guessed=True)
# Refresh tokens are too long to guess, and programs change them often.
REFRESH = RouteClass("refresh", stays_open=False)
LIMITED = (READING, SEARCHING, CHANGING, UPLOAD, API_READING, API_WRITING, LOGIN, REFRESH)
# Static files, pictures, what watches over the shop, and YooKassa: no setting goes with it.
UNLIMITED = RouteClass("unlimited")


def _marked(route_class: RouteClass) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, RULE, route_class)
        return view

    return mark


searching = _marked(SEARCHING)
uploading = _marked(UPLOAD)
guessing = _marked(LOGIN)
refreshing = _marked(REFRESH)
unlimited = _marked(UNLIMITED)


def guessing_at(account: Callable[[], str]) -> Callable[[View], View]:
    """`account` tells whose it is that is guessed at, where nothing that is sent names it."""

    def mark(view: View) -> View:
        setattr(view, GUESSED, account)
        return guessing(view)

    return mark


def guessed_at(app: Flask, endpoint: str) -> str:
    """The account that the view itself knows of; empty where it knows of none."""
    account = getattr(app.view_functions[endpoint], GUESSED, None)
    return account() if account else ""


def class_of(app: Flask, endpoint: str, method: str, *, api: bool) -> RouteClass:
    """The class of a route: what its view says, else what its method does."""
    if endpoint == "static":
        return UNLIMITED
    said = getattr(app.view_functions[endpoint], RULE, None)
    if isinstance(said, RouteClass):
        return said
    if method in SAFE:
        return API_READING if api else READING
    return API_WRITING if api else CHANGING
