"""Chromium, and a shop in processes of its own to visit with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shop.config import Config
from tests.browser.complaints import Complaints
from tests.browser.shelf import Shelf, fill
from tests.live_shop import LiveShop, live_shop, running, shown_on_failure

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 20_000  # milliseconds; a busy machine is slow, and nothing here is timed


class Visit(Protocol):
    """Makes a page of a visitor with cookies of their own. Options are those of a context."""

    def __call__(self, *, width: int = 1280, **options: Any) -> Page: ...


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="session")
def _shop(config: Config, _logs: Path) -> Iterator[LiveShop]:
    with (
        live_shop(config, _logs, workers=1) as shop,
        running(["-m", "jobs.worker"], shop.config, _logs / "worker.log"),
    ):
        yield shop


@pytest.fixture
def shop(_shop: LiveShop, app: Flask, _logs: Path) -> Iterator[LiveShop]:
    """The context of an app with the same stores is open."""
    with app.app_context(), shown_on_failure(_logs / "web.log", _logs / "worker.log"):
        yield _shop


@pytest.fixture
def shelf(shop: LiveShop) -> Shelf:
    return fill()


@pytest.fixture
def visit(chromium: Browser, shop: LiveShop) -> Iterator[Visit]:
    """Visitors; at the end none of their pages may have complained of anything."""
    heard = []
    with ExitStack() as stack:

        def make(*, width: int = 1280, **options: Any) -> Page:
            context = stack.enter_context(
                chromium.new_context(
                    base_url=shop.url,
                    viewport={"width": width, "height": 900},
                    reduced_motion="reduce",
                    **options,
                )
            )
            context.set_default_timeout(PATIENCE)
            heard.append(Complaints(context))
            return context.new_page()

        yield make
    assert [said for complaints in heard for said in complaints.said] == []


@pytest.fixture
def page(visit: Visit, shelf: Shelf) -> Page:
    """A visitor with a wide screen, in front of filled shelves."""
    return visit()
