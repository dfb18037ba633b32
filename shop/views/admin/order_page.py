"""The page of one order, which several modules answer with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import flash, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict
from werkzeug.wrappers import Response

from shop.errors import IllegalMove, Invalid, ShopError, Stale
from shop.models import Order, OrderEvent
from shop.web.formats import clock
from shop.web.forms import Form
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.labels import label
from shop.web.services import services

PAGE, PART = "admin/orders/order.html", "admin/orders/_order.html"
MOVED_ON = _l("The order has changed meanwhile: look at its state before you go on.")
MEANWHILE = _l("Meanwhile: %(changes)s. Look at the order as it is now before you go on.")


class Seen(BaseModel):
    """Which order somebody had before their eyes: its version."""

    model_config = ConfigDict(str_strip_whitespace=True)

    version: int | None = None


def of_order(order: Order, form: Form, **more: object) -> dict[str, object]:
    """What stands on the page of an order."""
    return {
        "order": order,
        "form": form,
        "notes": services.order_care.notes(order),
        "customer": services.order_care.history(order),
        "mails": services.order_care.mails(order),
        "onlookers": services.order_queue.look_in(order.number, current_user),
        # The history of a moment has all that was done in the same second.
        "a_moment": timedelta(seconds=1),
        **more,
    }


def shown(number: str) -> Response:
    return page_or_fragment(
        "admin/orders/order.html",
        "admin/orders/_order.html",
        **of_order(services.orders.by_number(number), Form({})),
    )


def answered(number: str, change: Callable[[], object], notice: object) -> Response:
    """Do it: the order as it is then, or as it is now with why it was refused."""
    try:
        change()
    except (IllegalMove, Stale) as problem:
        problem.detail = _meanwhile(number) or problem.detail or MOVED_ON
        return _refused(number, problem)
    except ShopError as problem:
        if problem.status not in (Invalid.status, IllegalMove.status):
            raise
        return _refused(number, problem)
    if not wants_fragment():
        flash(str(notice), "success")
    order = services.orders.by_number(number)
    location = url_for("admin_orders.show", number=order.number)
    return after_post(
        "admin/orders/_order.html", location, **of_order(order, Form({}), notice=notice)
    )


def since(order: Order) -> list[OrderEvent]:
    """What has been done since the page was opened that this request comes from."""
    seen = request.values.get("event", type=int)
    return [event for event in order.events if seen is not None and event.id > seen]


def told(event: OrderEvent) -> str:
    """Who did what, and when, in a few words."""
    return f"{label(event.actor, 'actor')}: {label(event.kind, 'order_event')} ({clock(event.at)})"


def _meanwhile(number: str) -> str | None:
    changes = [told(event) for event in since(services.orders.by_number(number))]
    return str(MEANWHILE % {"changes": "; ".join(changes)}) if changes else None


def _refused(number: str, problem: ShopError) -> Response:
    """The order as it is now, with what was typed and why it was refused."""
    order = services.orders.by_number(number)
    template = PART if wants_fragment() else PAGE
    page = render_template(template, **of_order(order, Form(request.form, problem)))
    return make_response(page, problem.status)
