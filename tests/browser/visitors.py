"""People with a browser: each has cookies and a screen of their own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.complaints import Complaints

PATIENCE = 20_000  # milliseconds; a busy machine is slow, and nothing here is timed


class Visitors:
    """Call it for a page of one more visitor to the shop at this address."""

    def __init__(self, browser: Browser, shop_url: str) -> None:
        self.browser = browser
        self.shop_url = shop_url
        self.forgiven: list[str] = []
        self._complaints: list[Complaints] = []
        self._contexts = ExitStack()

    def __call__(self, *, width: int = 1280, **options: Any) -> Page:
        """`width` in pixels; other options are those of Playwright's contexts."""
        context = self._contexts.enter_context(
            self.browser.new_context(
                base_url=self.shop_url,
                viewport={"width": width, "height": 900},
                reduced_motion="reduce",
                **options,
            )
        )
        context.set_default_timeout(PATIENCE)
        self._complaints.append(Complaints(context))
        return context.new_page()

    def forgive(self, *said: str) -> None:
        """What a test provokes; a part of the words is enough."""
        self.forgiven += said

    def leave(self) -> list[str]:
        """Close all pages; answers what they have complained of."""
        self._contexts.close()
        all_said = [said for complaints in self._complaints for said in complaints.said]
        return [said for said in all_said if not any(part in said for part in self.forgiven)]
