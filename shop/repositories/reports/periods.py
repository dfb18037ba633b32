"""What sold in time: by day, week or month, beside the days before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import text

from shop.repositories.base import Sessions
from shop.repositories.reports.spans import Span
from shop.repositories.reports.statements import REFUNDS, STATES


class Unit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """A day, or those of a week or month that are in the span. Money is in roubles.

    `refunded` went back in it, of whatever was sold until then; `before` is the net of the days
    that it is held against.
    """

    begins: date
    orders: int
    items: Decimal
    shipping: Decimal
    sales: Decimal
    refunded: Decimal
    net: Decimal
    orders_before: int
    before: Decimal


# Day by day, each by its own two moments: an index is walked from one to the other, and nobody asks
# of a million orders on which day each was paid.
BY_PERIOD = f"""
    WITH all_days AS (
        SELECT at::date AS day, at AT TIME ZONE :zone AS begins_at,
               (at + interval '1 day') AT TIME ZONE :zone AS ends_at
        FROM (
            SELECT generate_series(CAST(:first_day AS timestamp), CAST(:last_day AS timestamp),
                                   interval '1 day')
            UNION ALL
            SELECT generate_series(CAST(:first_before AS timestamp),
                                   CAST(:last_before AS timestamp), interval '1 day')
        ) AS calendar (at)
    ), days AS (
        SELECT day, orders, items, shipping, sales, refunded
        FROM all_days CROSS JOIN LATERAL (
            SELECT count(*) AS orders, sum(items_total) AS items, sum(shipping_total) AS shipping,
                   sum(total) AS sales
            FROM orders WHERE orders.state IN ({STATES})
              AND paid_at >= begins_at AND paid_at < ends_at
        ) AS sold CROSS JOIN LATERAL (
            SELECT sum(refunds.amount) AS refunded {REFUNDS}
              AND refunds.created_at >= begins_at AND refunds.created_at < ends_at
        ) AS back
    ), placed AS (
        SELECT date_trunc(:unit, CASE WHEN day >= :first_day THEN day
                                      ELSE day + CAST(:step AS interval) END)::date AS begins,
               day >= :first_day AS is_now, orders, items, shipping, sales, refunded
        FROM days
    ), summed AS (
        SELECT begins,
               sum(orders) FILTER (WHERE is_now) AS orders,
               sum(items) FILTER (WHERE is_now) AS items,
               sum(shipping) FILTER (WHERE is_now) AS shipping,
               sum(sales) FILTER (WHERE is_now) AS sales,
               sum(refunded) FILTER (WHERE is_now) AS refunded,
               sum(orders) FILTER (WHERE NOT is_now) AS orders_before,
               sum(coalesce(sales, 0) - coalesce(refunded, 0)) FILTER (WHERE NOT is_now) AS before
        FROM placed GROUP BY begins
    )
    SELECT greatest(begins, CAST(:first_day AS date)) AS begins, coalesce(orders, 0)::int,
           coalesce(items, 0), coalesce(shipping, 0), coalesce(sales, 0), coalesce(refunded, 0),
           coalesce(sales, 0) - coalesce(refunded, 0), coalesce(orders_before, 0)::int,
           coalesce(before, 0)
    FROM (
        SELECT generate_series(date_trunc(:unit, CAST(:first_day AS date)::timestamp),
                               CAST(:last_day AS date)::timestamp,
                               CAST('1 ' || :unit AS interval))::date AS begins
    ) AS calendar LEFT JOIN summed USING (begins) ORDER BY begins
"""


class PeriodRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def by(self, unit: Unit, span: Span) -> Sequence[Period]:
        """Each of the span's days, weeks or months, the first one first."""
        given = {
            "unit": str(unit),
            "zone": span.zone.key,
            "step": span.step,
            "first_day": span.now.first,
            "last_day": span.now.last,
            "first_before": span.before.first,
            "last_before": span.before.last,
        }
        return [Period(*row) for row in self.session.execute(text(BY_PERIOD), given)]
