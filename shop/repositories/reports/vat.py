"""How much VAT is in what was sold, as the receipts say it: rounded for each line of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text

from shop.repositories.base import Sessions
from shop.repositories.reports.spans import Span
from shop.repositories.reports.statements import BACK, BACK_LINES, COPIES, IN_SPAN, STATES

# Percent by YooKassa's code; None is “no VAT”, which is not the same as 0 %. From 5 on also those
# that are reckoned out of a sum (10/110):
# https://yookassa.ru/developers/payment-acceptance/receipts/54fz/parameters-values#vat-codes
RATES: dict[int, int | None] = {
    1: None,
    2: 0,
    3: 10,
    4: 20,
    5: 10,
    6: 20,
    7: 5,
    8: 7,
    9: 5,
    10: 7,
    11: 22,
    12: 22,
}
RECKONED = frozenset({5, 6, 9, 10, 12})


@dataclass(frozen=True)
class VatRow:
    """What went through receipts under one code. Sums hold their VAT; all are in roubles.

    What went back in the span is `returned`, whenever it was sold.
    """

    vat_code: int
    is_shipping: bool
    sales: Decimal
    vat: Decimal
    returned: Decimal
    returned_vat: Decimal

    @property
    def rate(self) -> int | None:
        return RATES[self.vat_code]

    @property
    def is_reckoned(self) -> bool:
        return self.vat_code in RECKONED

    @property
    def net(self) -> Decimal:
        return self.sales - self.returned

    @property
    def net_vat(self) -> Decimal:
        return self.vat - self.returned_vat


SUMS = """
    coalesce(sum(amount) FILTER (WHERE NOT returned), 0) AS sales,
    coalesce(sum(round(amount * rate / (100 + rate), 2)) FILTER (WHERE NOT returned), 0) AS vat,
    coalesce(sum(amount) FILTER (WHERE returned), 0) AS returned,
    coalesce(sum(round(amount * rate / (100 + rate), 2)) FILTER (WHERE returned), 0)
        AS returned_vat
"""
# What is for no copies, by the rule of `services.refunds`.
RESTS = f"""
    SELECT back.*, rest, CASE WHEN brought >= bought THEN least(rest, shipping_total) ELSE 0 END
           AS of_shipping
    FROM back CROSS JOIN LATERAL (
        SELECT amount - coalesce(sum(price * quantity), 0) AS rest FROM {COPIES}
    ) AS counted CROSS JOIN LATERAL (
        SELECT sum(quantity) AS bought FROM order_lines WHERE order_id = back.order_id
    ) AS lines CROSS JOIN LATERAL (
        SELECT sum((copy->>'quantity')::int) AS brought
        FROM refunds CROSS JOIN jsonb_array_elements(refunds.copies) AS copy
        WHERE payment_id = back.payment_id AND refunds.id <= back.id
    ) AS so_far
    WHERE NOT is_whole AND rest > 0
"""
BY_RATE = f"""
    WITH rates (vat_code, rate) AS (VALUES {{rates}}), counted AS (
        SELECT id, shipping_total
        FROM orders WHERE {IN_SPAN} AND orders.state IN ({STATES})
    ), back AS MATERIALIZED ({BACK}), rests AS MATERIALIZED ({RESTS})
    SELECT vat_code, is_shipping, {SUMS} FROM (
        SELECT vat_code, false AS is_shipping, total AS amount, false AS returned
        FROM counted JOIN order_lines ON order_id = counted.id
        UNION ALL
        SELECT CAST(:shipping_vat_code AS int), true, shipping_total, false
        FROM counted WHERE shipping_total > 0
        UNION ALL
        SELECT vat_code, false, amount, true FROM ({BACK_LINES}) AS lines
        UNION ALL
        SELECT CAST(:shipping_vat_code AS int), true, shipping_total, true
        FROM back WHERE is_whole AND shipping_total > 0
        UNION ALL
        SELECT CAST(:shipping_vat_code AS int), true, of_shipping, true
        FROM rests WHERE of_shipping > 0
        UNION ALL
        SELECT dearest.vat_code, false, rest - of_shipping, true
        FROM rests CROSS JOIN LATERAL (
            SELECT vat_code FROM order_lines WHERE order_id = rests.order_id
            ORDER BY total DESC, id LIMIT 1
        ) AS dearest WHERE rest > of_shipping
    ) AS receipts JOIN rates USING (vat_code) GROUP BY vat_code, is_shipping
    ORDER BY is_shipping, vat_code
""".format(
    rates=", ".join(
        f"({code}, {'0' if rate is None else rate}::numeric)" for code, rate in RATES.items()
    )
)


class VatRepository:
    """`shipping_vat_code` is what receipts say of shipping."""

    def __init__(self, session: Sessions, shipping_vat_code: int) -> None:
        self.session = session
        self.shipping_vat_code = shipping_vat_code

    def by_rate(self, span: Span) -> Sequence[VatRow]:
        given = {**span.bounds, "shipping_vat_code": self.shipping_vat_code}
        # Nothing before it is asked for.
        given |= {"before_first": given["first"], "before_end": given["first"]}
        return [VatRow(*row) for row in self.session.execute(text(BY_RATE), given)]
