"""A table of what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Shop = Mapping[str, Any]
PLOTTED = ("catalogue, no filter", "catalogue, three filters", "search", "suggest")


def table(shops: Sequence[Shop]) -> str:
    """Median / 95th percentile in milliseconds for each case and size, as Markdown."""
    sizes = [f"{shop['books']:,} books" for shop in shops]
    lines = [
        f"| server time, median / p95, ms | {' | '.join(sizes)} | SQL statements |",
        f"| --- | {' | '.join('---:' for _ in sizes)} | ---: |",
    ]
    for name in shops[-1]["cases"]:
        cells = [_both(shop["cases"][name]) for shop in shops]
        statements = max(shop["cases"][name]["statements"] for shop in shops)
        lines.append(f"| {name} | {' | '.join(cells)} | {statements or '–'} |")
    for title, key, form in (
        ("catalogue read into memory, s", "seconds to read", "{:.2f}"),
        ("memory that it takes, MiB", "MiB", "{:.0f}"),
    ):
        cells = [form.format(shop[key]) for shop in shops]
        lines.append(f"| {title} | {' | '.join(cells)} | |")
    return "\n".join(lines)


def whole_reads(shop: Shop) -> str:
    """Plans of the largest shop that read all of a table of books."""
    lines = [f"- {name}: `{each}`" for name, found in shop["whole reads"].items() for each in found]
    return "\n".join(lines) or "None."


def ratios(shops: Sequence[Shop]) -> str:
    """How much longer the largest shop takes than each other one, by the medians."""
    largest = shops[-1]
    lines = []
    for shop in shops[:-1]:
        parts = [
            f"{name} {largest['cases'][name]['median'] / shop['cases'][name]['median']:.1f}"
            for name in PLOTTED
        ]
        lines.append(f"{largest['books']:,} to {shop['books']:,} books: {', '.join(parts)}.")
    return "\n".join(lines)


def _both(figures: Mapping[str, float]) -> str:
    return f"{figures['median']:.1f} / {figures['p95']:.1f}"
