"""How the server time grows with the catalogue, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from dev.bench.report import PLOTTED, Shop


def plot(shops: Sequence[Shop], path: Path) -> None:
    """Medians over the number of books, both on logarithmic scales, as SVG."""
    mpl.rcParams["svg.hashsalt"] = "the same bytes for the same figures"
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for name in PLOTTED:
        medians = [shop["cases"][name]["median"] for shop in shops]
        axes.loglog([shop["books"] for shop in shops], medians, marker="o", label=name)
    axes.set_xlabel("books")
    axes.set_ylabel("median server time, ms")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})
