"""What a shopper says of an order beside its lines: who, where to, and the consent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shop.errors import FieldError
from shop.models import ShippingMethod
from shop.repositories.content import ContentPageRepository
from shop.services.mail_addresses import Email

# The text that is agreed to, as it stands from the start; raise it when the text changes.
CONSENT_VERSION = "2026-11-28"
ADDRESS = {
    "city": _l("Where should we send it? Type the city."),
    "street": _l("Type the street, house and flat."),
    "postal_code": _l("Type the six digits of the postal code."),
}
OTHER_WORDS = _l(
    "The text about your data has changed since you opened this page. Read it, and agree again."
)
# What to do about a field that cannot be used, by its name.
MISTAKES = {
    "email": _l("Type an e-mail address such as name@example.org."),
    "phone": _l("Type a phone number such as +7 900 000-00-00."),
    "full_name": _l("Type the name of the person who will receive the parcel."),
    "shipping_method": _l("Choose a shipping method."),
    "postal_code": _l("A postal code has six digits."),
    "comment": _l("At most 1000 characters, please."),
    "checkout_key": _l("Send the form again."),
}


def consent_version(content_pages: ContentPageRepository) -> str:
    """Of the text at /privacy that people agree to: a page that staff wrote, or else ours."""
    page = content_pages.published("privacy")
    return f"page-{page.id}.{page.version}" if page else CONSENT_VERSION


def consent_words(content_pages: ContentPageRepository) -> str:
    """A mark of that text: another one once it says something else."""
    page = content_pages.published("privacy")
    return page.words if page else CONSENT_VERSION


def _phone(text: str) -> str:
    """Digits enough to call: 7 to 15 of them, the most that ITU-T E.164 allows."""
    digits = re.sub(r"\D", "", text)
    if not 7 <= len(digits) <= 15 or not re.fullmatch(r"[+\d\s().-]+", text):
        raise PydanticCustomError("phone", "not a phone number")
    return text


# One line of text; control characters have no place in it.
ONE_LINE = r"^[^\x00-\x1f]*$"


# The rule of `_phone` in one expression, for programs that read it in a schema.
PHONE = r"^\+?([ ().-]{0,2}[0-9]){7,15}[ ().-]{0,2}$"
Phone = Annotated[
    str,
    AfterValidator(_phone),
    StringConstraints(max_length=30),
    Field(json_schema_extra={"pattern": PHONE}),
]
FullName = Annotated[str, StringConstraints(min_length=2, max_length=200, pattern=ONE_LINE)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=ONE_LINE)]
City = Annotated[str, StringConstraints(max_length=120, pattern=ONE_LINE)]
Street = Annotated[str, StringConstraints(max_length=300, pattern=ONE_LINE)]
PostalCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{6})?$")]
Comment = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]


class CheckoutDetails(BaseModel):
    """What a shopper fills in. Every string is trimmed; none holds control characters."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    email: Email
    phone: Phone
    full_name: FullName
    shipping_method: Code
    city: City = ""
    street: Street = ""
    postal_code: PostalCode = ""
    comment: Comment = ""
    consent: bool = False
    # The mark of the text that was there to be read; empty where nobody says what was shown.
    consent_words: Annotated[str, StringConstraints(max_length=64, pattern=ONE_LINE)] = ""
    # Made with the form: the same form posted twice places one order.
    checkout_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
    # The total that the shopper saw, in roubles; another one is not charged without asking.
    expected_total: Decimal | None = None


def missing_address(given: Mapping[str, object]) -> list[FieldError]:
    """The parts of an address that are empty."""
    return [
        FieldError(name, message)
        for name, message in ADDRESS.items()
        if not str(given.get(name, "")).strip()
    ]


def missing_of(
    chosen: ShippingMethod | None, given: Mapping[str, object], words: str
) -> list[FieldError]:
    """What is wrong beside each field's own shape; `given` has the fields as they were typed.

    `words` marks the text that is agreed to as it is now.
    """
    problems = []
    if chosen is None:
        problems.append(FieldError("shipping_method", _l("Choose a shipping method.")))
    elif chosen.needs_address:
        problems += missing_address(given)
    if not given.get("consent"):
        message = _l("We cannot take the order without your consent.")
        problems.append(FieldError("consent", message))
    elif given.get("consent_words") and given["consent_words"] != words:
        problems.append(FieldError("consent", OTHER_WORDS))
    return problems
