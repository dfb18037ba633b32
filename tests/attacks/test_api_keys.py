"""Keys of machines: what somebody who found one can do with it."""

from datetime import timedelta

import pytest

from shop.models import Permission, RoleCode
from shop.models.columns import utcnow
from tests import factories
from tests.attacks.programs import Program, key_of, logged_in
from tests.visitor import Visitor

ANY = {"If_Match": "*"}


@pytest.fixture
def anna(backstage):
    return backstage.user()


@pytest.fixture
def boss(backstage):
    return backstage.user(RoleCode.ADMIN)


def age(backstage, user, **columns):
    """Set columns of the only key of somebody."""
    with backstage.services() as services, services.api_keys.transaction():
        [key] = services.api_keys.list(user)
        for name, value in columns.items():
            setattr(key, name, value)


def test_a_key_to_read_changes_nothing(app, backstage, anna):
    key = Program(app, key_of(backstage, anna, "read"))
    book = backstage.book()
    assert key.status() == 200
    for method, path, body in (
        ("PATCH", "auth/me", {"first_name": "A"}),
        ("POST", "cart/items", {"book_id": book.id, "quantity": 1}),
        ("DELETE", "cart", None),
        ("POST", "checkout", {}),
        ("POST", "auth/keys", {}),
    ):
        assert key.call(method, f"/api/v1/{path}", body, **ANY).status_code == 403, path


def test_a_key_to_write_reads_nothing(app, backstage, anna):
    key = Program(app, key_of(backstage, anna, "write"))
    book = backstage.book()
    wanted = {"book_id": book.id, "quantity": 1}
    assert key.call("POST", "/api/v1/cart/items", wanted).status_code == 201
    for path in ("auth/me", "auth/keys", "orders", "cart", "books", f"users/{anna.id}"):
        assert key.status(f"/api/v1/{path}") == 403, path


def test_a_key_of_an_admin_may_do_what_it_names_alone(app, backstage, boss):
    order = backstage.paid()
    key = Program(app, key_of(backstage, boss, "see_orders", "write"))
    path = f"/api/v1/orders/{order.number}"
    assert key.call("POST", f"{path}/pack").status_code == 403
    assert key.call("POST", f"{path}/cancel", {"reason": "Out of spite"}).status_code == 403
    assert key.status("/api/v1/users") == 403
    body = {"email": "m@example.org", "role": "admin"}
    assert key.call("POST", "/api/v1/users", body).status_code == 403
    assert (
        key.call("PATCH", f"/api/v1/users/{boss.id}", {"role": "admin"}, **ANY).status_code == 403
    )
    assert backstage.state(order) == "paid"


def test_a_key_gives_nobody_what_it_may_not_do(app, backstage, boss):
    """It may change accounts, and so make others as mighty as itself and no mightier."""
    key = Program(app, key_of(backstage, boss, "edit_users", "write"))
    customer = backstage.user()
    path = f"/api/v1/users/{customer.id}"
    for role in (RoleCode.ADMIN, RoleCode.CATALOGUE_MANAGER, RoleCode.ORDER_MANAGER):
        assert key.call("PATCH", path, {"role": role}, **ANY).status_code == 403, role
        body = {"email": f"{role}@example.org", "role": role}
        assert key.call("POST", "/api/v1/users", body).status_code == 403, role
    other = backstage.user(RoleCode.ADMIN)
    path = f"/api/v1/users/{other.id}"
    assert key.call("PATCH", path, {"active": False}, **ANY).status_code == 403
    assert key.call("DELETE", path, **ANY).status_code == 403


@pytest.mark.parametrize("scopes", [["read", "write"], ["read", "write", *Permission]])
def test_a_key_makes_no_keys_and_ends_no_logins(app, backstage, scopes):
    with backstage.services() as services:
        boss = factories.user(services, RoleCode.ADMIN)
    key = Program(app, key_of(backstage, boss, *scopes))
    body = {"name": "Another", "scopes": ["read"], "current_password": factories.PASSWORD}
    assert key.call("POST", "/api/v1/auth/keys", body).status_code == 403
    assert key.call("POST", "/api/v1/auth/keys", {"broken": 1}).status_code == 403
    assert key.call("POST", "/api/v1/auth/logout").status_code == 403


def test_nobody_makes_a_key_for_more_than_they_may(app, backstage):
    with backstage.services() as services:
        user = factories.user(services)
    program = Program(app, logged_in(backstage, user).access_token)
    for scopes, status in (([*Permission][:1], 403), (["all"], 422), (["*"], 422), ([], 422)):
        body = {"name": "Mine", "scopes": scopes, "current_password": factories.PASSWORD}
        assert program.call("POST", "/api/v1/auth/keys", body).status_code == status, scopes


def test_a_key_is_over_when_its_time_is(app, backstage, anna):
    key = Program(app, key_of(backstage, anna, "read", until=utcnow() + timedelta(days=1)))
    assert key.status() == 200
    age(backstage, anna, expires_at=utcnow() - timedelta(seconds=1))
    assert key.status() == 401
    # Nobody goes on as a stranger unawares.
    assert key.status("/api/v1/books") == 401


def test_a_key_that_was_revoked_is_over_at_once(app, backstage, anna):
    key = Program(app, key_of(backstage, anna, "read"))
    with backstage.services() as services:
        [stored] = services.api_keys.list(anna)
        services.api_keys.revoke(anna, stored.id)
    assert key.status() == 401


def test_a_key_of_a_closed_account_is_over(app, backstage, anna, boss):
    key = Program(app, key_of(backstage, anna, "read"))
    with backstage.services() as services:
        services.people.close(anna.id, None, boss)
    assert key.status() == 401


def test_a_key_loses_what_its_owner_loses(app, backstage, boss):
    role = backstage.role("Clerk", "see_orders")
    key = Program(app, key_of(backstage, backstage.user(role), "see_orders", "read"))
    order = backstage.order()
    assert key.status(f"/api/v1/orders/{order.number}") == 200
    with backstage.services() as services:
        services.roles.change(role.id, role.version, "Clerk", [], boss)
    assert key.status(f"/api/v1/orders/{order.number}") == 404
    assert key.status() == 200


def test_a_key_does_no_more_than_the_new_role_of_its_owner(app, backstage, boss):
    clerk = backstage.user(RoleCode.ORDER_MANAGER)
    key = Program(app, key_of(backstage, clerk, "see_orders", "read"))
    with backstage.services() as services:
        services.people.give(clerk.id, None, factories.the_role(RoleCode.CUSTOMER).id, boss)
    assert key.status(f"/api/v1/orders/{backstage.order().number}") == 404
    assert key.status() == 200


def test_a_key_opens_no_page(app, backstage, boss):
    key = Program(app, key_of(backstage, boss, "read", "write", *Permission))
    for path in ("/account", "/admin/orders", "/account/keys"):
        assert key.get(path).location.startswith("/login")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1],
        lambda key: key + "x",
        lambda key: key.rpartition("_")[0],
        lambda key: key.rpartition("_")[0] + "_",
        lambda key: key.replace("colophon_", "colophon_%"),
        lambda key: "colophon_" + "²" + key[10:],
        lambda key: "colophon_' OR 1=1 --_x",
        lambda key: "colophon_" + "a" * 6000,
        lambda key: "colophon_",
    ],
)
def test_a_key_that_is_a_little_wrong_is_none(app, backstage, anna, spoil):
    assert Program(app, spoil(key_of(backstage, anna, "read"))).status() == 401


def test_a_key_is_read_from_no_address_and_no_cookie(app, backstage, anna):
    secret = key_of(backstage, anna, "read")
    visitor = Visitor(app)
    visitor.client.set_cookie("session", secret)
    for name in ("key", "api_key", "token", "access_token"):
        answer = visitor.get(f"/api/v1/auth/me?{name}={secret}", headers={"X-Api-Key": secret})
        assert answer.status_code in (401, 422)
