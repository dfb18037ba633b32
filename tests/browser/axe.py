"""axe-core in the pages that the browser shows: what it says against their accessibility."""

from __future__ import annotations

from playwright.sync_api import Page

from dev.page_checkers import AXE

# All its rules of WCAG A and AA and of good practice; left out are those of AAA and those that
# axe itself calls deprecated. The one for the size of what is pressed is off unless asked for.
VIOLATIONS = """async () => {
    const found = await axe.run({
        resultTypes: ["violations"],
        rules: {"target-size": {enabled: true}},
    });
    return found.violations.flatMap((rule) => rule.nodes.map(
        (node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""


def prepare(page: Page) -> None:
    """Have axe in every document that the page loads from now on, whatever its policy says."""
    page.add_init_script(path=AXE)


def violations(page: Page) -> list[str]:
    """One for each element at fault, as the page stands now."""
    found: list[str] = page.evaluate(VIOLATIONS)
    return found
