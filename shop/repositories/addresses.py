"""Address books: whose an address is, is part of every question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import NoResultFound

from shop.models import Address, User
from shop.repositories.base import Repository


class AddressRepository(Repository[Address]):
    entity = Address

    def of_user(self, user_id: int) -> Sequence[Address]:
        """The default first, then as they were added."""
        query = select(Address).where(Address.user_id == user_id)
        return self.session.scalars(query.order_by(Address.is_default.desc(), Address.id)).all()

    def one_of(self, user_id: int, address_id: int) -> Address:
        """NoResultFound for an address of somebody else's, too."""
        address = self.get(address_id)
        if address.user_id != user_id:
            raise NoResultFound(f"no Address {address_id} of User {user_id}")
        return address

    def lock_book(self, user_id: int) -> None:
        """Until the transaction ends nobody else adds to this account's book or takes from it."""
        query = select(User.id).where(User.id == user_id)
        self.session.execute(query.with_for_update(key_share=True))

    def count(self, user_id: int) -> int:
        query = select(func.count()).select_from(Address).where(Address.user_id == user_id)
        return self.session.scalar(query) or 0

    def has(self, user_id: int, facts: Mapping[str, str]) -> bool:
        """Whether the book has an address with these values already."""
        query = select(Address.id).where(Address.user_id == user_id).filter_by(**facts)
        return self.session.scalar(query.limit(1)) is not None

    def make_default(self, address: Address) -> None:
        """In place of the one before. Neither gets a new version: what they say is the same."""
        whole_book = update(Address).where(Address.user_id == address.user_id)
        self.session.execute(whole_book.where(Address.is_default).values(is_default=False))
        self.session.execute(whole_book.where(Address.id == address.id).values(is_default=True))

    def drop(self, user_id: int) -> None:
        """Forget the whole book."""
        self.session.execute(delete(Address).where(Address.user_id == user_id))
