"""The web process or the worker is killed between an order and its paid mail: nothing is lost.

Each test prints a row of a table, which `-rP` shows.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from dev.yookassa_sandbox.testing import state, wait_until
from shop.extensions import db
from shop.models import Book, Order, OrderEvent, OrderState, OutboxMessage
from tests import factories
from tests.faults.crashes.clock import Clock
from tests.faults.crashes.points import POINTS, Point
from tests.faults.crashes.purchase import Purchase
from tests.faults.crashes.shops import MortalShop
from tests.jobs.workforce import PATIENCE
from tests.stored import allocated, stored

# No mail server and its client can agree, at every moment, on whether a mail was taken: where the
# worker dies between its answer and our note of it, the same mail goes out again. Its Message-ID
# is the same too, by which the reader's side can tell.
SENT_TWICE = "worker-after-the-paid-mail-was-sent"


def is_settled() -> bool:
    """Whether the money is taken and nothing waits to be done."""
    db.session.rollback()
    waiting = db.session.scalar(select(func.count()).where(OutboxMessage.delivered_at.is_(None)))
    return list(db.session.scalars(select(Order.state))) == [OrderState.PAID] and not waiting


def done(shop: MortalShop, book: Book, payments: set[str]) -> dict[str, int]:
    """How often each thing was done that has to be done once."""
    at_yookassa = state(shop.web.sandbox)["objects"]
    operations = sum((Counter(at_yookassa[each]) for each in payments), Counter())
    mails = [mail_id.partition("-")[0] for mail_id in set(shop.mails.ids())]
    return {
        "order": stored(Order),
        "copy promised": allocated(book),
        "payment made": operations["create_payment"],
        "money taken": operations["capture_payment"],
        "step to paid": stored_steps("paid"),
        "placed mail": mails.count("placed"),
        "paid mail": mails.count("paid"),
    }


def stored_steps(kind: str) -> int:
    return db.session.scalar(select(func.count()).where(OrderEvent.kind == kind)) or 0


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_nothing_is_lost_and_nothing_is_done_twice(
    mortal_shop: MortalShop, clock: Clock, point: Point
) -> None:
    book = factories.save(factories.book(stock=3))
    before = payments_at(mortal_shop)
    purchase = Purchase(mortal_shop, point)
    purchase.of(book)
    wait_until(lambda: mortal_shop.died_at or clock.turn(), PATIENCE)
    wait_until(lambda: is_settled() or clock.turn(), PATIENCE)
    seconds = time.time() - mortal_shop.died_at
    # Whatever comes again changes nothing.
    clock.turn()
    counts = done(mortal_shop, book, payments_at(mortal_shop) - before)
    sys.stdout.write(row(point, purchase.saw, seconds, counts))
    assert counts == dict.fromkeys(counts, 1)
    sent = mortal_shop.mails.ids()
    again = [mail_id for mail_id in set(sent) if sent.count(mail_id) > 1]
    assert again == ([sent[-1]] if point.name == SENT_TWICE else [])


def payments_at(shop: MortalShop) -> set[str]:
    return set(state(shop.web.sandbox)["objects"])


def row(point: Point, saw: list[str], seconds: float, counts: dict[str, int]) -> str:
    """Of a table: the point, what was seen, what healed it and how soon, lost, done twice."""
    lost = sum(count == 0 for count in counts.values())
    doubled = sum(count > 1 for count in counts.values())
    shown = ", ".join(saw)
    return f"| {point.name} | {shown} | {point.healed_by} | {seconds:.1f} | {lost} | {doubled} |\n"
