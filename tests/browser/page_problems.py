"""What is wrong with a page as it stands: too wide for a screen, or closed to somebody."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser import axe

WIDTHS = (320, 390, 1280)
# The narrowest screen shows what the narrow one does. In the dark only colours are others, and the
# widest screen has all of them.
AXE_WIDTHS = (390, 1280)
DARK_WIDTHS = (1280,)
DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
# What ends to the right of the window, except inside a part that scrolls by itself.
OVERFLOW = """() => {
    const scrolls = (part) => part !== document.body && part !== null && (
        getComputedStyle(part).overflowX !== "visible" || scrolls(part.parentElement));
    return [...document.querySelectorAll("body *")]
        .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
        .filter((part) => !scrolls(part.parentElement))
        .map((part) => `${part.localName}.${part.className}`);
}"""


def problems(page: Page, name: str) -> Iterator[str]:
    """On each screen; `axe.prepare` was called before the page was loaded."""
    of_axe = DARK_WIDTHS if page.evaluate(DARK) else AXE_WIDTHS
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wide := page.evaluate(OVERFLOW):
            yield f"{name} at {width} px: {wide[:3]}"
        elif page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{name} at {width} px is too wide"
        if width in of_axe:
            yield from (f"{name} at {width} px: {found}" for found in axe.violations(page))
