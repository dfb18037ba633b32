"""What /metrics says, read as Prometheus reads it."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

Sample = tuple[str, frozenset[tuple[str, str]]]


class Numbers:
    """The samples of one answer, by name and labels."""

    def __init__(self, text: str) -> None:
        self.families = {each.name: each for each in text_string_to_metric_families(text)}
        self._values: dict[Sample, float] = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families.values()
            for sample in family.samples
        }

    def of(self, name: str, **labels: str) -> float | None:
        """The value of the sample with just these labels; None where there is none."""
        return self._values.get((name, frozenset(labels.items())))

    def labels(self) -> set[str]:
        """Every value of every label."""
        return {value for _, labels in self._values for _, value in labels}

    def grew(self, before: Numbers, name: str, **labels: str) -> float:
        return (self.of(name, **labels) or 0) - (before.of(name, **labels) or 0)
