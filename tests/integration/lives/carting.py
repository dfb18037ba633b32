"""Steps at the two carts."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from shop.errors import Invalid, OutOfStock, ShopError
from shop.services.cart_contents import Cart
from tests.integration.lives.world import CARTS, TITLES, World, refused


class Carting(World):
    @rule(cart=CARTS, title=TITLES, quantity=st.integers(1, 3))
    def add(self, cart: str, title: int, quantity: int) -> None:
        book_id = self.titles[title].book_id
        wanted = self.carts[cart].get(book_id, 0) + quantity
        with refused(self._line_refusal(book_id, wanted)):
            shown = self.services.cart.add(self.cart_ids[cart], book_id, quantity)
            self.carts[cart][book_id] = wanted
            self._is_shown(cart, shown)

    @rule(cart=CARTS, title=TITLES, quantity=st.sampled_from([0, 0, 1, 2, 3, 4, 100, -1]))
    def set_quantity(self, cart: str, title: int, quantity: int) -> None:
        book_id = self.titles[title].book_id
        with refused(self._line_refusal(book_id, quantity) if quantity else None):
            shown = self.services.cart.set_quantity(self.cart_ids[cart], book_id, quantity)
            self.carts[cart].pop(book_id, None)
            if quantity:
                self.carts[cart][book_id] = quantity
            self._is_shown(cart, shown)

    @rule(cart=CARTS, title=TITLES)
    def take_out_and_put_back(self, cart: str, title: int) -> None:
        cart_id, book_id = self.cart_ids[cart], self.titles[title].book_id
        if book_id in self.carts[cart]:
            self.services.cart.set_quantity(cart_id, book_id, 0)
            self._is_shown(cart, self.services.cart.restore(cart_id, book_id))

    @rule(title=TITLES, guest_has=st.integers(0, 3), member_has=st.integers(0, 3))
    def log_in(self, title: int, guest_has: int, member_has: int) -> None:
        """The guest turns out to be the member; the cart comes along, the larger quantity wins.

        Both have put in the same title, if there is so much of it.
        """
        book_id = self.titles[title].book_id
        for cart, quantity in (("guest", guest_has), ("member", member_has)):
            if 0 < quantity <= self.available(book_id):
                self.services.cart.set_quantity(self.cart_ids[cart], book_id, quantity)
                self.carts[cart][book_id] = quantity
        for _ in range(2):
            self.services.cart.merge(self.cart_ids["guest"], self.cart_ids["member"])
        guest, member = self.carts["guest"], self.carts["member"]
        member.update({key: max(n, member.get(key, 0)) for key, n in guest.items()})
        guest.clear()
        self._is_shown("member", self.services.cart.view(self.cart_ids["member"]))

    def _line_refusal(self, book_id: int, quantity: int) -> type[ShopError] | None:
        if not 1 <= quantity <= self.services.cart.most_copies:
            return Invalid
        return OutOfStock if quantity > self.available(book_id) else None

    def _is_shown(self, cart: str, shown: Cart) -> None:
        """The page of the cart has today's prices, and says what cannot be had."""
        expected = {
            book_id: (quantity, self.title(book_id).price, self._line_problem(book_id, quantity))
            for book_id, quantity in self.carts[cart].items()
        }
        found = {line.book.id: (line.quantity, line.price, line.problem) for line in shown.lines}
        assert found == expected
        assert shown.total == sum(quantity * price for quantity, price, _ in expected.values())

    def _line_problem(self, book_id: int, quantity: int) -> str | None:
        available = self.available(book_id)
        if not available:
            return "sold_out"
        return "too_many" if quantity > available else None
