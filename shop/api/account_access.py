"""Whose account it is, before anything else of a request is read."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask_login import current_user

from shop.errors import Forbidden, NotFound
from shop.models import Permission
from shop.web import access
from shop.web.services import services

View = TypeVar("View", bound=Callable[..., Any])


def opens_account(permission: Permission) -> Callable[[View], View]:
    """The view gets the account of its address, which is the client's own, or they have this
    permission. NotFound alike for one that is not theirs and one that is not there."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def run(user_id: int, **path: Any) -> Any:
            _refuse(user_id, permission)
            return view(user=services.accounts.get(user_id), **path)

        return cast(View, run)

    return declare


def without_key(view: View) -> View:
    """Forbidden for whoever came with an API key: a key makes no other one."""

    @functools.wraps(view)
    def run(**path: Any) -> Any:
        if current_user.scopes is not None:
            raise Forbidden("A key cannot make another one.")
        return view(**path)

    return cast(View, run)


def _refuse(user_id: int, permission: Permission) -> None:
    """Unless it is one's own, or open to this permission."""
    if user_id == current_user.id or access.may(permission):
        return
    if current_user.may(permission):
        access.require_second_factor()
    raise NotFound("There is no such account, or it is not yours.")
