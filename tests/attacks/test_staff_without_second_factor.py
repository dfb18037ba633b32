"""Where staff who move money need a second factor, a password alone opens nothing of theirs."""

import pyotp
import pytest

from shop.models import RoleCode
from tests.attacks.programs import Program, logged_in

ANY = {"If_Match": "*"}


@pytest.fixture
def strict(other_shop):
    return other_shop(staff_2fa=True)


def program(strict, backstage, **values) -> Program:
    user = backstage.user(RoleCode.ADMIN, **values)
    return Program(strict, logged_in(backstage, user).access_token)


@pytest.fixture
def half_known(strict, backstage):
    return program(strict, backstage)


def refused(answer) -> bool:
    return (answer.status_code, answer.get_json()["code"]) == (403, "second_factor_required")


def test_nothing_of_others_is_read(half_known, backstage):
    order, customer = backstage.order(), backstage.user()
    for path in (
        "/api/v1/users",
        f"/api/v1/users/{customer.id}",
        f"/api/v1/users/{customer.id}/orders",
        f"/api/v1/orders/{order.number}",
    ):
        assert refused(half_known.get(path)), path
    assert half_known.status("/api/v1/orders?scope=all") == 403


def test_nothing_of_others_is_changed(half_known, backstage):
    order, customer = backstage.paid(), backstage.user()
    user, mine = f"/api/v1/users/{customer.id}", f"/api/v1/orders/{order.number}"
    role = {"role": "admin"}
    assert refused(half_known.call("PATCH", user, role, **ANY))
    assert refused(half_known.call("PATCH", mine, {"comment": "Mine now"}, **ANY))
    assert refused(half_known.call("POST", f"{mine}/cancel", {"reason": "Out of spite"}))
    assert backstage.state(order) == "paid"


def test_nobody_gives_themselves_a_role_with_a_password_alone(half_known):
    me = half_known.get("/api/v1/auth/me").get_json()["id"]
    answer = half_known.call("PATCH", f"/api/v1/users/{me}", {"role": "customer"}, **ANY)
    assert answer.status_code == 403


def test_with_the_second_factor_all_of_it_is_open(strict, backstage):
    order = backstage.paid()
    known = program(strict, backstage, totp_secret=pyotp.random_base32())
    assert known.status("/api/v1/users") == 200
    answer = known.call("POST", f"/api/v1/orders/{order.number}/cancel", {"reason": "Torn cover"})
    assert answer.status_code == 200
