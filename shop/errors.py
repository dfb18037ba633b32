"""The shop's errors. Each knows its HTTP status and a stable code; `web/errors` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field: its name, a sentence for a person, a code for a program.

    `message` is a str or a lazily translated one.
    """

    field: str
    message: object
    code: str = "invalid"


class ShopError(Exception):
    """Something the shop refuses or cannot do now; never a bug.

    `detail` is a sentence for the person who asked, in the language of the source (English);
    raise it with a lazily translated string where the shopper will read it.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"

    # Seconds after which it may be tried again, where that is known.
    retry_after: int | None = None

    def __init__(self, detail: object = "", errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors

    def members(self) -> dict[str, object]:
        """What a program is told beside the sentence: more members of the problem."""
        return {}


class NotFound(ShopError):
    """There is no such thing, or it is not for this person to see."""

    status = 404
    code = "not_found"
    title = "Not found"


class Merged(NotFound):
    """It was one of two doubles. `into` is the id of the one that was kept."""

    code = "merged"

    def __init__(self, into: int) -> None:
        super().__init__(f"It has been merged into the one with the id {into}.")
        self.into = into

    def members(self) -> dict[str, object]:
        return {"merged_into": self.into}


class Forbidden(ShopError):
    """The person is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class LoginRequired(ShopError):
    """Somebody has to log in first."""

    status = 401
    code = "login_required"
    title = "Log in first"


class WrongCredentials(LoginRequired):
    """Who somebody says they are, they have not shown."""

    code = "wrong_credentials"
    title = "Not logged in"


class CodeRequired(LoginRequired):
    """The password was right, and this account asks for a code beside it."""

    code = "code_required"
    title = "A code is needed too"


class SecondFactorRequired(Forbidden):
    """Whoever moves money has to turn the second factor on first."""

    code = "second_factor_required"
    title = "Turn the second factor on first"


class BadRequest(ShopError):
    """The request itself is broken: a cross-site post, a stale form token."""

    status = 400
    code = "bad_request"
    title = "This request cannot be used"


class MethodNotAllowed(ShopError):
    """The address is right and the method is not."""

    status = 405
    code = "method_not_allowed"
    title = "Not possible here"


class TooLarge(ShopError):
    """More was sent than the shop takes at once."""

    status = 413
    code = "too_large"
    title = "Too much at once"


class Unsupported(ShopError):
    """What was sent is of a kind that is not read here."""

    status = 415
    code = "unsupported_media_type"
    title = "Of a kind that is not read here"


class Invalid(ShopError):
    """What was typed or sent cannot be used; `errors` names each field."""

    status = 422
    code = "invalid"
    title = "Some of this needs another look"


class Conflict(ShopError):
    """It collides with what is there already."""

    status = 409
    code = "conflict"
    title = "This is not possible now"


class OutOfStock(Conflict):
    """A line cannot be had. `book_ids` are the books concerned."""

    code = "out_of_stock"
    title = "Not enough copies"

    def __init__(self, detail: object = "", book_ids: tuple[int, ...] = ()) -> None:
        super().__init__(detail)
        self.book_ids = book_ids

    def members(self) -> dict[str, object]:
        return {"book_ids": list(self.book_ids)}


class PriceChanged(Conflict):
    """The cart's total is not the one that the shopper saw; `total` is what it is, in roubles."""

    code = "price_changed"
    title = "The total has changed"

    def __init__(self, detail: object = "", total: Decimal = Decimal(0)) -> None:
        super().__init__(detail)
        self.total = total

    def members(self) -> dict[str, object]:
        return {"total": {"amount": f"{self.total:.2f}", "currency": "RUB"}}


class StillRunning(Conflict):
    """The same request, sent before, has not ended yet."""

    code = "still_running"
    title = "Still at work on it"


class IllegalMove(Conflict):
    """An order, payment or refund refuses a change of state."""

    code = "illegal_move"
    title = "Not in this state"


class Stale(ShopError):
    """Somebody else changed it first (HTTP 412)."""

    status = 412
    code = "stale"
    title = "Changed by somebody else meanwhile"


class VersionRequired(ShopError):
    """A change has to say which state of the thing it starts from (HTTP 428, RFC 6585)."""

    status = 428
    code = "version_required"
    title = "Say what you have read"


class TooManyRequests(ShopError):
    """A rate limit was reached."""

    status = 429
    code = "too_many_requests"
    title = "Too many attempts"

    def __init__(self, detail: object = "", *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(ShopError):
    """A part that this needs does not answer."""

    status = 503
    code = "unavailable"
    title = "The shop will be back in a moment"
    retry_after = 5


class PaymentUnavailable(Unavailable):
    """The payment provider refused, was too slow, or its answer is unknown.

    `unknown` is True when the money may have moved: repeat with the same key or read the payment.
    `reason` is technical and for the log; whoever waits reads what is said of every 503.
    """

    code = "payment_unavailable"
    title = "The payment service does not answer"

    def __init__(self, reason: str = "", *, unknown: bool) -> None:
        super().__init__(reason)
        self.detail = ""
        self.unknown = unknown


class FilesUnavailable(Unavailable):
    """Where pictures are kept is away, too slow, full, or not ours to write to.

    `reason` is technical and for the log, `detail` for the person who waits.
    """

    code = "files_unavailable"
    title = "Pictures cannot be kept or shown just now"

    def __init__(self, reason: str = "", detail: object = "") -> None:
        super().__init__(reason)
        self.detail = detail
