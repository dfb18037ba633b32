"""What staff do for an order beside moving it on: notes, mails, corrections, looking back."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel import to_user_timezone
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator
from werkzeug.wrappers import Response

from shop.models import LONGEST_NOTE, Order, OrderNote, Permission
from shop.models.columns import utcnow
from shop.services.checkout_details import (
    ADDRESS,
    MISTAKES,
    City,
    Comment,
    FullName,
    Phone,
    PostalCode,
    Street,
)
from shop.services.mail_addresses import Email
from shop.services.order_care import OrderMail
from shop.views.admin.order_page import Seen, answered, of_order, since, told
from shop.web.access import allowed_to
from shop.web.forms import Form, parse
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.moments import asked_moment
from shop.web.services import services

pages = Blueprint("admin_order_care", __name__, url_prefix="/admin/orders/<number>")


class Note(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    text: Annotated[
        str,
        StringConstraints(min_length=1, max_length=LONGEST_NOTE, pattern=r"^[^\x00]*$"),
    ]


class Again(BaseModel):
    mail: OrderMail


class Correction(Seen):
    """Whom and where it goes to."""

    email: Email
    phone: Phone
    full_name: FullName
    city: City = ""
    street: Street = ""
    postal_code: PostalCode = ""
    comment: Comment = ""

    @field_validator("comment")
    @classmethod
    def as_it_was_sent(cls, comment: str) -> str:
        """Browsers send the ends of lines as two characters."""
        return comment.replace("\r\n", "\n")


MESSAGES = {
    **MISTAKES,
    **{name: text for name, text in ADDRESS.items() if name not in MISTAKES},
    "text": _l("Write from 1 to 2000 characters."),
    "mail": _l("Choose a mail."),
}


@pages.post("/notes")
@allowed_to(Permission.SEE_ORDERS)
def write_note(number: str) -> Response:
    """A note that no customer sees."""

    def change() -> OrderNote:
        note = parse(Note, request.form, MESSAGES)
        return services.order_care.write_note(number, current_user, note.text)

    return answered(number, change, _l("The note is kept. No customer sees it."))


@pages.post("/mails")
@allowed_to(Permission.EDIT_ORDERS)
def send_again(number: str) -> Response:
    """A mail of the order once more."""

    def change() -> Order:
        again = parse(Again, request.form, MESSAGES)
        return services.order_care.send_again(number, current_user, again.mail)

    return answered(number, change, _l("The mail is on its way."))


@pages.post("/contact")
@allowed_to(Permission.EDIT_ORDERS)
def correct(number: str) -> Response:
    """Whom and where it goes to, until it is shipped."""

    def change() -> Order:
        given = parse(Correction, request.form, MESSAGES)
        changes = given.model_dump(exclude={"version"}, exclude_unset=True)
        return services.orders.correct(number, given.version, changes, current_user)

    return answered(number, change, _l("The order goes to this address now."))


@pages.get("/presence")
@allowed_to(Permission.SEE_ORDERS)
def presence(number: str) -> Response:
    """Who else has the order open, and what was done since the page was."""
    order = services.orders.by_number(number)
    # Asked every few seconds by each open page: no more is read for it than it shows.
    page = {} if wants_fragment() else of_order(order, Form({}))
    looking = {
        "order": order,
        "onlookers": services.order_queue.look_in(order.number, current_user),
        "news": [told(event) for event in since(order)],
        "seen": request.args.get("event", type=int),
    }
    return page_or_fragment(
        "admin/orders/order.html", "admin/orders/_presence.html", **(page | looking)
    )


@pages.get("/as-of")
@allowed_to(Permission.SEE_ORDERS)
def as_of(number: str) -> str:
    """The order as it was at a moment: `at`, in the shop's time; of a day alone, its end."""
    given = request.args.get("at", "")
    at = asked_moment(given) if given else utcnow()
    order = services.orders.by_number(number)
    early = at is not None and at < order.placed_at
    then = None if at is None or early else services.order_moments.as_of(number, at)
    local = to_user_timezone(at).strftime("%Y-%m-%dT%H:%M:%S") if at else ""
    return render_template(
        "admin/orders/as_of.html", order=order, then=then, given=given, local=local, early=early
    )
