"""Who may open a route. Each view says so itself; one that says nothing is closed to all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, g, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from shop.errors import Forbidden, LoginRequired, SecondFactorRequired
from shop.models import Permission
from shop.services.accounts.api_keys import Scope
from shop.web import bearer
from shop.web.security import SAFE
from shop.web.services import config

View = TypeVar("View", bound=Callable[..., Any])
RULE = "access_rule"


@dataclass(frozen=True)
class Access:
    """`name` is what the list of routes shows; `permission` is what the person needs.

    `way_in`: a token that is no good does not close it, for here it is replaced.
    """

    name: str
    login: bool = False
    permission: Permission | None = None
    way_in: bool = False


PUBLIC = Access("public")
WAY_IN = Access("public", way_in=True)
# Open to anybody; the view or the service looks at whose it is.
OWNER = Access("owner")
SIGNED_IN = Access("signed in", login=True)


def _marked(rule: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, RULE, rule)
        return view

    return mark


public = _marked(PUBLIC)
way_in = _marked(WAY_IN)
owner_only = _marked(OWNER)
signed_in = _marked(SIGNED_IN)


def allowed_to(permission: Permission) -> Callable[[View], View]:
    """For people with this permission."""
    return _marked(Access(f"permission {permission}", login=True, permission=permission))


def rule_of(app: Flask, endpoint: str) -> Access | None:
    """The rule of a route; None where its view has none."""
    if endpoint == "static":
        return PUBLIC
    rule = getattr(app.view_functions[endpoint], RULE, None)
    return rule if isinstance(rule, Access) else None


def check(rule: Access | None) -> None:
    """LoginRequired or Forbidden unless the rule lets the person of this request in."""
    if rule is None:
        raise Forbidden(_l("This page is not open to anybody."))
    if not rule.way_in:
        bearer.refuse_spoilt()
    _within_key(rule)
    if not rule.login:
        return
    if not current_user.is_authenticated:
        raise LoginRequired(_l("Log in to continue."))
    if rule.permission is not None and not current_user.may(rule.permission):
        raise Forbidden(_l("Your account is not allowed to do this."))
    if rule.permission is not None:
        require_second_factor()


def may(permission: Permission) -> bool:
    """Whether the person of this request may do this to what is not their own.

    For routes that are open to others too; `allowed_to` asks the same for a whole route.
    """
    known = current_user.is_authenticated and current_user.may(permission)
    return bool(known and not _lacks_second_factor())


def require_second_factor() -> None:
    """SecondFactorRequired for staff who could send money out of the shop and have only a password.

    It is asked for at login where it is on, so whoever has it and is logged in has shown it.
    """
    if _lacks_second_factor():
        raise SecondFactorRequired(
            _l("Your role moves money: turn the second factor on before you go on.")
        )


def _lacks_second_factor() -> bool:
    moves_money = config.staff_2fa and current_user.role.moves_money
    return bool(moves_money and not current_user.has_second_factor)


def _within_key(rule: Access) -> None:
    """Forbidden where an API key was not made for this: its scopes are all that it may do."""
    # A key comes with a token and never with a cookie, whose account public pages need not know.
    person = g.get("bearer_person")
    scopes = person.scopes if person is not None else None
    if scopes is None:
        return
    needed = rule.permission or (Scope.READ if request.method in SAFE else Scope.WRITE)
    if needed not in scopes:
        raise Forbidden(_l("This key needs the scope “%(scope)s”.", scope=str(needed)))


def install(app: Flask) -> None:
    # Flask-Login would look up the person for every template, also for the page that says that
    # the database does not answer.
    app.jinja_env.globals["current_user"] = current_user

    @app.before_request
    def guard() -> None:
        if request.endpoint is not None:
            check(rule_of(app, request.endpoint))
