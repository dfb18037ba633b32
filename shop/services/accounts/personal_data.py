"""What the shop knows of somebody: given to them, and erased when they wish.

Federal Law 152-FZ: article 14 gives people a view of their data, article 21 has them erased.
Orders stay without the person, since accounts are kept for five years (402-FZ, article 29).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, Unavailable
from shop.models import Address, ApiKey, Consent, Order, OrderState, User
from shop.models.columns import utcnow
from shop.repositories.addresses import AddressRepository
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.carts import CartRepository, cart_of
from shop.repositories.consents import ConsentRepository
from shop.repositories.kept_carts import KeptCartRepository
from shop.repositories.orders import OrderRepository
from shop.repositories.tokens import (
    ApiKeyRepository,
    RecoveryCodeRepository,
    TokenFamilyRepository,
)
from shop.repositories.users import UserRepository
from shop.services.accounts.notices import Notice, Notices
from shop.services.accounts.passwords import Passwords
from shop.services.accounts.people import PeopleService
from shop.services.base import EntityBaseService, retried
from shop.services.storage_errors import translated

logger = logging.getLogger(__name__)

# A parcel that is still to be sent needs somebody to send it to.
UNDER_WAY = (OrderState.PENDING_PAYMENT, OrderState.PAID, OrderState.PACKING)


class PersonalDataService(EntityBaseService[User]):
    def __init__(
        self,
        session: Sessions,
        users: UserRepository,
        addresses: AddressRepository,
        consents: ConsentRepository,
        orders: OrderRepository,
        carts: KeptCartRepository,
        live_carts: CartRepository,
        families: TokenFamilyRepository,
        keys: ApiKeyRepository,
        codes: RecoveryCodeRepository,
        people: PeopleService,
        audit: AuditRepository,
        notices: Notices,
        passwords: Passwords,
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.addresses = addresses
        self.consents = consents
        self.orders = orders
        self.carts = carts
        self.live_carts = live_carts
        self.families = families
        self.keys = keys
        self.codes = codes
        self.people = people
        self.audit = audit
        self.notices = notices
        self.passwords = passwords

    def consents_of(self, user: User) -> Sequence[Consent]:
        with self.transaction():
            return self.consents.of_user(user.id)

    def export(self, user: User) -> dict[str, object]:
        """What the shop keeps of somebody, in plain values: no digests, and no logs."""
        with self.transaction():
            return {
                "account": _account(user),
                "consents": [_consent(each) for each in self.consents.of_user(user.id)],
                "addresses": [_address(each) for each in self.addresses.of_user(user.id)],
                "orders": [_order(each) for each in self._orders_of(user)],
                "cart": [
                    {"book_id": line.book_id, "quantity": line.quantity}
                    for line in self.carts.copy_of(user.id).lines
                ],
                "api_keys": [_key(each) for each in self.keys.of_user(user.id)],
                "programs": [
                    {"agent": each.agent, "since": _moment(each.created_at)}
                    for each in self.families.open_of(user.id, utcnow())
                ],
            }

    @retried
    def erase(self, user: User, password: str) -> None:
        """Delete the account; its orders stay without the person.

        Invalid for a wrong password; Conflict while an order is still to be sent, and for the last
        administrator.
        """
        verified = self.passwords.require(user, password)
        with self.transaction():
            self.people.refuse_last_admin(user)
            user = self.users.locked(user.id)
            self.passwords.recheck(user, verified)
            self._erase(user)
        self._empty_cart(user)

    @retried
    def erase_for(self, user_id: int, version: int | None, by: User) -> None:
        """Delete the account of somebody who has asked the shop to. Conflict as for themselves.

        Stale when it was changed after `version` was read, Forbidden for staff who may do more.
        """
        with self.transaction():
            user = self.people.changeable(user_id, version, by)
            self.people.refuse_last_admin(user)
            self._erase(user)
            self.audit.note(by, "user", user_id, "erase", {}, {})
        self._empty_cart(user)

    def _erase(self, user: User) -> None:
        if user.deleted_at is not None:
            raise Conflict(_l("Its owner has deleted this account."))
        self._forget_in_orders(user)
        self.notices.tell(Notice.DELETED, user, email=user.email)
        self.orders.forget_actor(user.id)
        user.erase(utcnow())
        self.addresses.drop(user.id)
        self.carts.drop(user.id)
        self.codes.drop(user.id)
        self.families.drop(user.id)
        self.keys.drop(user.id)

    def _orders_of(self, user: User) -> Sequence[Order]:
        """Those of a guest too, where the address is shown to be theirs."""
        confirmed = user.email_confirmed_at is not None
        return self.orders.all_of(user.id, user.email if confirmed else None)

    def _empty_cart(self, user: User) -> None:
        try:
            with translated():
                cart_id = cart_of(user.id)
                for line in self.live_carts.lines(cart_id):
                    self.live_carts.remove(cart_id, line.book_id)
        except Unavailable:
            logger.warning("the cart of a deleted account is forgotten when its time is over")

    def _forget_in_orders(self, user: User) -> None:
        orders = self._orders_of(user)
        if waiting := [order.number for order in orders if order.state in UNDER_WAY]:
            raise Conflict(
                _l(
                    "Wait until these orders are sent, or cancel them first: %(numbers)s.",
                    numbers=", ".join(waiting),
                )
            )
        for order in orders:
            order.forget_person()
        self.orders.forget_notes([order.id for order in orders])


def _account(user: User) -> dict[str, object]:
    return {
        "email": user.email,
        "email_confirmed_at": _moment(user.email_confirmed_at),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "birth_date": user.birth_date.isoformat() if user.birth_date else None,
        "locale": user.locale,
        "created_at": _moment(user.created_at),
        "second_factor": user.has_second_factor,
    }


def _consent(consent: Consent) -> dict[str, object]:
    return {
        "kind": consent.kind,
        "text_version": consent.text_version,
        "given_at": _moment(consent.given_at),
    }


def _address(address: Address) -> dict[str, object]:
    names = ("label", "full_name", "phone", "city", "street", "postal_code", "is_default")
    return {name: getattr(address, name) for name in names}


def _order(order: Order) -> dict[str, object]:
    names = ("number", "state", "email", "phone", "full_name", "shipping_name", "city", "street")
    return {
        **{name: getattr(order, name) for name in names},
        "postal_code": order.postal_code,
        "comment": order.comment,
        "consent": {"text_version": order.consent_version, "given_at": _moment(order.consent_at)},
        "placed_at": _moment(order.placed_at),
        "total": {"amount": f"{order.total:.2f}", "currency": order.currency},
        "lines": [
            {"title": line.title, "isbn": line.isbn, "quantity": line.quantity}
            for line in order.lines
        ],
    }


def _key(key: ApiKey) -> dict[str, object]:
    return {"name": key.name, "scopes": key.scopes, "created_at": _moment(key.created_at)}


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
