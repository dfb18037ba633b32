"""What the report of sales in time and the first page draw alike."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import format_date, gettext

from shop.repositories.reports import Period, Unit
from shop.web.charts import Plot, Point, plot
from shop.web.formats import money


def summed(periods: Sequence[Period]) -> Period | None:
    """The whole span as one period; None where it has no day."""
    if not periods:
        return None
    first, *others = ([*vars(period).values()] for period in periods)
    sums = [sum(column) for column in zip(first[1:], *(each[1:] for each in others), strict=True)]
    return Period(first[0], *sums)


def plotted(periods: Sequence[Period], unit: Unit) -> Plot:
    """What was left of the sales, beside the days before."""
    form = "LLL yy" if unit is Unit.MONTH else "d.MM"
    points = [
        Point(
            format_date(period.begins, form),
            period.net,
            period.before,
            gettext(
                "%(day)s: %(net)s, before %(before)s",
                day=format_date(period.begins, "d MMMM y"),
                net=money(period.net),
                before=money(period.before),
            ),
        )
        for period in periods
    ]
    return plot(points)
