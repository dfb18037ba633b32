"""Many orders at once: packed, printed, shipped, delivered; each on its own, refused or done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from shop.errors import IllegalMove, Invalid, NotFound, ShopError, Stale
from shop.models import Order, OrderState, Permission
from shop.services.order_batches import Chosen, Outcome
from shop.services.order_batches import Parcel as Sent
from shop.views.admin.orders import MESSAGES, Parcel
from shop.web.access import allowed_to
from shop.web.forms import Form, parse
from shop.web.labels import label
from shop.web.papers import Sender, Sheet, labels, packing_lists
from shop.web.services import config, services

pages = Blueprint("admin_order_batches", __name__, url_prefix="/admin/orders/batch")
papers = Blueprint("admin_order_papers", __name__, url_prefix="/admin/orders/<number>")

# As many as a hand can tick, and a printer print at once.
MOST = 200
NONE = _l("Tick the orders first.")


@pages.post("/pack")
@allowed_to(Permission.FULFIL_ORDERS)
def pack() -> Response:
    """paid -> packing, for each that is ticked; they stay ticked, to be printed."""
    outcomes = services.orders.start_packing_many(_chosen(), current_user)
    done = [each.number for each in outcomes if each.problem is None]
    if done:
        text = ngettext(
            "%(num)d order is being packed.", "%(num)d orders are being packed.", len(done)
        )
        flash(text, "success")
    _tell_refused(outcomes)
    state = OrderState.PACKING if done else OrderState.PAID
    return redirect(url_for("admin_orders.index", state=state, number=done), 303)


@pages.post("/deliver")
@allowed_to(Permission.FULFIL_ORDERS)
def deliver() -> Response:
    """shipped -> delivered, for each that is ticked."""
    outcomes = services.orders.deliver_many(_chosen(), current_user)
    if done := sum(each.problem is None for each in outcomes):
        flash(
            ngettext("%(num)d order is delivered.", "%(num)d orders are delivered.", done),
            "success",
        )
    _tell_refused(outcomes)
    return redirect(url_for("admin_orders.index", state=OrderState.SHIPPED), 303)


@pages.post("/parcels")
@allowed_to(Permission.FULFIL_ORDERS)
def choose_parcels() -> Response:
    """On to the table of those that are ticked."""
    chosen = [each.number for each in _chosen()]
    if not chosen:
        return redirect(url_for("admin_orders.index", state=OrderState.PACKING), 303)
    return redirect(url_for("admin_order_batches.parcels", number=chosen), 303)


@pages.get("/parcels")
@allowed_to(Permission.FULFIL_ORDERS)
def parcels() -> str:
    """A tracking number for each order of the address."""
    numbers = request.args.getlist("number")[:MOST]
    return _table(services.order_queue.chosen(numbers), {})


@pages.post("/ship")
@allowed_to(Permission.FULFIL_ORDERS)
def ship() -> Response:
    """packing -> shipped, for each row of the table; those that are refused stay, as typed."""
    forms = {each.number: _row(each) for each in _chosen()}
    read = {number: _read(typed) for number, typed in forms.items()}
    ready = [
        Sent(n, p.version, p.carrier, p.tracking_number)
        for n, p in read.items()
        if isinstance(p, Parcel)
    ]
    outcomes = services.orders.ship_many(ready, current_user)
    problems: dict[str, ShopError] = {n: p for n, p in read.items() if isinstance(p, ShopError)}
    problems |= {o.number: _explained(o.number, o.problem) for o in outcomes if o.problem}
    if done := len(forms) - len(problems):
        flash(ngettext("%(num)d order is shipped.", "%(num)d orders are shipped.", done), "success")
    if not problems:
        return redirect(url_for("admin_orders.index", state=OrderState.PACKING), 303)
    left = services.order_queue.chosen(list(problems))
    refused = {number: Form(forms[number], problem) for number, problem in problems.items()}
    return make_response(_table(left, refused), Invalid.status)


@pages.post("/packing-lists")
@allowed_to(Permission.FULFIL_ORDERS)
def print_packing_lists() -> Response:
    """One PDF: what to fetch for all of them, and a page for each."""
    return _print([each.number for each in _chosen()], _packing_lists, "packing-lists")


@pages.post("/labels")
@allowed_to(Permission.FULFIL_ORDERS)
def print_labels() -> Response:
    """A label for each, on the paper that `sheet` names."""
    return _print([each.number for each in _chosen()], _labels, "labels")


@papers.get("/packing-list.pdf")
@allowed_to(Permission.FULFIL_ORDERS)
def packing_list(number: str) -> Response:
    """What goes into the parcel."""
    return _pdf(_packing_lists([services.orders.by_number(number)]), f"packing-list-{number}")


@papers.get("/label.pdf")
@allowed_to(Permission.FULFIL_ORDERS)
def one_label(number: str) -> Response:
    """What goes onto the parcel."""
    return _pdf(_labels([services.orders.by_number(number)]), f"label-{number}")


def _chosen() -> list[Chosen]:
    """Those that are ticked: `ABCD-2345.3` is an order and the version that was seen."""
    ticked = dict.fromkeys(request.form.getlist("number")[:MOST])
    if not ticked:
        flash(str(NONE), "warning")
    return [_one(text) for text in ticked]


def _one(text: str) -> Chosen:
    number, _dot, version = text.partition(".")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
    return Chosen(number, seen)


def _row(one: Chosen) -> MultiDict[str, str]:
    """What was typed for one order."""
    names = ("tracking_number", "carrier")
    typed = {name: request.form.get(f"{name}-{one.number}", "") for name in names}
    return MultiDict(typed | ({} if one.version is None else {"version": str(one.version)}))


def _read(typed: MultiDict[str, str]) -> Parcel | Invalid:
    try:
        return parse(Parcel, typed, MESSAGES)
    except Invalid as problem:
        return problem


def _table(orders: Sequence[Order], refused: dict[str, Form]) -> str:
    """Those that are packed have fields; of the others it says why they have none."""
    return render_template(
        "admin/orders/parcels.html", orders=orders, refused=refused, no_form=Form({})
    )


def _explained(number: str, problem: ShopError) -> ShopError:
    """Why it was refused, for somebody who looks at many orders."""
    if isinstance(problem, NotFound):
        problem.detail = _("There is no such order.")
    elif isinstance(problem, Stale | IllegalMove):
        state = services.orders.by_number(number).state
        name = str(label(state, "order_state"))
        problem.detail = _("It has changed meanwhile and is now: %(state)s.", state=name)
    return problem


def _tell_refused(outcomes: Sequence[Outcome]) -> None:
    """A sentence that names each order which stays as it is, with the reason."""
    refused = [
        f"{each.number}: {_explained(each.number, each.problem).detail or each.problem.title}"
        for each in outcomes
        if each.problem
    ]
    if refused:
        flash(_("Left as they are. %(reasons)s", reasons=" ".join(refused)), "warning")


def _print(numbers: Sequence[str], draw: Callable[[Sequence[Order]], bytes], name: str) -> Response:
    orders = services.order_queue.chosen(numbers)
    if not orders:
        return redirect(url_for("admin_orders.index"), 303)
    return _pdf(draw(orders), name)


def _packing_lists(orders: Sequence[Order]) -> bytes:
    return packing_lists(orders, services.order_queue.skus(orders))


def _labels(orders: Sequence[Order]) -> bytes:
    sheet = request.values.get("sheet", "")
    sender = Sender(config.seller_name, config.seller_address, config.seller_phone)
    return labels(orders, sender, Sheet.A4 if sheet == Sheet.A4 else Sheet.A6)


def _pdf(paper: bytes, name: str) -> Response:
    answer = make_response(paper)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    # Whom it goes to is nobody else's business.
    answer.headers["Cache-Control"] = "no-store"
    return answer
