"""Address books: each customer's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, Stale
from shop.models import Address, Order, User
from shop.repositories.addresses import AddressRepository
from shop.repositories.base import Sessions
from shop.services.address_details import AddressDetails
from shop.services.base import EntityBaseService, retried

MOST_ADDRESSES = 20
# Two entries that differ in nothing of this are the same one.
PLACE = ("full_name", "phone", "city", "street", "postal_code")


class AddressService(EntityBaseService[Address]):
    """Every verb takes the owner of the book; somebody else's address is NotFound.

    A book that has addresses has one default among them.
    """

    def __init__(self, session: Sessions, addresses: AddressRepository) -> None:
        super().__init__(session, addresses)
        self.addresses = addresses

    def of_user(self, owner: User) -> Sequence[Address]:
        """The default first, then as they were added."""
        with self.transaction():
            return self.addresses.of_user(owner.id)

    def one_of(self, owner: User, address_id: int) -> Address:
        with self.transaction():
            return self.addresses.one_of(owner.id, address_id)

    @retried
    def add(self, owner: User, address: AddressDetails) -> Address:
        """One more; the first is the default. Conflict when the book is full."""
        with self.transaction():
            self.addresses.lock_book(owner.id)
            return self._add(owner, address)

    @retried
    def keep(self, owner: User, order: Order) -> None:
        """Add where an order goes, unless the book has that. Conflict when the book is full."""
        if not order.needs_address:
            return
        place = {name: getattr(order, name) for name in PLACE}
        with self.transaction():
            self.addresses.lock_book(owner.id)
            if not self.addresses.has(owner.id, place):
                self._add(owner, AddressDetails.model_validate(place))

    @retried
    def change(
        self, owner: User, address_id: int, version: int, address: AddressDetails
    ) -> Address:
        """Set all that is typed; Stale when it was changed after `version` was read."""
        with self.transaction():
            found = self.addresses.one_of(owner.id, address_id)
            if found.version != version:
                raise Stale()
            for name, value in address.model_dump().items():
                setattr(found, name, value)
            self.session.flush()
            return found

    @retried
    def make_default(self, owner: User, address_id: int) -> Address:
        with self.transaction():
            self.addresses.lock_book(owner.id)
            found = self.addresses.one_of(owner.id, address_id)
            self.addresses.make_default(found)
            return found

    @retried
    def remove(self, owner: User, address_id: int) -> Address:
        """Take it out. After the default the oldest of the others is the default."""
        with self.transaction():
            self.addresses.lock_book(owner.id)
            found = self.addresses.one_of(owner.id, address_id)
            self.addresses.delete(found)
            others = self.addresses.of_user(owner.id)
            if found.is_default and others:
                self.addresses.make_default(others[0])
            return found

    def _add(self, owner: User, address: AddressDetails) -> Address:
        count = self.addresses.count(owner.id)
        if count >= MOST_ADDRESSES:
            raise Conflict(
                _l(
                    "Your address book is full: it holds %(most)s addresses. Delete one first.",
                    most=MOST_ADDRESSES,
                )
            )
        entry = Address(user_id=owner.id, is_default=count == 0, **address.model_dump())
        return self.addresses.add(entry)
