"""What is sent to change an order."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from shop.api.reading import Body
from shop.models.columns import LARGEST_INTEGER
from shop.services.checkout_details import (
    ONE_LINE,
    City,
    Comment,
    FullName,
    Phone,
    PostalCode,
    Street,
)
from shop.services.mail_addresses import Email

Word = Annotated[str, StringConstraints(max_length=100, pattern=ONE_LINE)]
# No default in the document: leaving a field out is not sending an empty one.
UNSENT: Any = Field(default_factory=str)
# What customers change by themselves; the rest they ask the shop for.
FOR_CUSTOMERS = frozenset({"city", "street", "postal_code", "comment"})


class OrderChange(Body):
    """Whom an order is for and where it goes to. What is left out stays as it is; customers change
    the address and the comment."""

    email: Email = UNSENT
    phone: Phone = UNSENT
    full_name: FullName = UNSENT
    city: City = UNSENT
    street: Street = UNSENT
    postal_code: PostalCode = UNSENT
    comment: Comment = UNSENT


class Cancellation(Body):
    """Why; the staff have to say it, and it stays in the history."""

    reason: Annotated[str, StringConstraints(max_length=300, pattern=ONE_LINE)] = ""


class Parcel(Body):
    """How a parcel went off: by the way of shipping that was chosen, where no carrier is named."""

    carrier: Word = ""
    tracking_number: Annotated[Word, StringConstraints(min_length=1)]


class LineChange(Body):
    """How many copies there shall be, at the price of the placing."""

    quantity: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]
