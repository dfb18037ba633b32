"""Money: kopecks inside, ``{"value": "499.00", "currency": "RUB"}`` outside.

A value is a string with a point and, for roubles, two digits after it:
https://yookassa.ru/developers/api#create_payment (MonetaryAmount).
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dev.yookassa_sandbox.errors import invalid

CURRENCY = "RUB"
RUBLE = 100  # kopecks
_VALUE = re.compile(r"\d{1,12}\.\d{2}")


def as_text(kopecks: int) -> str:
    """``49900`` as ``499.00``."""
    return f"{kopecks // 100}.{kopecks % 100:02d}"


def as_amount(kopecks: int) -> dict[str, str]:
    """Kopecks as the API's amount object."""
    return {"value": as_text(kopecks), "currency": CURRENCY}


def parse_amount(amount: Any, parameter: str) -> int:
    """Kopecks of an amount object, more than none. Raises ApiError naming the field at fault."""
    if not isinstance(amount, dict):
        raise invalid("Amount is missing or is not an object", parameter)
    value = amount.get("value")
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise invalid("Payment amount is illegal", f"{parameter}.value")
    # Other currencies exist in the API; this shop, and so its sandbox, has a rouble account.
    if amount.get("currency") != CURRENCY:
        raise invalid("Currency code is illegal", f"{parameter}.currency")
    kopecks = int(value.replace(".", ""))
    if kopecks == 0:
        raise invalid("Payment amount is illegal", f"{parameter}.value")
    return kopecks


def rounded(kopecks: Decimal) -> int:
    """Whole kopecks, a half upwards."""
    return int(kopecks.quantize(Decimal(1), ROUND_HALF_UP))
