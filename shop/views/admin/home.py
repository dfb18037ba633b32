"""Where staff arrive: what sold, what waits, what is nearly gone, what does not add up."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from shop.errors import Forbidden
from shop.models import Permission
from shop.models.columns import today
from shop.repositories.order_queue import WAITING
from shop.repositories.reports import Unit
from shop.views.admin.report_plots import plotted, summed
from shop.web.access import require_second_factor, signed_in
from shop.web.report_spans import Preset, span_of
from shop.web.services import config, services

pages = Blueprint("admin", __name__, url_prefix="/admin")

DIFFERENCES = {
    "unknown": _l("YooKassa did not say what became of the payment"),
    "refused": _l("YooKassa refused the refund"),
    "amount": _l("The sum that was taken is not that of the order"),
}


@pages.get("")
@signed_in
def index() -> str:
    """The parts of it that the person's permissions open; Forbidden for customers."""
    if not current_user.is_staff:
        raise Forbidden()
    require_second_factor()
    may = current_user.may
    threshold = services.settings.front().settings.low_stock_threshold
    return render_template(
        "admin/home/page.html",
        **(_sales() if may(Permission.SEE_REPORTS) else {}),
        **(_orders() if may(Permission.SEE_ORDERS) else {}),
        low_stock=services.desk.low_stock(threshold) if may(Permission.SEE_STOCK) else None,
    )


def _sales() -> dict[str, object]:
    span = span_of(Preset.MONTH, today(), ZoneInfo(config.timezone))
    sales = services.desk.sales(span)
    return {
        "sales": sales,
        "month": summed(sales.days),
        "plot": plotted(sales.days, Unit.DAY),
        "best_sold": services.desk.best_sold(),
    }


def _orders() -> dict[str, object]:
    return {
        "waiting": WAITING,
        "counts": services.order_queue.counts(),
        "oldest": services.desk.oldest(),
        "differences": services.desk.differences(),
        "kinds": DIFFERENCES,
    }
