"""What is wrong with a page as it stands: too wide for a screen, or closed to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from playwright.sync_api import Page

from tests.browser import axe
from tests.browser.axe import Rules

WIDTHS = (320, 390, 1280)
# The narrowest screen shows what the narrow one does.
OF_AXE = {390: Rules.ALL, 1280: Rules.ALL}
# Of a page that is seen in both: in the dark only colours are others, and the widest screen has
# all of them; what else there is to say of a wide screen is said once.
IN_THE_LIGHT = {390: Rules.OTHERS, 1280: Rules.COLOURS}
IN_THE_DARK = {1280: Rules.ALL}
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


def problems_in_one_scheme(page: Page, name: str) -> Iterator[str]:
    """Those of a page that is seen in the other one too."""
    return problems(page, name, IN_THE_DARK if page.evaluate(DARK) else IN_THE_LIGHT)


def problems(page: Page, name: str, of_axe: Mapping[int, Rules] = OF_AXE) -> Iterator[str]:
    """On each screen; `axe.prepare` was called before the page was loaded."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wide := page.evaluate(OVERFLOW):
            yield f"{name} at {width} px: {wide[:3]}"
        elif page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{name} at {width} px is too wide"
        if width in of_axe:
            found = axe.violations(page, of_axe[width])
            yield from (f"{name} at {width} px: {each}" for each in found)
