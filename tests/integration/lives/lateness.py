"""Steps of shoppers who pay when it is too late."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from dev.yookassa_sandbox.testing import pay
from tests.integration.lives.duties import Duties
from tests.integration.lives.paying import NEWS, Paying
from tests.integration.lives.placing import Placing
from tests.integration.lives.world import ORDERS, PAGES


class Lateness(Placing, Paying, Duties):
    @rule(target=PAGES, number=ORDERS, rival=st.booleans(), by_hand=st.booleans(), news=NEWS)
    def pay_too_late(self, number: str, rival: bool, by_hand: bool, news: str) -> Any:
        """The order expires before its payer is done; perhaps a rival has its copies by then.

        With `by_hand` the shop hears of it when the money is taken already.
        """
        page = self.payment_page(number)
        if page is None:
            return multiple()
        self.let_expire(number)
        if rival:
            self._buy_up(next(iter(self.sales[number].lines)))
        pay(page.url, "succeed")
        if by_hand:
            self.take_by_hand(page)
        self.hear(page, news)
        return page

    def _buy_up(self, book_id: int) -> None:
        """Somebody buys all copies that are left."""
        if left := self.available(book_id):
            self.sold(self.new_cart({self.titles.index(self.title(book_id)): left}), "pickup")
