"""The shape of every error of the API, and an example of each: RFC 9457."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from shop.api.schemas import Money
from shop.errors import (
    BadRequest,
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    LoginRequired,
    NotFound,
    PaymentUnavailable,
    ShopError,
    Stale,
    TooLarge,
    TooManyRequests,
    Unavailable,
    Unsupported,
    VersionRequired,
)
from shop.web.errors import problem_document


class FieldProblem(BaseModel):
    """One thing wrong with one field."""

    # Where it is, from the top of what was sent: `price.amount`.
    field: str
    code: str
    message: str


class Problem(BaseModel):
    """What went wrong. Programs go by `code`; `detail` is for people."""

    type: str = Field(examples=["urn:colophon:problem:not_found"])
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem]
    # Of out_of_stock: the books that there are not enough copies of.
    book_ids: list[int] = []
    # Of price_changed: what it comes to now.
    total: Money | None = None


_FIELD = FieldError("price.amount", "String should match pattern", "string_pattern_mismatch")
_KNOWN: tuple[ShopError, ...] = (
    BadRequest("The body is not JSON."),
    LoginRequired("Log in to continue."),
    Forbidden("Your account is not allowed to do this."),
    NotFound(),
    Conflict(errors=(FieldError("isbn", "This value is refused or taken already.", "taken"),)),
    Stale(),
    TooLarge(),
    Unsupported("Send application/json."),
    Invalid("See errors for each field.", (_FIELD,)),
    VersionRequired("Send If-Match with the ETag of what you have read."),
    TooManyRequests("Try again in 40 seconds.", retry_after=40),
    PaymentUnavailable(unknown=False),
    Unavailable(),
)
_BY_STATUS = {error.status: error for error in _KNOWN}


def described(status: int) -> str:
    return _BY_STATUS[status].title


def example(status: int) -> dict[str, Any]:
    """A problem as the shop answers it with this status."""
    return problem_document(_BY_STATUS[status])
