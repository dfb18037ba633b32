"""What nobody asked for is not taken: no form and no document sets what it does not name."""

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import Order, RoleCode, User
from tests import factories
from tests.api.shopping import check_out, put
from tests.attacks.programs import Program, logged_in
from tests.visitor import Visitor

PASSWORD = "seven odd lanterns 42"
SIGN_UP = {"email": "mallory@example.org", "password": PASSWORD}
EXTRAS = {
    "role": "admin",
    "role_id": 5,
    "roles": ["admin"],
    "permissions": ["edit_roles"],
    "scopes": ["edit_roles"],
    "active": True,
    "id": 1,
    "user_id": 1,
    "email_confirmed_at": "2020-01-01T00:00:00Z",
    "email_confirmed": True,
    "version": 100,
    "session_epoch": 0,
    "password_hash": "x",
    "totp_secret": "A" * 32,
    "created_at": "2020-01-01T00:00:00Z",
    "is_staff": True,
    "__class__": "User",
}
ONE_BY_ONE = [{name: value} for name, value in EXTRAS.items()]


def known(app, email=SIGN_UP["email"]) -> User | None:
    with app.app_context():
        return db.session.scalars(select(User).where(User.email == email)).one_or_none()


def facts(user) -> dict[str, object]:
    """All columns but those that a change of the profile is for."""
    named = ("first_name", "last_name", "birth_date", "locale", "version", "role")
    return {
        name: value
        for name, value in vars(user).items()
        if not name.startswith("_") and name not in named
    }


def test_a_form_that_registers_makes_a_customer_whatever_it_says(app, visitor):
    assert visitor.post("/register", SIGN_UP | {"consent": "1"} | EXTRAS).status_code == 303
    user = known(app)
    assert (user.role.code, user.active, user.email_confirmed_at) == (RoleCode.CUSTOMER, True, None)
    assert (user.version, user.session_epoch, user.totp_secret) == (1, 1, None)
    assert user.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize("extra", ONE_BY_ONE, ids=str)
def test_a_program_that_registers_is_told_what_is_not_taken(unlimited, visitor, extra):
    body = SIGN_UP | {"consent": True} | extra
    answer = visitor.call("POST", "/api/v1/auth/register", body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [*extra]
    assert known(unlimited) is None


@pytest.mark.parametrize("extra", [*ONE_BY_ONE, {"email": "b@example.org"}, {"password": PASSWORD}])
@pytest.mark.parametrize("own", ["auth/me", "users/{id}"])
def test_nobody_says_more_of_themselves_than_a_profile_has(app, backstage, own, extra):
    user = backstage.user(email=SIGN_UP["email"])
    before = facts(known(app))
    program = Program(app, logged_in(backstage, user).access_token)
    path = f"/api/v1/{own.format(id=user.id)}"
    answer = program.call("PATCH", path, {"first_name": "M"} | extra, If_Match="*")
    assert answer.status_code in (403, 422)
    assert facts(known(app)) == before
    assert known(app).first_name == ""


def test_a_form_of_the_profile_sets_the_profile_alone(app, backstage):
    user = backstage.user(email=SIGN_UP["email"])
    before = facts(known(app))
    form = {"first_name": "Mal", "locale": "en"} | EXTRAS | {"version": user.version}
    form |= {"email": "boss@example.org", "password": PASSWORD}
    assert Visitor(app, user).post("/account/profile", form).status_code == 303
    after = known(app)
    assert (facts(after), after.first_name) == (before, "Mal")
    assert after.role.code == RoleCode.CUSTOMER


def test_a_form_of_an_address_makes_it_ones_own(app, backstage):
    user, other = backstage.user(), backstage.user()
    form = factories.PLACE | {"user_id": other.id, "id": 1, "version": 1}
    assert Visitor(app, user).post("/account/addresses", form).status_code == 303
    with backstage.services() as services:
        assert len(services.addresses.of_user(user)) == 1
        assert services.addresses.of_user(other) == []


STOLEN = {
    "user_id": 1,
    "number": "ABCD-2345",
    "state": "paid",
    "paid_at": "2026-01-01T00:00:00Z",
    "total": "1.00",
    "items_total": "1.00",
    "shipping_total": "0.00",
    "price": "1.00",
    "discount_percent": 99,
    "currency": "XTS",
    "lines": [],
    "version": 7,
}


@pytest.mark.parametrize("extra", [{name: value} for name, value in STOLEN.items()], ids=str)
def test_a_checkout_of_a_program_takes_no_price_and_no_state(app, visitor, backstage, extra):
    backstage.shipping()
    put(visitor, backstage.book())
    assert check_out(visitor, **extra).status_code == 422
    assert backstage.orders() == []


def test_a_checkout_in_a_form_takes_no_price_and_no_state(app, visitor, backstage):
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    form = visitor.form(visitor.get("/checkout"), "checkout").fields
    typed = factories.details().model_dump(mode="json", exclude_none=True) | {"consent": "1"}
    answer = visitor.send(
        "/checkout",
        STOLEN
        | typed
        | form
        | {
            name: typed[name]
            for name in ("email", "phone", "full_name", "shipping_method", "consent")
        },
    )
    assert answer.status_code == 303
    with app.app_context():
        order = db.session.scalars(select(Order)).one()
        assert (order.state, order.user_id, order.currency) == ("pending_payment", None, "RUB")
        assert f"{order.total:.2f}" == "500.00"


def test_a_customer_changes_no_price_of_an_order(app, backstage):
    user = backstage.user()
    order = backstage.order(user=user)
    program = Program(app, logged_in(backstage, user).access_token)
    for name, value in STOLEN.items():
        body = {"comment": "Please", name: value}
        path = f"/api/v1/orders/{order.number}"
        assert program.call("PATCH", path, body, If_Match="*").status_code in (403, 422), name
    assert backstage.reread(order).comment == order.comment
