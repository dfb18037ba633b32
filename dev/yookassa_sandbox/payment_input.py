"""Reading the requests about payments: https://yookassa.ru/developers/api#create_payment"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from dev.yookassa_sandbox import fields
from dev.yookassa_sandbox.errors import invalid
from dev.yookassa_sandbox.fields import Body
from dev.yookassa_sandbox.money import RUBLE, parse_amount
from dev.yookassa_sandbox.receipts import check_receipt

# https://yookassa.ru/developers/payment-acceptance/integration-scenarios/manual-integration/bank-card
SMALLEST = 1 * RUBLE
LARGEST = 350_000 * RUBLE

# Parts of the API that the shop has no use for. Refused, since to ignore them would be a lie;
# empty lists are let through, because the SDK sends some with every request.
UNSUPPORTED = (
    "payment_token",
    "payment_method_id",
    "save_payment_method",
    "airline",
    "transfers",
    "deal",
    "receiver",
    "payment_order",
    "statements",
    "pos_link",
)
LOCALES = ("ru_RU", "en_US")


@dataclass(frozen=True)
class NewPayment:
    """A checked request to create a payment; money in kopecks."""

    amount: int
    capture: bool
    return_url: str
    locale: str | None
    description: str | None
    metadata: dict[str, str]
    merchant_customer_id: str | None
    gateway_id: str | None
    method_named: bool
    has_receipt: bool


@dataclass(frozen=True)
class Capture:
    """A checked request to capture; no ``amount`` means all."""

    amount: int | None
    receipt: Body | None


def read_new_payment(body: Body) -> NewPayment:
    """Raises ApiError that names the first field at fault."""
    amount = parse_amount(body.get("amount"), "amount")
    if not SMALLEST <= amount <= LARGEST:
        raise invalid("Payment amount is illegal", "amount.value")
    _refuse_unsupported(body)
    return_url, locale = _read_confirmation(body)
    _check_client_ip(body)
    receipt = fields.section(body, "receipt")
    if receipt is not None:
        check_receipt(receipt, amount)
    return NewPayment(
        amount=amount,
        # two stages unless asked otherwise: https://yookassa.ru/developers/api#create_payment_capture
        capture=fields.flag(body, "capture", default=False),
        return_url=return_url,
        locale=locale,
        description=fields.text(body, "description", 128),
        metadata=fields.metadata(body),
        merchant_customer_id=fields.text(body, "merchant_customer_id", 200),
        gateway_id=_read_gateway(body),
        method_named=_read_method(body),
        has_receipt=receipt is not None,
    )


def read_capture(body: Body) -> Capture:
    """https://yookassa.ru/developers/api#capture_payment; an empty body captures all."""
    _refuse_unsupported(body)
    amount = parse_amount(body["amount"], "amount") if "amount" in body else None
    return Capture(amount, fields.section(body, "receipt"))


def _refuse_unsupported(body: Body) -> None:
    for name in UNSUPPORTED:
        if body.get(name):
            raise invalid(f"The sandbox does not do {name}", name)


def _read_confirmation(body: Body) -> tuple[str, str | None]:
    # Payment on a page of YooKassa needs a redirect confirmation with a way back:
    # https://yookassa.ru/developers/payment-acceptance/integration-scenarios/smart-payment
    confirmation = fields.section(body, "confirmation")
    if confirmation is None:
        raise invalid("Missing confirmation", "confirmation")
    if confirmation.get("type") != "redirect":
        raise invalid("Confirmation type must be: redirect", "confirmation.type")
    locale = confirmation.get("locale")
    if locale is not None and locale not in LOCALES:
        raise invalid("Invalid request parameter", "confirmation.locale")
    return _read_return_url(confirmation), locale


def _read_return_url(confirmation: Body) -> str:
    where = "confirmation.return_url"
    url = fields.text(confirmation, "return_url", 2048, where)
    if not url:
        raise invalid("Return url is missing", where)
    # The page makes a link of it, so it must not be a script.
    try:
        parts = urlsplit(url)
    except ValueError:
        raise invalid("Invalid request parameter", where) from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise invalid("Invalid request parameter", where)
    return url


def _read_gateway(body: Body) -> str | None:
    recipient = fields.section(body, "recipient") or {}
    return fields.text(recipient, "gateway_id", 64, "recipient.gateway_id")


def _read_method(body: Body) -> bool:
    # A test shop has hardly more than bank cards:
    # https://yookassa.ru/developers/payment-acceptance/testing-and-going-live/testing
    method = fields.section(body, "payment_method_data")
    if method is not None and method.get("type") != "bank_card":
        raise invalid("Illegal payment method type", "payment_method_data.type")
    return method is not None


def _check_client_ip(body: Body) -> None:
    address = fields.text(body, "client_ip", 45)
    try:
        if address is not None:
            ip_address(address)
    except ValueError:
        raise invalid("Invalid request parameter", "client_ip") from None
