"""Reports: what sold, VAT, what stock is worth; each as a plot, a table and a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from shop.models import Permission
from shop.models.columns import today
from shop.repositories.reports import (
    SLOW_SORTS,
    SORTS,
    VALUE_SORTS,
    Dimension,
    Ranked,
    Shelving,
    SlowMover,
    StockValue,
)
from shop.views.admin.report_plots import plotted, summed
from shop.web.access import allowed_to
from shop.web.charts import share
from shop.web.exports import Cell, Sheet, asked_file, export
from shop.web.formats import localised
from shop.web.htmx import page_or_fragment
from shop.web.leafing import page_asked
from shop.web.report_spans import PRESETS, UNITS, SpanAsked, asked_span, asked_unit
from shop.web.services import config, services

pages = Blueprint("admin_reports", __name__, url_prefix="/admin/reports")

PER_PAGE = 50
# Days without a sale after which a book is a slow mover.
QUIET = (30, 90, 180, 365)
USUAL_QUIET = 90
NAMES = {
    Dimension.BOOKS: _l("Books"),
    Dimension.AUTHORS: _l("Authors"),
    Dimension.CATEGORIES: _l("Categories"),
    Dimension.PUBLISHERS: _l("Publishers"),
    Dimension.SHIPPING: _l("Shipping methods"),
}
# What a row is called that hangs on nothing.
NOTHING = {
    Dimension.BOOKS: _l("Books that are gone"),
    Dimension.AUTHORS: _l("Without an author"),
    Dimension.CATEGORIES: _l("In no category"),
    Dimension.PUBLISHERS: _l("Without a publisher"),
    Dimension.SHIPPING: _l("Unknown"),
}
OVERLAPS = {
    Dimension.AUTHORS: _l("A book by two authors counts for both, so the rows come to more."),
    Dimension.CATEGORIES: _l(
        "A category has the books of those below it too, and a book may hang in several: the rows"
        " come to more."
    ),
}
SALES_HEADINGS = (_l("Sales"), _l("Came back"), _l("Left"), _l("Before"), _l("Difference"))


@dataclass(frozen=True)
class Tab:
    """A report in the line of all."""

    name: object
    endpoint: str
    by: str | None = None


TABS = (
    Tab(_l("In time"), "admin_reports.index"),
    *(Tab(name, "admin_reports.ranking", str(by)) for by, name in NAMES.items()),
    Tab(_l("VAT"), "admin_reports.vat"),
    Tab(_l("Stock value"), "admin_reports.stock"),
    Tab(_l("Slow movers"), "admin_reports.slow"),
)


@pages.get("")
@allowed_to(Permission.SEE_REPORTS)
def index() -> Response:
    """What sold in time, with what went back."""
    wanted = _span()
    unit = asked_unit(wanted.span)
    periods = services.reports.by_period(unit, wanted.span)
    if form := asked_file():
        headings = (
            *(_l("First day"), _l("Orders"), _l("Books"), _l("Shipping"), _l("Sales")),
            *(_l("Money back"), _l("Left"), _l("Orders before"), _l("Before")),
        )
        rows = ([*vars(period).values()] for period in periods)
        return export(Sheet("sales", headings, rows), form)
    return _page(
        "period",
        wanted=wanted,
        periods=periods,
        total=summed(periods),
        plot=plotted(periods, unit),
        unit=unit,
        units=UNITS,
    )


@pages.get("/<any(books, authors, categories, publishers, shipping):by>")
@allowed_to(Permission.SEE_REPORTS)
def ranking(by: str) -> Response:
    """What sold by book, author, category, publisher or shipping method."""
    dimension, wanted, sort = Dimension(by), _span(), _sort(SORTS, "-net")
    if form := asked_file():
        rows = services.reports.whole_ranking(dimension, wanted.span, sort)
        counted = _l("Orders") if dimension is Dimension.SHIPPING else _l("Copies sold")
        headings = (NAMES[dimension], counted, *SALES_HEADINGS)
        return export(Sheet(f"sales-by-{by}", headings, _ranked_cells(dimension, rows)), form)
    found = services.reports.ranking(dimension, wanted.span, sort, page_asked(), PER_PAGE)
    longest = max([max(row.net, row.before) for row in found.page], default=found.total.net)
    return _page(
        "ranking",
        wanted=wanted,
        by=by,
        found=found,
        sort=sort,
        names=NAMES[dimension],
        nothing=NOTHING[dimension],
        overlaps=OVERLAPS.get(dimension),
        share=lambda value: share(value, longest),
    )


@pages.get("/vat")
@allowed_to(Permission.SEE_REPORTS)
def vat() -> Response:
    """VAT of what was sold, by the rate on the receipts."""
    wanted = _span()
    rows = services.reports.vat(wanted.span)
    if form := asked_file():
        headings = (
            *(_l("Rate"), _l("What"), _l("Sales"), _l("VAT in it")),
            *(_l("Came back"), _l("VAT in that"), _l("Left"), _l("VAT left")),
        )
        cells = (
            (
                *(_rate(row.rate, row.is_reckoned), _what(row.is_shipping), row.sales, row.vat),
                *(row.returned, row.returned_vat, row.net, row.net_vat),
            )
            for row in rows
        )
        return export(Sheet("vat", headings, cells), form)
    longest = max([row.net_vat for row in rows], default=Decimal(0))
    return _page(
        "vat",
        wanted=wanted,
        rows=rows,
        rate=_rate,
        what=_what,
        share=lambda value: share(value, longest),
    )


@pages.get("/stock-value")
@allowed_to(Permission.SEE_REPORTS)
def stock() -> Response:
    """What the copies on the shelves are worth now."""
    wanted = request.args.get("by", "")
    by = Shelving(wanted) if wanted in list(Shelving) else Shelving.CATEGORIES
    sort = _sort(VALUE_SORTS, "-at_price")
    names = {Shelving(name): NAMES[Dimension(name)] for name in Shelving}
    nothing = NOTHING[Dimension(by)]
    if form := asked_file():
        headings = (
            names[by],
            _l("Titles"),
            _l("In stock"),
            _l("At list price"),
            _l("At our price"),
        )
        rows = services.reports.whole_stock_value(by, sort)
        return export(Sheet(f"stock-by-{by}", headings, _value_cells(rows, nothing)), form)
    found, total = services.reports.stock_value(by, sort, page_asked(), PER_PAGE)
    longest = max([row.at_list for row in found], default=total.at_list)
    return _page(
        "stock",
        found=found,
        total=total,
        by=by,
        names=names,
        nothing=nothing,
        sort=sort,
        share=lambda value: share(value, longest),
    )


@pages.get("/slow")
@allowed_to(Permission.SEE_REPORTS)
def slow() -> Response:
    """Books in stock that nobody has bought for so many days."""
    asked = request.args.get("days", USUAL_QUIET, type=int)
    days = asked if 1 <= asked <= 3650 else USUAL_QUIET
    since = datetime.now(UTC) - timedelta(days=days)
    sort = _sort(SLOW_SORTS, "-value")
    if form := asked_file():
        headings = (_l("Book"), _l("SKU"), _l("In stock"), _l("Value"), _l("Last sold"))
        movers = services.reports.all_slow_movers(since, sort)
        return export(Sheet(f"not-sold-for-{days}-days", headings, _slow_cells(movers)), form)
    found, value = services.reports.slow_movers(since, sort, page_asked(), PER_PAGE)
    longest = max([mover.value for mover in found], default=value)
    return _page(
        "slow",
        found=found,
        value=value,
        days=days,
        quiet=QUIET,
        sort=sort,
        share=lambda value: share(value, longest),
    )


def _page(name: str, **context: object) -> Response:
    return page_or_fragment(
        "admin/reports/page.html",
        "admin/reports/_report.html",
        part=f"admin/reports/_{name}.html",
        tabs=TABS,
        presets=PRESETS,
        **context,
    )


def _span() -> SpanAsked:
    return asked_span(today(), ZoneInfo(config.timezone))


def _sort(known: Sequence[str], usual: str) -> str:
    wanted = request.args.get("sort", "")
    return wanted if wanted.removeprefix("-") in known else usual


def _ranked_cells(by: Dimension, rows: Iterable[Ranked]) -> Iterable[Sequence[Cell]]:
    for row in rows:
        name = localised(row) if row.name else NOTHING[by]
        yield name, row.copies, row.sales, row.returned, row.net, row.before, row.change


def _value_cells(rows: Iterable[StockValue], nothing: object) -> Iterable[Sequence[Cell]]:
    for row in rows:
        name = localised(row) if row.name else nothing
        yield name, row.titles, row.copies, row.at_list, row.at_price


def _slow_cells(movers: Iterable[SlowMover]) -> Iterable[Sequence[Cell]]:
    for mover in movers:
        yield mover.title, mover.sku, mover.copies, mover.value, mover.last_sold


def _rate(rate: int | None, is_reckoned: bool) -> str:
    if rate is None:
        return str(gettext("No VAT"))
    return f"{rate}/{100 + rate}" if is_reckoned else f"{rate} %"


def _what(is_shipping: bool) -> str:
    return str(gettext("Shipping") if is_shipping else gettext("Books"))
