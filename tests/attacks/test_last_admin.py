"""The last admin cannot be locked out, by nobody and not by themselves."""

import pytest

from shop.models import RoleCode
from tests import factories
from tests.attacks.programs import Program, key_of, logged_in
from tests.visitor import Visitor

ANY = {"If_Match": "*"}


@pytest.fixture
def boss(unlimited, backstage):
    with backstage.services() as services:
        return factories.user(services, RoleCode.ADMIN, "boss@example.org")


@pytest.fixture
def hr(backstage):
    """Somebody who may change accounts, and nothing else."""
    return backstage.user(backstage.role("HR", "see_users", "edit_users"))


def still_admin(backstage, boss) -> bool:
    with backstage.services() as services:
        user = services.accounts.get(boss.id)
        return user.active and user.role.code == RoleCode.ADMIN


def attempts(app, backstage, who, boss):
    """What somebody tries with the account of the last admin, in a browser and by a program."""
    browser, program = Visitor(app, who), Program(app, logged_in(backstage, who).access_token)
    with backstage.services() as services:
        version = services.accounts.get(boss.id).version
        roles = [factories.the_role(code).id for code in RoleCode if code is not RoleCode.ADMIN]
    page, path = f"/admin/users/{boss.id}", f"/api/v1/users/{boss.id}"
    for role in roles:
        yield browser.post(f"{page}/role", {"version": version, "role": role})
    yield browser.post(f"{page}/close", {"version": version})
    for code in (RoleCode.CUSTOMER, RoleCode.ORDER_MANAGER):
        yield program.call("PATCH", path, {"role": code}, **ANY)
    yield program.call("PATCH", path, {"active": False}, **ANY)
    yield program.call("DELETE", path, **ANY)


def test_the_last_admin_stays_whatever_they_do(unlimited, backstage, boss):
    statuses = [answer.status_code for answer in attempts(unlimited, backstage, boss, boss)]
    assert set(statuses) == {409}
    browser = Visitor(unlimited, boss)
    form = {"current_password": factories.PASSWORD}
    assert browser.post("/account/data/delete", form).status_code == 409
    assert still_admin(backstage, boss)


def test_nobody_who_may_less_takes_the_last_admin_away(unlimited, backstage, boss, hr):
    statuses = [answer.status_code for answer in attempts(unlimited, backstage, hr, boss)]
    assert set(statuses) == {403}
    assert still_admin(backstage, boss)


def test_a_key_of_the_last_admin_does_not_either(unlimited, backstage, boss):
    key = Program(unlimited, key_of(backstage, boss, "read", "write", "edit_users"))
    for body in ({"role": "customer"}, {"active": False}):
        path = f"/api/v1/users/{boss.id}"
        assert key.call("PATCH", path, body, **ANY).status_code in (403, 409)
    assert still_admin(backstage, boss)


def test_an_admin_who_is_closed_counts_for_none(unlimited, backstage, boss):
    other = backstage.user(RoleCode.ADMIN)
    with backstage.services() as services:
        services.people.close(other.id, None, boss)
    statuses = [answer.status_code for answer in attempts(unlimited, backstage, boss, boss)]
    assert set(statuses) == {409}


def test_where_there_is_another_one_an_admin_may_go(unlimited, backstage, boss):
    backstage.user(RoleCode.ADMIN)
    program = Program(unlimited, logged_in(backstage, boss).access_token)
    answer = program.call("PATCH", f"/api/v1/users/{boss.id}", {"role": "customer"}, **ANY)
    assert answer.status_code == 200
    assert not still_admin(backstage, boss)


@pytest.mark.parametrize("code", [RoleCode.ADMIN, RoleCode.CUSTOMER])
def test_what_admins_and_customers_may_do_is_nobodys_to_change(unlimited, backstage, boss, code):
    browser = Visitor(unlimited, boss)
    with backstage.services():
        role = factories.the_role(code)
        version, before = role.version, role.grants
    form = {"version": version, "name": "Anybody", "permissions": ["edit_roles"]}
    assert browser.post(f"/admin/roles/{role.id}/delete", form).status_code == 409
    browser.post(f"/admin/roles/{role.id}", form)
    with backstage.services():
        assert factories.the_role(code).grants == before


def test_nobody_gives_themselves_more_than_they_may(unlimited, backstage, hr):
    """With the permission to change accounts, or with the one to change roles."""
    program = Program(unlimited, logged_in(backstage, hr).access_token)
    for code in (RoleCode.ADMIN, RoleCode.ORDER_MANAGER):
        answer = program.call("PATCH", f"/api/v1/users/{hr.id}", {"role": code}, **ANY)
        assert answer.status_code == 403
    smith = backstage.user(backstage.role("Smith", "edit_roles"))
    with backstage.services() as services:
        role = services.accounts.get(smith.id).role
        form = {
            "version": role.version,
            "name": "Smith",
            "permissions": ["edit_roles", "edit_users"],
        }
    assert Visitor(unlimited, smith).post(f"/admin/roles/{role.id}", form).status_code == 403
    with backstage.services() as services:
        assert {*services.accounts.get(smith.id).role.grants} == {"edit_roles"}
