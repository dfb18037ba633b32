"""How much VAT is in what was sold, as the receipts say it: rounded for each line of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text

from shop.repositories.base import Sessions
from shop.repositories.reports.spans import Span
from shop.repositories.reports.statements import kopecks, roubles

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


# Whole kopecks, a half of one up. What a cancelled order was paid and got back has receipts, too.
VAT = "(2 * kopecks * rate + 100 + rate) / (2 * (100 + rate))"
BY_RATE = f"""
    WITH rates (vat_code, rate) AS (VALUES {{rates}}), entries AS (
        SELECT coalesce(vat_code, :shipping_vat_code) AS vat_code, kind = 'shipping' AS is_shipping,
               is_return, kopecks
        FROM sales_entries WHERE at >= :first AND at < :end
    )
    SELECT vat_code, is_shipping,
           {kopecks("NOT is_return")}, {kopecks("NOT is_return", VAT)},
           {kopecks("is_return")}, {kopecks("is_return", VAT)}
    FROM entries JOIN rates USING (vat_code)
    GROUP BY vat_code, is_shipping ORDER BY is_shipping, vat_code
""".format(rates=", ".join(f"({code}, {rate or 0})" for code, rate in RATES.items()))


class VatRepository:
    """`shipping_vat_code` is what receipts say of shipping."""

    def __init__(self, session: Sessions, shipping_vat_code: int) -> None:
        self.session = session
        self.shipping_vat_code = shipping_vat_code

    def by_rate(self, span: Span) -> Sequence[VatRow]:
        given = {**span.bounds, "shipping_vat_code": self.shipping_vat_code}
        rows = self.session.execute(text(BY_RATE), given)
        return [VatRow(code, shipping, *map(roubles, sums)) for code, shipping, *sums in rows]
