"""Steps at the provider, and the news of them."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from dev.yookassa_sandbox.testing import control, pay
from shop.errors import Conflict, PaymentUnavailable
from shop.models import Order, OrderState, PaymentStatus
from shop.models.payments import OPEN, new_key
from tests.integration.lives.ledger import Page
from tests.integration.lives.world import ORDERS, PAGES, World

OUTCOMES = st.sampled_from(["succeed"] * 4 + ["decline", "fail-3ds", "leave"])
NEWS = st.sampled_from(["notification", "two notifications", "return"])


class Paying(World):
    @rule(target=PAGES, number=ORDERS, outcome=OUTCOMES, news=st.none() | NEWS)
    def pay(self, number: str, outcome: str, news: str | None) -> Any:
        return self.pay_order(number, outcome, news) or multiple()

    @rule(page=PAGES, outcome=OUTCOMES)
    def pay_on_an_old_page(self, page: Page, outcome: str) -> None:
        """A page that was left open is payable for as long as the provider thinks."""
        pay(page.url, outcome)

    @rule(page=PAGES, news=NEWS)
    def hear_late(self, page: Page, news: str) -> None:
        self.hear(page, news)

    @rule(how=st.sampled_from(["fail_before", "fail_after"]))
    def stumble(self, how: str) -> None:
        """The next thing that the provider is told to do ends in a 500, undone or done."""
        control(self.sandbox, **{how: 1})

    @rule(page=PAGES)
    def run_out(self, page: Page) -> None:
        """The provider waits no longer for the payer, or lets go of the money that it held."""
        if self._seen(page) in OPEN:
            control(self.sandbox, expire=page.provider_id)

    def pay_order(self, number: str, outcome: str, news: str | None) -> Page | None:
        """Go to the payment page and press a button; without news the shopper does not return."""
        page = self.payment_page(number)
        if page:
            pay(page.url, outcome)
        if page and news:
            self.hear(page, news)
        return page

    def take_by_hand(self, page: Page) -> None:
        """Somebody of the shop takes held money in the provider's cabinet."""
        if self._seen(page) is PaymentStatus.AUTHORISED:
            total, key = self.sales[page.number].total, new_key()
            with suppress(PaymentUnavailable) if self.stumbling else nullcontext():
                self.services.payments.gateway.capture(page.provider_id, total, "RUB", key)

    def hear(self, page: Page, news: str) -> None:
        """The shop asks what became of a payment, for one reason or another."""
        order = self.services.orders.by_number(page.number)
        first, wanted = self._first_news(order, page), self._wants_money(order)
        stumbling = self.stumbling
        if news == "return":
            self.services.payments.look(page.number)
            return
        for _ in range(2 if news == "two notifications" else 1):
            heard = self.services.payments.settle(page.provider_id)
        if not stumbling and first:
            expected = OrderState.PAID if wanted else order.state
            assert self.state_of(page.number) is expected
        assert stumbling or heard.status is self._seen(page)

    def payment_page(self, number: str) -> Page | None:
        waiting = self.state_of(number) is OrderState.PENDING_PAYMENT
        stumbling = self.stumbling
        try:
            payment = self.services.payments.start(number)
        except PaymentUnavailable:
            assert stumbling
            return None
        except Conflict:
            assert not waiting
            return None
        if not payment.is_open:
            return None
        return Page(number, str(payment.provider_payment_id), str(payment.confirmation_url))

    def _seen(self, page: Page) -> PaymentStatus:
        """What the provider says."""
        return self.services.payments.gateway.read(page.provider_id).status

    def _first_news(self, order: Order, page: Page) -> bool:
        """Whether the shop hears only now that it can have the money of a payer, or has it."""
        [known] = [p for p in order.payments if p.provider_payment_id == page.provider_id]
        paid = {PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED}
        return known.status is PaymentStatus.PENDING and self._seen(page) in paid

    def _wants_money(self, order: Order) -> bool:
        """An order that waits, or one that waited in vain and whose copies are still there."""
        if order.state is OrderState.PENDING_PAYMENT:
            return True
        moves = [event.kind for event in order.events if event.to_state]
        lines = self.sales[order.number].lines
        there = all(n <= self.available(book_id) for book_id, (n, _) in lines.items())
        return moves[-1] == "expired" and there
