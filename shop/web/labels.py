"""What the shop's own words are called on pages: states, formats, roles, steps of an order."""

from __future__ import annotations

from enum import StrEnum

from flask import Flask
from flask_babel import lazy_gettext as _l

from shop.models import (
    BookFormat,
    BookStatus,
    ConsentKind,
    ContributorRole,
    OrderState,
    PaymentStatus,
    Permission,
    RefundStatus,
    Role,
    RoleCode,
    ShelfKind,
    Trouble,
)
from shop.services.accounts.api_keys import Scope
from shop.services.cart_contents import LineProblem
from shop.services.order_care import OrderMail

ORDER_STATES = {
    OrderState.PENDING_PAYMENT: _l("Waiting for payment"),
    OrderState.PAID: _l("Paid"),
    OrderState.PACKING: _l("Being packed"),
    OrderState.SHIPPED: _l("Shipped"),
    OrderState.DELIVERED: _l("Delivered"),
    OrderState.CANCELLED: _l("Cancelled"),
    OrderState.RETURNED: _l("Returned"),
}
ORDER_EVENTS = {
    "placed": _l("Order placed"),
    "paid": _l("Payment received"),
    "payment_authorised": _l("Payment approved"),
    "payment_cancelled": _l("Payment did not go through"),
    "packing": _l("Packing started"),
    "shipped": _l("Handed to the carrier"),
    "delivered": _l("Delivered"),
    "cancelled": _l("Cancelled"),
    "expired": _l("Cancelled: the payment did not come in time"),
    "reopened": _l("Reopened: the payment came late"),
    "late_payment_released": _l("A late payment was released"),
    "refunded": _l("Money sent back"),
    "refund_refused": _l("The refund was refused: try again, or send the money back by hand"),
    "refund_begun_again": _l("The refund was begun again"),
    "refund_begun": _l("A part of the money goes back"),
    "returned": _l("Returned"),
    "mail_again": _l("A mail was sent again"),
    "corrected": _l("Contact data or address changed"),
    "lines_changed": _l("Lines changed"),
    "late_payment_refunded": _l("A late payment was sent back"),
    "person_forgotten": _l("The customer deleted their account: the person is forgotten"),
}
# What somebody has to do with orders of each state.
ORDER_TASKS = {**ORDER_STATES, OrderState.PAID: _l("To pack"), OrderState.SHIPPED: _l("On the way")}
ORDER_MAILS = {
    OrderMail.PLACED: _l("The order is placed"),
    OrderMail.PAID: _l("The payment is received"),
    OrderMail.SHIPPED: _l("The order is shipped"),
    OrderMail.CANCELLED: _l("The order is cancelled"),
}
ACTORS = {"customer": _l("Customer"), "shop": _l("Shop"), "staff": _l("Staff")}
PAYMENT_STATUSES = {
    PaymentStatus.PENDING: _l("Waiting"),
    PaymentStatus.AUTHORISED: _l("Approved"),
    PaymentStatus.CAPTURED: _l("Received"),
    PaymentStatus.CANCELLED: _l("Cancelled"),
}
REFUND_STATUSES = {
    RefundStatus.PENDING: _l("Under way"),
    RefundStatus.SUCCEEDED: _l("Sent back"),
    RefundStatus.CANCELLED: _l("Refused by the provider"),
}
# https://yookassa.ru/developers/payment-acceptance/after-the-payment/declined-payments
CANCELLATIONS = {
    "3d_secure_failed": _l("The bank could not confirm that it was you (3-D Secure)."),
    "call_issuer": _l("The bank refused the payment. It can tell you why."),
    "card_expired": _l("The card is out of date."),
    "expired_on_confirmation": _l("The time to pay ran out."),
    "insufficient_funds": _l("There was not enough money on the card."),
    "invalid_card_number": _l("The card number was mistyped."),
    "invalid_csc": _l("The card's security code was mistyped."),
    "permission_revoked": _l("The payment was withdrawn."),
}
CANCELLED_SOMEHOW = _l("The payment was not accepted.")
BOOK_FORMATS = {
    BookFormat.HARDCOVER: _l("Hardcover"),
    BookFormat.PAPERBACK: _l("Paperback"),
    BookFormat.POCKET: _l("Pocket edition"),
    BookFormat.GIFT: _l("Gift edition"),
}
BOOK_STATUSES = {
    BookStatus.DRAFT: _l("Draft"),
    BookStatus.ON_SALE: _l("On sale"),
    BookStatus.WITHDRAWN: _l("Withdrawn"),
}
CONTRIBUTOR_ROLES = {
    ContributorRole.AUTHOR: _l("Author"),
    ContributorRole.TRANSLATOR: _l("Translated by"),
    ContributorRole.EDITOR: _l("Edited by"),
    ContributorRole.ILLUSTRATOR: _l("Illustrated by"),
}
ROLES = {
    RoleCode.CUSTOMER: _l("Customer"),
    RoleCode.CATALOGUE_MANAGER: _l("Catalogue manager"),
    RoleCode.ORDER_MANAGER: _l("Order manager"),
    RoleCode.ACCOUNTANT: _l("Accountant"),
    RoleCode.ADMIN: _l("Administrator"),
}
PERMISSIONS: dict[StrEnum, object] = {
    Permission.SEE_ORDERS: _l("See orders and who placed them"),
    Permission.FULFIL_ORDERS: _l("Pack, ship and deliver orders"),
    Permission.EDIT_ORDERS: _l("Take orders and change them"),
    Permission.CANCEL_ORDERS: _l("Cancel orders and send money back"),
    Permission.SEE_STOCK: _l("See how many copies there are"),
    Permission.EDIT_BOOKS: _l("Change books, prices and stock"),
    Permission.SEE_USERS: _l("See accounts"),
    Permission.EDIT_USERS: _l("Give roles, close accounts, log people out"),
    Permission.EDIT_ROLES: _l("Make roles and decide what they may do"),
    Permission.SEE_REPORTS: _l("See what was sold, and for how much"),
    Permission.SEE_AUDIT: _l("See who changed what"),
    Permission.SEE_LOGS: _l("Read the logs"),
    Permission.EDIT_PAGES: _l("Write pages and put shelves together"),
    Permission.EDIT_SETTINGS: _l("Change shipping and settings of the shop"),
}
# What staff do to an account.
DEEDS = {
    "give_role": _l("Another role"),
    "close": _l("Account closed"),
    "reopen": _l("Account opened again"),
    "log_out": _l("Logged out everywhere"),
    "invite": _l("Account made"),
    "change_password": _l("Password changed"),
    "change_email": _l("E-mail changed"),
    "second_factor_on": _l("Second factor turned on"),
    "second_factor_off": _l("Second factor turned off"),
    "make_key": _l("Key for programs made"),
    "change_profile": _l("Details changed"),
    "erase": _l("Account deleted at its owner's wish"),
}
SHELF_KINDS = {
    ShelfKind.STAFF_PICKS: _l("Staff picks, each with a card"),
    ShelfKind.MOOD: _l("Books for a mood"),
}
SETTINGS = {
    "contact_phone": _l("Telephone"),
    "contact_email": _l("E-mail"),
    "contact_hours": _l("Hours"),
    "contact_hours_ru": _l("Hours in Russian"),
    "notice_on": _l("Notice shown"),
    "notice": _l("Notice"),
    "notice_ru": _l("Notice in Russian"),
    "notice_until": _l("Notice shown until"),
    "low_stock_threshold": _l("Few copies are"),
    "orders_notify_email": _l("Tell of paid orders"),
}
SCOPES: dict[StrEnum, object] = {
    Scope.READ: _l("See what is mine, and the catalogue"),
    Scope.WRITE: _l("Change what is mine: the cart, orders, details"),
    **PERMISSIONS,
}
CONSENTS = {ConsentKind.PERSONAL_DATA: _l("Processing of personal data")}
CART_PROBLEMS = {
    LineProblem.WITHDRAWN: _l("No longer sold. Remove it to continue."),
    LineProblem.NOT_OUT_YET: _l("Not out yet. Remove it to continue."),
    LineProblem.SOLD_OUT: _l("Sold out. Remove it to continue."),
    LineProblem.TOO_MANY: _l("Fewer copies are left than you want."),
}
# Why a picture has no sizes.
PICTURE_TROUBLES = {
    Trouble.UNREADABLE: _l("This file is damaged: no picture can be made of it. Send another one."),
    Trouble.LOST: _l("The file that was sent is gone. Send it again."),
    Trouble.DEADLY: _l("This picture is too much for the shop: send a smaller one."),
    Trouble.STORE: _l("The store of pictures does not answer. It is tried again by itself."),
}
LABELS: dict[tuple[str, str], object] = {
    **{("order_state", key): text for key, text in ORDER_STATES.items()},
    **{("payment_status", key): text for key, text in PAYMENT_STATUSES.items()},
    **{("refund_status", key): text for key, text in REFUND_STATUSES.items()},
    **{("book_format", key): text for key, text in BOOK_FORMATS.items()},
    **{("book_status", key): text for key, text in BOOK_STATUSES.items()},
    **{("contributor_role", key): text for key, text in CONTRIBUTOR_ROLES.items()},
    **{("role", key): text for key, text in ROLES.items()},
    **{("permission", key): text for key, text in PERMISSIONS.items()},
    **{("deed", key): text for key, text in DEEDS.items()},
    **{("shelf_kind", key): text for key, text in SHELF_KINDS.items()},
    **{("setting", key): text for key, text in SETTINGS.items()},
    **{("scope", key): text for key, text in SCOPES.items()},
    **{("consent", key): text for key, text in CONSENTS.items()},
    **{("cart_problem", key): text for key, text in CART_PROBLEMS.items()},
    **{("picture_trouble", key): text for key, text in PICTURE_TROUBLES.items()},
    **{("order_task", key): text for key, text in ORDER_TASKS.items()},
    **{("order_mail", key): text for key, text in ORDER_MAILS.items()},
    **{("order_event", key): text for key, text in ORDER_EVENTS.items()},
    **{("actor", key): text for key, text in ACTORS.items()},
}


def label(value: str, kind: str) -> object:
    """`{{ order.state|label("order_state") }}`; what has no label stands for itself."""
    return LABELS.get((kind, value), value)


def role_name(role: Role) -> object:
    """As an admin named it; one from the start goes by our name for it."""
    return role.name or label(role.code, "role")


def cancellation(reason: str | None) -> object:
    """Why a payment was cancelled, in words for the one who paid."""
    return CANCELLATIONS.get(reason or "", CANCELLED_SOMEHOW)


def install(app: Flask) -> None:
    app.jinja_env.filters["label"] = label
    app.jinja_env.filters["role_name"] = role_name
    app.jinja_env.filters["cancellation"] = cancellation
