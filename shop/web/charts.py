"""Plots as SVG, drawn on the server: columns from zero on an axis with round numbers.

Templates say what stands where; how it looks is the stylesheet's. Beside a plot stands a table
with the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

# Of the drawing, in its own units; a page shows it as wide as there is room.
WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 4, 12, 26
MOST_TICKS = 5
MOST_LABELS = 12
# Of the room that a column has.
FILLED = 0.72


@dataclass(frozen=True)
class Point:
    """A column: `label` is under it, `told` is what it says when somebody points at it."""

    label: str
    value: Decimal
    before: Decimal
    told: str


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    # Where the mark of the period before is.
    before_y: float
    told: str
    # "" where there is no room for one.
    label: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Tick:
    y: float
    value: Decimal


@dataclass(frozen=True)
class Plot:
    columns: Sequence[Column]
    ticks: Sequence[Tick]
    zero: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def plot(points: Sequence[Point]) -> Plot:
    """Columns side by side, all on one scale that has zero on it; none where nothing is given."""
    values = [value for point in points for value in (point.value, point.before)]
    ticks = round_numbers(min([*values, Decimal(0)]), max([*values, Decimal(0)]))
    low, high = ticks[0], ticks[-1]

    def at(value: Decimal) -> float:
        share = float((value - low) / (high - low))
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    room = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    every = -(-len(points) // MOST_LABELS)
    return Plot(
        [
            Column(
                x=round(LEFT + room * (place + (1 - FILLED) / 2), 1),
                y=min(at(point.value), at(Decimal(0))),
                width=round(room * FILLED, 1),
                height=round(abs(at(point.value) - at(Decimal(0))), 1),
                before_y=at(point.before),
                told=point.told,
                label=point.label if place % every == 0 else "",
            )
            for place, point in enumerate(points)
        ],
        [Tick(at(value), value) for value in ticks],
        at(Decimal(0)),
    )


def round_numbers(low: Decimal, high: Decimal) -> list[Decimal]:
    """A few round numbers at even steps, from at most `low` to at least `high`."""
    span = high - low
    if not span:
        return [Decimal(0), Decimal(1)]
    step = Decimal(10) ** (span.adjusted() - 1)
    factors = (1, 2, 5, 10, 20, 50, 100)
    step *= next(f for f in factors if _steps(low, high, step * f) <= MOST_TICKS)
    first = (low // step - (low % step < 0)) * step
    return [first + step * number for number in range(_steps(low, high, step) + 1)]


def _steps(low: Decimal, high: Decimal, step: Decimal) -> int:
    down = -(low // step - (low % step < 0))
    up = -(-high // step - (-high % step < 0))
    return int(down + up)


def share(value: Decimal, of: Decimal) -> float:
    """How long a bar is, in percent of the longest; none for what is not more than nothing."""
    return round(float(max(value, Decimal(0)) / of * 100), 1) if of > 0 else 0.0
