"""axe-core in the pages that the browser shows: what it says against their accessibility."""

from __future__ import annotations

from enum import Enum
from typing import Any

from playwright.sync_api import Page

from dev.page_checkers import AXE

# All its rules of WCAG A and AA and of good practice; left out are those of AAA and those that
# axe itself calls deprecated. The one for the size of what is pressed is off unless asked for.
VIOLATIONS = """async (options) => {
    const found = await axe.run({resultTypes: ["violations"], ...options});
    return found.violations.flatMap((rule) => rule.nodes.map(
        (node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""
# What colours are held against; the other rules do not look at them.
OF_COLOURS = ("color-contrast", "link-in-text-block")


class Rules(Enum):
    ALL = "all"
    COLOURS = "those of colours"
    OTHERS = "all but those of colours"

    @property
    def options(self) -> dict[str, Any]:
        """What axe calls them."""
        if self is Rules.COLOURS:
            return {"runOnly": {"type": "rule", "values": OF_COLOURS}}
        colours = {name: {"enabled": False} for name in OF_COLOURS if self is Rules.OTHERS}
        return {"rules": {"target-size": {"enabled": True}, **colours}}


def prepare(page: Page) -> None:
    """Have axe in every document that the page loads from now on, whatever its policy says."""
    page.add_init_script(path=AXE)


def violations(page: Page, rules: Rules = Rules.ALL) -> list[str]:
    """One for each element at fault, as the page stands now."""
    found: list[str] = page.evaluate(VIOLATIONS, rules.options)
    return found
