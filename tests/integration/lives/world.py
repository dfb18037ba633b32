"""A small shop, and the ledger that says what must be in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from decimal import Decimal

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine
from sqlalchemy import delete, select

from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.testing import state
from shop.errors import ShopError
from shop.extensions import db
from shop.models import AuditEntry, Book, Order, OrderState, OutboxMessage, RoleCode, User
from shop.models.columns import utcnow
from shop.services.registry import Services
from tests import factories as make
from tests.integration.lives.ledger import Sale, Title, discounted

PROMISED = {OrderState.PENDING_PAYMENT, OrderState.PAID, OrderState.PACKING}
# Copies, price before discount, discount. Two of the dearest miss free shipping by two kopecks.
SHELF = ((3, "500.00", 0), (3, "1999.99", 0), (1, "333.33", 15))

ORDERS = Bundle("orders")
PAGES = Bundle("pages")
CARTS = st.sampled_from(["guest", "member"])
TITLES = st.integers(0, len(SHELF) - 1)


class World(RuleBasedStateMachine):
    """A shop with three titles, a guest and a member, each with a cart, and one of the staff.

    `taken` counts the steps of all lives of a run, and the events of their orders.
    """

    def __init__(self, services: Services, sandbox: RunningSandbox, taken: Counter[str]) -> None:
        super().__init__()
        self.services, self.sandbox, self.taken = services, sandbox, taken
        services.shipping.seed()
        self.staff: User = make.save(make.staff())
        self.member: User = make.save(make.staff(RoleCode.CUSTOMER))
        self.titles = [_on_shelf(*values) for values in SHELF]
        self.cart_ids = {
            "guest": services.cart.new_id(),
            "member": services.cart.id_of_user(self.member.id),
        }
        self.carts: dict[str, dict[int, int]] = {"guest": {}, "member": {}}
        self.sales: dict[str, Sale] = {}
        # The ids of the events of each order that were there before the step.
        self.histories: dict[str, list[int]] = {}
        self.older_objects = set(state(sandbox)["objects"])

    def state_of(self, number: str) -> OrderState:
        return self.services.orders.by_number(number).state

    def promised(self, book_id: int) -> int:
        """Copies that open orders have, by the ledger."""
        with self.services.orders.transaction():
            open_orders = db.session.scalars(select(Order.number).where(Order.state.in_(PROMISED)))
            sold = [self.sales[number].lines.get(book_id) for number in open_orders]
        return sum(line[0] for line in sold if line)

    def available(self, book_id: int) -> int:
        return self.title(book_id).copies - self.promised(book_id)

    def title(self, book_id: int) -> Title:
        return next(title for title in self.titles if title.book_id == book_id)

    @property
    def stumbling(self) -> bool:
        """Whether the provider's next call was told to go wrong."""
        settings = state(self.sandbox)["settings"]
        return bool(settings["fail_before"] or settings["fail_after"])

    def forget(self) -> None:
        """Make room for the next life."""
        db.session.rollback()
        db.session.expunge_all()
        for entity in (Order, OutboxMessage, AuditEntry, Book, User):
            db.session.execute(delete(entity))
        db.session.commit()
        for cart, cart_id in self.cart_ids.items():
            self.services.cart.take_out(cart_id, self.carts[cart], utcnow())


@contextmanager
def refused(refusal: type[ShopError] | None) -> Iterator[None]:
    """The block raises exactly this; None says that it goes well."""
    with pytest.raises(refusal) if refusal else nullcontext() as caught:
        yield
    assert caught is None or caught.type is refusal


def _on_shelf(copies: int, list_price: str, percent: int) -> Title:
    price = Decimal(list_price)
    book = make.save(make.book(copies, list_price=price, discount_percent=percent))
    return Title(book.id, copies, discounted(price, percent))
