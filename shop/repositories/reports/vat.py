"""How much VAT is in what was sold, as the receipts say it: rounded for each line of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text

from shop.repositories.base import Sessions
from shop.repositories.reports.spans import Span
from shop.repositories.reports.statements import IN_SPAN, STATES

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
    """What went through receipts under one code. Sums hold their VAT; all are in roubles."""

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
    coalesce(sum(amount), 0) AS sales,
    coalesce(sum(round(amount * rate / (100 + rate), 2)), 0) AS vat,
    coalesce(sum(amount) FILTER (WHERE returned), 0) AS returned,
    coalesce(sum(round(amount * rate / (100 + rate), 2)) FILTER (WHERE returned), 0)
        AS returned_vat
"""
BY_RATE = f"""
    WITH rates (vat_code, rate) AS (VALUES {{rates}}), counted AS (
        SELECT id, shipping_total, orders.state = 'returned' AS returned
        FROM orders WHERE {IN_SPAN} AND orders.state IN ({STATES})
    )
    SELECT vat_code, is_shipping, {SUMS} FROM (
        SELECT vat_code, false AS is_shipping, total AS amount, returned
        FROM counted JOIN order_lines ON order_id = counted.id
        UNION ALL
        SELECT CAST(:shipping_vat_code AS int), true, shipping_total, returned
        FROM counted WHERE shipping_total > 0
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
        given = {k: v for k, v in given.items() if not k.startswith("before")}
        return [VatRow(*row) for row in self.session.execute(text(BY_RATE), given)]
