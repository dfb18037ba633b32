"""Chromium, and a shop in processes of its own to visit with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from dev import browser
from shop.config import Config
from tests.browser.shelf import Shelf, fill
from tests.browser.visitors import PATIENCE, Visitors
from tests.live_shop import LiveShop, live_shop, shown_on_failure


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def running_shop(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    with live_shop(config, tmp_path_factory.mktemp("browser"), workers=1) as shop:
        yield shop


@pytest.fixture
def shop(running_shop: LiveShop, app: Flask) -> Iterator[LiveShop]:
    """The context of an app with the same stores is open."""
    with app.app_context(), shown_on_failure(running_shop.log):
        yield running_shop


@pytest.fixture
def shelf(shop: LiveShop) -> Shelf:
    return fill()


@pytest.fixture
def visit(chromium: Browser, shop: LiveShop) -> Iterator[Visitors]:
    """Makes visitors; at the end none of their pages may have complained of anything."""
    visitors = Visitors(chromium, shop.url)
    yield visitors
    complaints = visitors.leave()
    assert complaints == []


@pytest.fixture
def page(visit: Visitors, shelf: Shelf) -> Page:
    """A visitor with a wide screen, before filled shelves."""
    return visit()
