"""The cards that the payment page pretends were used.

Test cards and the outcome each stands for:
https://yookassa.ru/developers/payment-acceptance/testing-and-going-live/testing
"""

from typing import Any

GOOD = "5555555555554477"
WITHOUT_MONEY = "5555555555554600"
WITHOUT_3DS = "5555555555554592"


def payment_method(payment_id: str, card: str | None) -> dict[str, Any]:
    """The ``payment_method`` of a payment; ``card`` is None until a card was tried.

    Its id is the payment's own and its status ``inactive``, as nothing is saved for later:
    https://yookassa.ru/developers/api#payment_object_payment_method
    """
    method: dict[str, Any] = {
        "type": "bank_card",
        "id": payment_id,
        "saved": False,
        "status": "inactive",
    }
    if card is not None:
        method["title"] = f"Bank card *{card[-4:]}"
        method["card"] = {
            "first6": card[:6],
            "last4": card[-4:],
            "expiry_year": "2040",
            "expiry_month": "12",
            "card_type": "MasterCard",
            "issuer_country": "RU",
        }
    return method
