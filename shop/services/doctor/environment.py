"""Variables that are set and mean nothing, because they are nearly the name of one that does."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from shop.services.doctor.findings import Finding, ok, warning, wrong

# From 0 to 1. `DATABSE_URL` is at 0.95, and names that have their own meaning stay below.
LIKENESS = 0.87


class EnvironmentCheck:
    """`given` are the names that are set, `known` those that the shop reads, `problems` what it
    says of them itself."""

    def __init__(
        self, given: Collection[str], known: Collection[str], problems: Sequence[str] = ()
    ) -> None:
        self.given = given
        self.known = known
        self.problems = problems

    def __call__(self) -> Iterator[Finding]:
        slips = self._slips()
        for problem in self.problems:
            meant = next((m for m in slips if problem == f"{m} is not set"), None)
            if meant:
                yield wrong(f"{problem}, but {slips.pop(meant)} is: rename it to {meant}.")
            else:
                yield wrong(f"{problem}.")
        for meant, slip in slips.items():
            yield warning(f"{slip} is set and means nothing to the shop: {meant} may be meant.")
        if not self.problems:
            yield ok("The configuration can be used.")

    def _slips(self) -> dict[str, str]:
        """What was set instead of a variable that was not, by that variable."""
        unset = [name for name in self.known if name not in self.given]
        found: dict[str, str] = {}
        for name in sorted(set(self.given) - set(self.known)):
            for meant in difflib.get_close_matches(name, unset, n=1, cutoff=LIKENESS):
                found.setdefault(meant, name)
        return found
