"""Labels for parcels: who it goes to, who sends it, and the order's number as a bar code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from shop.models import Order
from shop.web.papers.paper import Paper

# Millimetres of ISO A6, and so of a quarter of A4.
WIDTH, HEIGHT = 105, 148.5
MARGIN = 7
INNER = WIDTH - 2 * MARGIN


class Sheet(StrEnum):
    """What lies in the printer: labels of A6 each, or sheets of A4 with four of them."""

    A6 = "a6"
    A4 = "a4"


@dataclass(frozen=True)
class Sender:
    name: str
    address: str
    phone: str


def labels(orders: Sequence[Order], sender: Sender, sheet: Sheet) -> bytes:
    """A PDF with a label for each order."""
    size: str | tuple[float, float] = "A4" if sheet is Sheet.A4 else (WIDTH, HEIGHT)
    paper = Paper(size, MARGIN, _("Labels"))
    # Whatever is too long for its label is cut off there; it never begins a page.
    paper.set_auto_page_break(False)
    places = [(0.0, 0.0)]
    if sheet is Sheet.A4:
        places = [(x, y) for y in (0.0, HEIGHT) for x in (0.0, float(WIDTH))]
    for nth, order in enumerate(orders):
        at = nth % len(places)
        if at == 0:
            paper.add_page()
        _label(paper, order, sender, *places[at])
    return paper.finished()


def _label(paper: Paper, order: Order, sender: Sender, left: float, top: float) -> None:
    with paper.rect_clip(x=left, y=top, w=WIDTH, h=HEIGHT):
        _sender(paper, sender, left + MARGIN, top + MARGIN)
        _addressee(paper, order, left + MARGIN, top + 36)
        _number(paper, order, left + MARGIN, top + HEIGHT - MARGIN - 33)


def _sender(paper: Paper, sender: Sender, left: float, top: float) -> None:
    paper.set_xy(left, top)
    paper.pen(8, grey=True)
    paper.written(INNER, _("From"), 4)
    paper.pen(9)
    for text in (sender.name, sender.address, sender.phone):
        paper.written(INNER, text, 4.2)


def _addressee(paper: Paper, order: Order, left: float, top: float) -> None:
    paper.set_draw_color(150)
    paper.line(left, top - 3, left + INNER, top - 3)
    paper.set_xy(left, top)
    paper.pen(8, grey=True)
    paper.written(INNER, _("To"), 4)
    paper.pen(16, heavy=True)
    paper.written(INNER, order.full_name, 7)
    paper.pen(13)
    if order.needs_address:
        paper.written(INNER, order.street, 6)
        paper.written(INNER, order.city, 6)
        paper.pen(18, heavy=True)
        paper.written(INNER, order.postal_code, 9)
    paper.pen(11)
    paper.written(INNER, order.phone, 6)


def _number(paper: Paper, order: Order, left: float, top: float) -> None:
    paper.set_xy(left, top)
    paper.pen(9, grey=True)
    paper.written(INNER, order.shipping_name, 5)
    paper.bar_code(order.number, left + (INNER - 80) / 2, top + 6, 80, 16)
    paper.set_xy(left, top + 23)
    paper.pen(18, heavy=True)
    paper.cell(INNER, 9, order.number, align="C")
