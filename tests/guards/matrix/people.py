"""Everybody who may stand before a route, and how they come: with a cookie, a token or a key."""

from __future__ import annotations

from enum import StrEnum

from flask import Flask

from shop.models import FROM_THE_START, Permission, RoleCode, User
from shop.services.accounts.api_keys import Scope
from tests.backstage import Backstage
from tests.visitor import Visitor


class Person(StrEnum):
    """`OWNER` is whoever the thing of the address belongs to, or the account that it names."""

    ANONYMOUS = "anonymous"
    CLOSED = "closed account"
    STRANGER = "another customer"
    OWNER = "owner"
    POWERLESS = "role without permissions"
    CATALOGUE_MANAGER = "catalogue manager"
    ORDER_MANAGER = "order manager"
    ACCOUNTANT = "accountant"
    ADMIN = "admin"
    OWNERS_READ_KEY = "owner's key to read"
    OWNERS_WRITE_KEY = "owner's key to write"
    ADMINS_READ_KEY = "admin's key to read"
    ADMINS_WRITE_KEY = "admin's key to write"


ROLES = {
    Person.STRANGER: RoleCode.CUSTOMER,
    Person.OWNER: RoleCode.CUSTOMER,
    Person.CATALOGUE_MANAGER: RoleCode.CATALOGUE_MANAGER,
    Person.ORDER_MANAGER: RoleCode.ORDER_MANAGER,
    Person.ACCOUNTANT: RoleCode.ACCOUNTANT,
    Person.ADMIN: RoleCode.ADMIN,
}
KEYS = {
    Person.OWNERS_READ_KEY: (Person.OWNER, Scope.READ),
    Person.OWNERS_WRITE_KEY: (Person.OWNER, Scope.WRITE),
    Person.ADMINS_READ_KEY: (Person.ADMIN, Scope.READ),
    Person.ADMINS_WRITE_KEY: (Person.ADMIN, Scope.WRITE),
}
# Whoever reads or changes their own: the owner and what the owner has made.
OWNERS = {Person.OWNER, Person.OWNERS_READ_KEY, Person.OWNERS_WRITE_KEY}


def granted(person: Person) -> frozenset[Permission]:
    """What somebody may do; a key may do nothing of what its scopes do not name."""
    role = ROLES.get(person)
    if role is None:
        return frozenset()
    return frozenset(Permission) if role is RoleCode.ADMIN else FROM_THE_START[role]


class Company:
    """All of them, with accounts in this shop. Each request comes with a login of its own."""

    def __init__(self, app: Flask, backstage: Backstage) -> None:
        self.app = app
        self.backstage = backstage
        self.users = {person: backstage.user(role) for person, role in ROLES.items()}
        self.users[Person.POWERLESS] = backstage.user(role=backstage.role("Guest"))
        self.keys = {
            person: self._key(self.users[of], scope) for person, (of, scope) in KEYS.items()
        }
        self.closed = backstage.user()
        self.closed_cookie = Visitor(app, self.closed)
        self.closed_token = self._token(self.closed)
        with backstage.services() as services:
            services.people.close(self.closed.id, None, self.users[Person.ADMIN])

    @property
    def owner(self) -> User:
        return self.users[Person.OWNER]

    def visitor(self, person: Person) -> Visitor:
        """This person in a browser; a key says nothing to a page."""
        if person is Person.CLOSED:
            return self.closed_cookie
        known = self.users.get(person)
        return Visitor(self.app, known and self._now(known))

    def bearer(self, person: Person) -> dict[str, str]:
        """The header with which this person's program says who it is."""
        if person is Person.ANONYMOUS:
            return {}
        if person is Person.CLOSED:
            return _header(self.closed_token)
        if person in self.keys:
            return _header(self.keys[person])
        return _header(self._token(self._now(self.users[person])))

    def _now(self, user: User) -> User:
        """Logging out everywhere, which is a cell too, ends what was opened before."""
        with self.backstage.services() as services:
            return services.accounts.get(user.id)

    def _token(self, user: User) -> str:
        with self.backstage.services() as services:
            return services.tokens.open(services.accounts.get(user.id), "a test").access_token

    def _key(self, user: User, scope: Scope) -> str:
        with self.backstage.services() as services:
            return services.api_keys.make(user, str(scope), [scope], None).secret


def _header(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
