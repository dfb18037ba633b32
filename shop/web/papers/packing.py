"""Packing lists: a page for each order, and before them what to fetch from the shelves for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from shop.models import Order, OrderLine
from shop.models.isbn import hyphenated
from shop.web.formats import moment
from shop.web.papers.paper import HEAVY, PLAIN, REPLACED, Paper

MARGIN = 15
# Of the columns of a table, in parts of its width.
LINES = (8, 52, 40)
PICKS = (8, 46, 30, 26)


@dataclass
class Pick:
    """Copies of one title that several orders want."""

    line: OrderLine
    quantity: int = 0
    numbers: list[str] = field(default_factory=list)


def packing_lists(orders: Sequence[Order], skus: Mapping[int, str]) -> bytes:
    """A PDF on A4; `skus` are those of the books, by id."""
    paper = Paper("A4", MARGIN, _("Packing lists"))
    if len(orders) > 1:
        _pick_list(paper, orders, skus)
    for order in orders:
        _page(paper, order, skus)
    return paper.finished()


def picks(orders: Sequence[Order]) -> list[Pick]:
    """The books of all these orders, each title once, by title."""
    found: dict[tuple[int | None, str], Pick] = {}
    for order in orders:
        for line in order.lines:
            pick = found.setdefault((line.book_id, line.title), Pick(line))
            pick.quantity += line.quantity
            pick.numbers.append(order.number)
    return sorted(found.values(), key=lambda pick: pick.line.title.casefold())


def _pick_list(paper: Paper, orders: Sequence[Order], skus: Mapping[int, str]) -> None:
    paper.add_page()
    paper.pen(22, heavy=True)
    paper.written(0, _("To fetch from the shelves"), 10)
    wanted = picks(orders)
    copies = sum(pick.quantity for pick in wanted)
    paper.pen(11, grey=True)
    count = ngettext("%(num)d order", "%(num)d orders", len(orders))
    paper.written(0, f"{count} · {ngettext('%(num)d copy', '%(num)d copies', copies)}", 6)
    paper.ln(3)
    rows = [
        (str(pick.quantity), _named(pick.line), _code(pick.line, skus), ", ".join(pick.numbers))
        for pick in wanted
    ]
    _table(paper, PICKS, (_("Qty"), _("Book"), _("SKU and ISBN"), _("Orders")), rows)


def _page(paper: Paper, order: Order, skus: Mapping[int, str]) -> None:
    paper.add_page()
    top = paper.get_y()
    paper.bar_code(order.number, paper.w - MARGIN - 70, top, 70, 14)
    paper.pen(34, heavy=True)
    paper.written(105, order.number, 14)
    paper.pen(10, grey=True)
    paper.written(105, _("Placed %(when)s", when=moment(order.placed_at)), 5)
    paper.ln(4)
    _addressee(paper, order)
    _comment(paper, order)
    rows = [(str(line.quantity), _named(line), _code(line, skus)) for line in order.lines]
    _table(paper, LINES, (_("Qty"), _("Book"), _("SKU and ISBN")), rows)
    paper.ln(3)
    copies = sum(line.quantity for line in order.lines)
    paper.pen(12, heavy=True)
    paper.written(0, ngettext("%(num)d copy in all", "%(num)d copies in all", copies), 6)


def _addressee(paper: Paper, order: Order) -> None:
    paper.rule()
    paper.pen(13, heavy=True)
    paper.written(0, order.shipping_name, 6)
    paper.pen(11)
    paper.written(0, f"{order.full_name}, {order.phone}", 5.5)
    if order.needs_address:
        paper.written(0, f"{order.postal_code}, {order.city}, {order.street}", 5.5)
    paper.ln(2)
    paper.rule()


def _comment(paper: Paper, order: Order) -> None:
    if not order.comment:
        return
    paper.pen(10, grey=True)
    paper.written(0, _("The customer says:"), 5)
    paper.pen(12)
    paper.written(0, order.comment, 6)
    paper.ln(3)


def _table(
    paper: Paper,
    widths: tuple[int, ...],
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
) -> None:
    paper.pen(11)
    names = FontFace(family=PLAIN[0], emphasis="", color=90, size_pt=9)
    counts = FontFace(family=HEAVY[0], emphasis="BOLD", size_pt=13)
    with paper.table(
        col_widths=widths,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=names,
        line_height=5.5,
        padding=(1.5, 1, 1.5, 0),
        text_align="LEFT",
        v_align="T",
    ) as table:
        table.row(head)
        for first, *rest in rows:
            row = table.row()
            row.cell(first, style=counts)
            for text in rest:
                row.cell(text.translate(REPLACED))


def _named(line: OrderLine) -> str:
    return f"{line.title}\n{line.authors}" if line.authors else line.title


def _code(line: OrderLine, skus: Mapping[int, str]) -> str:
    sku = skus.get(line.book_id) if line.book_id else None
    isbn = hyphenated(line.isbn) if line.isbn else None
    return "\n".join(code for code in (sku, isbn) if code)
