"""Doctor: asks every part how it is, each within a deadline, and tells no secret."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from shop.gateways.deadlines import NoAnswer, within
from shop.services.doctor.findings import Check, Finding, wrong

SECONDS = 15.0
HIDDEN = "•••"
# Shorter ones would be found in words that are none.
SHORTEST = 6


class Doctor:
    """`checks` by the name of their part; `secrets` are never told, whoever quotes them."""

    def __init__(
        self, checks: Mapping[str, Check], secrets: Collection[str], seconds: float = SECONDS
    ) -> None:
        self.checks = checks
        self.secrets = sorted((s for s in secrets if len(s) >= SHORTEST), key=len, reverse=True)
        self.seconds = seconds

    def examine(self) -> Iterator[Finding]:
        """What each check finds, as soon as it has ended."""
        for part, check in self.checks.items():
            for finding in self._looked_at(part, check):
                yield replace(finding, part=part, sentence=self._hidden(finding.sentence))

    def _looked_at(self, part: str, check: Check) -> list[Finding]:
        found: list[Finding] = []
        try:
            within(self.seconds, lambda: _collect(check, found))
        except NoAnswer:
            # A copy: whoever is late may still add to it.
            return [*found, wrong(f"The check of {part} had no answer in {self.seconds:g} s.")]
        except Exception as error:
            return [*found, wrong(f"The check of {part} itself failed: {error!r}.")]
        return found

    def _hidden(self, sentence: str) -> str:
        for secret in self.secrets:
            sentence = sentence.replace(secret, HIDDEN)
        return sentence


def _collect(check: Check, found: list[Finding]) -> None:
    for finding in check():
        found.append(finding)
