"""Steps of orders that the staff take, and of customers who take theirs back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from shop.errors import IllegalMove, OutOfStock, ShopError
from shop.models import Order, OrderState
from tests import factories as make
from tests.integration.lives.ledger import shipping_cost, worth
from tests.integration.lives.placing import ADDRESS, METHODS, Placing
from tests.integration.lives.world import ORDERS, TITLES, refused

INDICES, COPIES = st.integers(0, 2), st.integers(0, 3)


class Taking(Placing):
    @rule(
        target=ORDERS,
        wanted=st.dictionaries(TITLES, st.integers(1, 2), min_size=1),
        method=METHODS,
        second_thoughts=st.lists(st.tuples(INDICES, COPIES), max_size=2),
    )
    def take(
        self, wanted: dict[int, int], method: str, second_thoughts: list[tuple[int, int]]
    ) -> Any:
        """The staff take an order by telephone; its payment begins when somebody asks to pay."""
        quantities = {self.titles[title].book_id: n for title, n in wanted.items()}
        lines, form = self._priced(quantities), make.details(shipping_method=method, **ADDRESS)
        refusal = self._order_refusal(lines)
        with refused(refusal):
            order = self.services.checkout.place_for(
                quantities, form, user_id=self.member.id, locale="en", by=self.staff
            )
        if refusal:
            return multiple()
        self._note(order, form, lines)
        for index, quantity in second_thoughts:
            self.resize_line(order.number, index, quantity)
        return order.number

    @rule(number=ORDERS, index=INDICES, quantity=COPIES)
    def resize(self, number: str, index: int, quantity: int) -> None:
        self.resize_line(number, index, quantity)

    def resize_line(self, number: str, index: int, quantity: int) -> None:
        """Another number of copies, at the price of the placing, until a payment is begun."""
        order = self.services.orders.by_number(number)
        line = order.lines[index % len(order.lines)]
        more = quantity - line.quantity
        with refused(self._resize_refusal(order, quantity, line.book_id, more)):
            self.services.order_lines.resize(number, order.version, line.id, quantity, self.staff)
            self._note_resized(number, line.book_id, quantity)

    @rule(number=ORDERS)
    def withdraw(self, number: str) -> None:
        """A customer can do it until packing begins."""
        may = self.state_of(number) in (OrderState.PENDING_PAYMENT, OrderState.PAID)
        with refused(None if may else IllegalMove):
            self.services.orders.withdraw(number, "changed my mind")
            assert self.state_of(number) is OrderState.CANCELLED

    def _resize_refusal(
        self, order: Order, quantity: int, book_id: int, more: int
    ) -> type[ShopError] | None:
        waits = order.state is OrderState.PENDING_PAYMENT and not order.payments
        if not waits or (quantity == 0 and len(order.lines) == 1):
            return IllegalMove
        return OutOfStock if more > self.available(book_id) else None

    def _note_resized(self, number: str, book_id: int, quantity: int) -> None:
        sale = self.sales[number]
        lines = {**sale.lines, book_id: (quantity, sale.lines[book_id][1])}
        if not quantity:
            del lines[book_id]
        cost = shipping_cost(worth(lines), sale.form.shipping_method)
        self.sales[number] = replace(sale, lines=lines, shipping=cost)
