"""Whatever happens in the shop, in whatever sequence: copies and roubles are all accounted for.

`make test ARGS="tests/integration/lives --hypothesis-profile=long"` looks for minutes, at lives
that nobody has seen yet.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, multiple, run_state_machine_as_test
from sqlalchemy import select

from dev.yookassa_sandbox.testing import control, state
from shop.extensions import db
from shop.models import Order, OutboxMessage
from shop.repositories.orders import OrderRepository
from tests.integration.lives import accounts, promises
from tests.integration.lives.accounts import Books
from tests.integration.lives.carting import Carting
from tests.integration.lives.lateness import Lateness
from tests.integration.lives.paying import NEWS
from tests.integration.lives.taking import Taking
from tests.integration.lives.world import ORDERS, TITLES

# A life takes as long as so many examples of other tests.
LIFE = 10
STEPS = 20
# What must have happened somewhere, or the lives were too quiet to prove anything.
EVENTFUL = {"paid", "cancelled", "expired", "refunded", "lines_changed"}


class Life(Carting, Lateness, Taking):
    """One shop from its opening until all is settled."""

    @initialize(
        target=ORDERS,
        titles=st.lists(TITLES, min_size=2, max_size=3, unique=True),
        news=NEWS,
    )
    def begin(self, titles: list[int], news: str) -> Any:
        """A few orders, the first of them paid."""
        numbers = [self.sold(self.new_cart({title: 1}), "pickup") for title in titles]
        self.pay_order(numbers[0], "succeed", news)
        return multiple(*numbers)

    @invariant()
    def all_is_accounted_for(self) -> None:
        self.taken["steps"] += 1
        self._carts_hold_what_was_put_in()
        orders = self._orders()
        self._history_only_grows(orders)
        promises.copies_are_accounted_for(self.titles, orders)
        promises.messages_say_what_happened(_outbox(), orders)
        assert {order.number for order in orders} == set(self.sales)
        for order in orders:
            promises.it_is_what_was_bought(order, self.sales[order.number])
            promises.its_history_explains_it(order, self.staff.id)
            accounts.roubles_have_a_place(order)
        accounts.the_ledger_has_each_kopeck(orders)
        Books(state(self.sandbox), self.older_objects).agree_with(orders)

    def teardown(self) -> None:
        control(self.sandbox, reset=True)
        try:
            # Not after a step that failed: that is what has to be told.
            if sys.exception() is None:
                self._settle_down()
        finally:
            self.forget()

    def _settle_down(self) -> None:
        """Everything that jobs do in the end."""
        for _ in range(2):
            self.reconcile()
            self.deliver_outbox()
        self.all_is_accounted_for()
        orders = self._orders()
        assert all(message.delivered_at for message in _outbox())
        accounts.all_is_settled(orders, self.services.payments.gateway)
        self.taken.update(event.kind for order in orders for event in order.events)

    def _carts_hold_what_was_put_in(self) -> None:
        for cart, cart_id in self.cart_ids.items():
            lines = self.services.cart.view(cart_id).lines
            assert {line.book.id: line.quantity for line in lines} == self.carts[cart]

    def _orders(self) -> list[Order]:
        """All of them, as they are in the database."""
        db.session.rollback()
        db.session.expire_all()
        query = select(Order).options(*OrderRepository(db.session).loads()).order_by(Order.id)
        return list(db.session.scalars(query).unique())

    def _history_only_grows(self, orders: list[Order]) -> None:
        for order in orders:
            ids = [event.id for event in order.events]
            before = self.histories.get(order.number, [])
            assert ids[: len(before)] == before
            self.histories[order.number] = ids


def _outbox() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage)))


def test_nothing_is_lost_and_nothing_is_done_twice(services, sandbox):
    taken: Counter[str] = Counter()

    def begin() -> Life:
        return Life(services, sandbox, taken)

    lives = max(1, settings.default.max_examples // LIFE)
    run_state_machine_as_test(
        begin, settings=settings(max_examples=lives, stateful_step_count=STEPS)
    )
    sys.stdout.write(f"{lives} lives: {dict(taken)}\n")  # with -rP pytest shows it
    assert taken.keys() >= EVENTFUL
