"""What each person is told at each route: derived from the rule that the route declares, and from
the lists below where it depends on whose the thing of the address is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shop.models import Permission
from shop.services.accounts.api_keys import Scope
from shop.web.access import OWNER, PUBLIC, WAY_IN, Access
from tests.guards.matrix.people import KEYS, OWNERS, Person, granted


class Told(StrEnum):
    """`LET_IN`: whatever is refused then is refused for what is asked, not for who asks."""

    LET_IN = "let in"
    LOG_IN = "log in first"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"


@dataclass(frozen=True)
class Owned:
    """A thing that is somebody's own: to all others it is not there, but to staff with `opens`.

    Whoever `sees` that it is there, and may not do this to it, is forbidden.
    """

    opens: Permission | None = None
    sees: Permission | None = None


# Routes with the name of a thing in the address that is somebody's own.
OWNED = {
    "GET /orders/<number>": Owned(),
    "GET /orders/<number>/return": Owned(),
    "POST /orders/<number>/pay": Owned(),
    "GET /account/addresses/<int:address_id>": Owned(),
    "POST /account/addresses/<int:address_id>": Owned(),
    "POST /account/addresses/<int:address_id>/default": Owned(),
    "POST /account/addresses/<int:address_id>/delete": Owned(),
    "POST /account/security/sessions/<digest>/end": Owned(),
    "POST /account/security/programs/<family_id>/end": Owned(),
    "POST /account/keys/<int:key_id>/revoke": Owned(),
    "GET /api/v1/orders/<number>": Owned(Permission.SEE_ORDERS),
    "GET /api/v1/orders/<number>/lines": Owned(Permission.SEE_ORDERS),
    "POST /api/v1/orders/<number>/pay": Owned(Permission.EDIT_ORDERS, Permission.SEE_ORDERS),
    "PATCH /api/v1/orders/<number>": Owned(Permission.EDIT_ORDERS, Permission.SEE_ORDERS),
    "POST /api/v1/orders/<number>/cancel": Owned(Permission.CANCEL_ORDERS, Permission.SEE_ORDERS),
    "GET /api/v1/users/<int:user_id>": Owned(Permission.SEE_USERS),
    "PATCH /api/v1/users/<int:user_id>": Owned(Permission.EDIT_USERS),
    "GET /api/v1/users/<int:user_id>/orders": Owned(Permission.SEE_ORDERS),
    "DELETE /api/v1/auth/keys/<int:key_id>": Owned(),
}
# Where tokens are given: one that is no good closes none of them.
WAYS_IN = {f"POST /api/v1/auth/{name}" for name in ("register", "login", "refresh")}
# Routes for whoever is signed in that refuse some of them all the same, and whom.
CUSTOMERS = {Person.STRANGER, Person.OWNER, Person.POWERLESS}
BARRED = {
    "GET /admin": CUSTOMERS,
    "GET /admin/search": CUSTOMERS,
    # What a key must not do: make others, or end the login of a program.
    "POST /api/v1/auth/keys": set(KEYS),
    "POST /api/v1/auth/logout": set(KEYS),
}


def told(route: str, rule: Access | None, person: Person) -> Told | None:
    """What this person is told; None where nothing decides it."""
    method, path = route.split(" ", 1)
    api = path.startswith("/api/")
    if api and person is Person.CLOSED:
        # A spoilt token is refused where none is given: nobody goes on as a stranger unawares.
        return Told.LET_IN if route in WAYS_IN else Told.LOG_IN
    if rule is None:
        return None
    if api and person in KEYS and not _within_key(rule, method, person):
        return Told.FORBIDDEN
    if rule.login and not _known(person, api):
        return Told.LOG_IN
    if rule in (PUBLIC, WAY_IN):
        return Told.LET_IN
    if rule.permission is not None:
        return Told.LET_IN if rule.permission in granted(person) else Told.FORBIDDEN
    return _of_whose(route, rule, person if api or person not in KEYS else Person.ANONYMOUS)


def _known(person: Person, api: bool) -> bool:
    return person not in (Person.ANONYMOUS, Person.CLOSED) and (api or person not in KEYS)


def _within_key(rule: Access, method: str, person: Person) -> bool:
    _, scope = KEYS[person]
    return scope == (rule.permission or (Scope.READ if method == "GET" else Scope.WRITE))


def _of_whose(route: str, rule: Access, person: Person) -> Told | None:
    if route in OWNED:
        return _owned(OWNED[route], person)
    if person in BARRED.get(route, ()):
        return Told.FORBIDDEN
    return None if rule == OWNER or "<" in route else Told.LET_IN


def _owned(thing: Owned, person: Person) -> Told:
    if person in OWNERS or thing.opens in granted(person):
        return Told.LET_IN
    return Told.FORBIDDEN if thing.sees in granted(person) else Told.NOT_FOUND
