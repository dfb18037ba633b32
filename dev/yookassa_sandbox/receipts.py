"""The data of a fiscal receipt that may come with a payment, a capture or a refund.

Fields: https://yookassa.ru/developers/api#create_payment_receipt. The sandbox does not know
whether a shop uses YooKassa's own receipts or an online till of somebody else, so where the two
differ it takes what either takes. The sum of ``amount`` times ``quantity`` must be the amount of
the operation: the example with 2 x 250.00 and 1 x 100.00 for 600.00 in
https://yookassa.ru/developers/payment-acceptance/receipts/54fz/other-services/refunds. The phrase
of the refusal is not documented; this one is what shops report to have got.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from dev.yookassa_sandbox.errors import ApiError, invalid
from dev.yookassa_sandbox.fields import Body, text
from dev.yookassa_sandbox.money import parse_amount, rounded

MAX_ITEMS = 100
MAX_QUANTITY = Decimal("99999.999")
VAT_CODES = frozenset(str(code) for code in range(1, 13))
TAX_SYSTEMS = range(1, 7)
PAYMENT_MODES = {
    "full_prepayment",
    "partial_prepayment",
    "advance",
    "full_payment",
    "partial_payment",
    "credit",
    "credit_payment",
}
# Of the many subjects of a receipt, those that a shop may have.
PAYMENT_SUBJECTS = {
    "commodity",
    "excise",
    "job",
    "service",
    "payment",
    "agent_commission",
    "composite",
    "another",
    "intellectual_activity",
    "marked",
    "non_marked",
    "marked_excise",
    "non_marked_excise",
}


def illegal(parameter: str = "receipt") -> ApiError:
    """The one refusal for whatever is wrong with a receipt."""
    return invalid("Receipt is missing or illegal", parameter)


def check_receipt(receipt: Body, total: int) -> None:
    """Refuse a receipt that breaks a rule or does not come to ``total`` kopecks."""
    _check_customer(receipt.get("customer"))
    code = receipt.get("tax_system_code")
    if code is not None and code not in TAX_SYSTEMS:
        raise illegal("receipt.tax_system_code")
    items = receipt.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        raise illegal("receipt.items")
    if sum(_line_total(item, place) for place, item in enumerate(items)) != total:
        raise illegal()


def _check_customer(customer: Any) -> None:
    if not isinstance(customer, dict):
        raise illegal("receipt.customer")
    email = text(customer, "email", 254, "receipt.customer.email")
    phone = text(customer, "phone", 15, "receipt.customer.phone")
    if not email and not phone:
        raise illegal("receipt.customer")


def _line_total(item: Any, place: int) -> int:
    where = f"receipt.items[{place}]"
    if not isinstance(item, dict):
        raise illegal(where)
    if not text(item, "description", 128, f"{where}.description"):
        raise illegal(f"{where}.description")
    _check_codes(item, where)
    price = parse_amount(item.get("amount"), f"{where}.amount")
    return rounded(price * _quantity(item.get("quantity"), f"{where}.quantity"))


def _check_codes(item: Body, where: str) -> None:
    # A number in the specification, the text of one in the documentation's examples.
    if str(item.get("vat_code")) not in VAT_CODES:
        raise illegal(f"{where}.vat_code")
    for name, allowed in (("payment_mode", PAYMENT_MODES), ("payment_subject", PAYMENT_SUBJECTS)):
        if name in item and str(item[name]) not in allowed:
            raise illegal(f"{where}.{name}")


def _quantity(value: Any, where: str) -> Decimal:
    # A number in the specification; the SDK sends the text of one.
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise illegal(where)
    try:
        quantity = Decimal(str(value))
    except InvalidOperation:
        raise illegal(where) from None
    if not quantity.is_finite() or not 0 < quantity <= MAX_QUANTITY:
        raise illegal(where)
    if quantity != round(quantity, 3):
        raise illegal(where)
    return quantity
