"""People with an account, for staff: found, given roles, closed and opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, Forbidden, Invalid, ShopError, Stale, Unavailable
from shop.models import Permission, Role, User
from shop.repositories.order_filters import OrderFilters
from shop.repositories.sessions import StoredSession
from shop.repositories.user_filters import UserFilters
from shop.web.access import allowed_to
from shop.web.exports import Cell, Sheet, asked_file, export
from shop.web.forms import Form, Seen, in_words, parse
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.labels import role_name
from shop.web.listing import asked
from shop.web.services import services

pages = Blueprint("admin_users", __name__, url_prefix="/admin/users")

PER_PAGE = 30
LATEST_ORDERS = 10
MESSAGES = {"role": _l("Choose a role.")}
CHANGED = _l("This account has changed meanwhile. Look at it again before you go on.")
NOT_YOURS = _l("This account may do what you may not, so you cannot change it.")

# Of the list as a file.
HEADINGS = (
    *(_l("Number"), _l("First name"), _l("Surname"), _l("E-mail")),
    *(_l("Role"), _l("Since"), _l("Account")),
)


class Gift(Seen):
    """The id of a role."""

    role: int


@pages.get("")
@allowed_to(Permission.SEE_USERS)
def index() -> Response:
    """The newest accounts first, by name or e-mail, by role and by whether they are open."""
    wanted = asked(UserFilters)
    if form := asked_file():
        return export(Sheet("people", HEADINGS, _rows(services.people.all(wanted.filters))), form)
    return page_or_fragment(
        "admin/users/page.html",
        "admin/users/_list.html",
        users=services.people.look_through(wanted.filters, wanted.page, PER_PAGE),
        roles=[each.role for each in services.roles.all()],
        wanted=wanted,
    )


def _rows(people: Iterable[User]) -> Iterator[tuple[Cell, ...]]:
    for user in people:
        yield (
            *(user.id, user.first_name, user.last_name, user.email, role_name(user.role)),
            *(user.created_at, _l("Open") if user.active else _l("Closed")),
        )


@pages.get("/<int:user_id>")
@allowed_to(Permission.SEE_USERS)
def show(user_id: int) -> Response:
    """Who it is, what they ordered, where they are logged in, and what was done to the account."""
    user = services.people.get(user_id)
    return page_or_fragment(
        "admin/users/user.html", "admin/users/_user.html", **_shown(user), form=Form({})
    )


@pages.post("/<int:user_id>/role")
@allowed_to(Permission.EDIT_USERS)
def give_role(user_id: int) -> Response:
    """Another role; whoever is logged in with the account logs in anew."""

    def give() -> User:
        gift = parse(Gift, request.form, MESSAGES)
        return services.people.give(user_id, gift.version, gift.role, current_user)

    return _changed(user_id, give, _l("The role is given."))


@pages.post("/<int:user_id>/close")
@allowed_to(Permission.EDIT_USERS)
def close(user_id: int) -> Response:
    """Nobody logs in with it any more."""
    done = _l("The account is closed.")
    return _changed(user_id, lambda: _version(services.people.close, user_id), done)


@pages.post("/<int:user_id>/reopen")
@allowed_to(Permission.EDIT_USERS)
def reopen(user_id: int) -> Response:
    """Its owner can log in again."""
    done = _l("The account is open again.")
    return _changed(user_id, lambda: _version(services.people.reopen, user_id), done)


@pages.post("/<int:user_id>/log-out")
@allowed_to(Permission.EDIT_USERS)
def log_out(user_id: int) -> Response:
    """Whoever is logged in with it is not any more."""
    done = _l("Nobody is logged in with this account now.")
    return _changed(user_id, lambda: _version(services.people.log_out, user_id), done)


def _version(verb: Callable[[int, int, User], User], user_id: int) -> User:
    """Do this to the account as it was seen."""
    return verb(user_id, parse(Seen, request.form, MESSAGES).version, current_user)


def _changed(user_id: int, change: Callable[[], User], notice: object) -> Response:
    try:
        user = change()
    except (Invalid, Conflict, Stale, Forbidden) as problem:
        return _refused(user_id, problem)
    if not wants_fragment():
        flash(str(notice), "success")
    return after_post(
        "admin/users/_user.html",
        url_for("admin_users.show", user_id=user_id),
        **_shown(user),
        form=Form({}),
        notice=notice,
    )


def _refused(user_id: int, problem: ShopError) -> Response:
    """The account as it is now, with what was chosen and why it was refused."""
    template = "admin/users/_user.html" if wants_fragment() else "admin/users/user.html"
    user = services.people.get(user_id)
    page = render_template(
        template, **_shown(user), form=Form(request.form, in_words(problem, CHANGED))
    )
    return make_response(page, problem.status)


def _shown(user: User) -> dict[str, object]:
    """What stands on the page of an account; orders only for those who may see them."""
    orders = None
    if current_user.may(Permission.SEE_ORDERS):
        orders = services.orders.find(OrderFilters(user_id__eq=user.id), 1, LATEST_ORDERS)
    roles = [each.role for each in services.roles.all()]
    return {
        "user": user,
        "orders": orders,
        "sessions": _sessions(user),
        "programs": services.tokens.list(user),
        # What they have ordered, for those who may see it; and what they keep and agreed to.
        "customer": None if orders is None else services.order_care.of_account(user),
        "addresses": len(services.addresses.of_user(user)),
        "consents": services.personal_data.consents_of(user),
        "history": services.people.history(user.id),
        "roles": [role for role in roles if within_own(role)],
        "role_names": {role.code: role_name(role) for role in roles},
        "changeable": within_own(user.role),
        "not_yours": NOT_YOURS,
    }


def _sessions(user: User) -> Sequence[StoredSession] | None:
    """Where somebody is logged in; None while that cannot be told."""
    try:
        return services.sessions.list(user)
    except Unavailable:
        return None


def within_own(role: Role) -> bool:
    """Whether it allows nothing that the person of this request may not do."""
    return all(current_user.may(permission) for permission in role.grants)
