"""Steps from a cart to an order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from shop.errors import Conflict, OutOfStock, PriceChanged, ShopError
from shop.models import Order
from shop.services.checkout_details import CheckoutDetails
from tests import factories as make
from tests.integration.lives.ledger import COSTS, Sale, shipping_cost, worth
from tests.integration.lives.world import CARTS, ORDERS, TITLES, World, refused

METHODS = st.sampled_from(sorted(COSTS))
ADDRESS = {"city": "Тверь", "street": "Садовая, 1", "postal_code": "170000"}
PATHS = st.sampled_from(["straight", "straight", "without a total", "wrong total", "killed"])


class Placing(World):
    @rule(target=ORDERS, wanted=st.dictionaries(TITLES, st.integers(1, 2), min_size=1))
    def buy(self, wanted: dict[int, int]) -> Any:
        """Somebody new buys a few things, if they are there."""
        if any(n > self.available(self.titles[title].book_id) for title, n in wanted.items()):
            return multiple()
        return self.sold(self.new_cart(wanted), "courier")

    @rule(target=ORDERS, cart=CARTS, method=METHODS, path=PATHS)
    def place(self, cart: str, method: str, path: str) -> Any:
        """Send the checkout form; "killed" is a web process that dies before it empties the cart.

        What of the cart cannot be had any more refuses all of it.
        """
        cart_id, lines = self.cart_ids[cart], self._priced(self.carts[cart])
        total = worth(lines) + shipping_cost(worth(lines), method)
        seen = {"without a total": None, "wrong total": total + Decimal("0.01")}.get(path, total)
        form = make.details(shipping_method=method, expected_total=seen, **ADDRESS)
        user_id = self.member.id if cart == "member" else None
        refusal = self._order_refusal(lines) or (PriceChanged if path == "wrong total" else None)
        with refused(refusal):
            order = self._place(cart_id, form, user_id)
        if refusal:
            return multiple()
        self._note(order, form, lines)
        if path != "killed":
            self.services.cart.take_out(
                cart_id, [line.book_id for line in order.lines], order.placed_at
            )
            self.carts[cart].clear()
        return order.number

    @rule(number=ORDERS, cart=CARTS, somebody_else=st.booleans())
    def send_again(self, number: str, cart: str, somebody_else: bool) -> None:
        """The same form, whatever is in the cart or out of stock by now: the same order.

        Somebody else cannot get it that way.
        """
        sale, cart_id = self.sales[number], self.cart_ids[cart]
        other = None if sale.user_id else self.member.id
        with refused(Conflict if somebody_else else None):
            again = self._place(cart_id, sale.form, other if somebody_else else sale.user_id)
            assert again.number == number

    @rule(target=ORDERS, title=TITLES)
    def race(self, title: int) -> Any:
        """Two carts with all copies of a title that are left: one of them gets these."""
        left = self.available(self.titles[title].book_id)
        if not left:
            return multiple()
        first, second = (self.new_cart({title: left}) for _ in range(2))
        number = self.sold(first, "pickup")
        with refused(OutOfStock):
            self._place(second[0], make.details(), None)
        return number

    def new_cart(self, wanted: dict[int, int]) -> tuple[str, dict[int, int]]:
        cart_id = self.services.cart.new_id()
        quantities = {self.titles[title].book_id: n for title, n in wanted.items()}
        for book_id, quantity in quantities.items():
            self.services.cart.add(cart_id, book_id, quantity)
        return cart_id, quantities

    def sold(self, cart: tuple[str, dict[int, int]], method: str) -> str:
        cart_id, quantities = cart
        form = make.details(shipping_method=method, **ADDRESS)
        self._note(self._place(cart_id, form, None), form, self._priced(quantities))
        return next(reversed(self.sales))

    def _place(self, cart_id: str, form: CheckoutDetails, user_id: int | None) -> Order:
        return self.services.checkout.place(cart_id, form, user_id=user_id, locale="en")

    def _priced(self, quantities: dict[int, int]) -> dict[int, tuple[int, Decimal]]:
        return {key: (n, self.title(key).price) for key, n in quantities.items()}

    def _order_refusal(self, lines: dict[int, tuple[int, Decimal]]) -> type[ShopError] | None:
        if not lines:
            return Conflict
        missing = any(n > self.available(book_id) for book_id, (n, _) in lines.items())
        return OutOfStock if missing else None

    def _note(
        self, order: Order, form: CheckoutDetails, lines: dict[int, tuple[int, Decimal]]
    ) -> None:
        assert order.number not in self.sales
        cost = shipping_cost(worth(lines), form.shipping_method)
        self.sales[order.number] = Sale(order.number, form, order.user_id, lines, cost)
