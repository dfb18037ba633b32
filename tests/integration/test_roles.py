"""Roles: who may hand out what, and that somebody is always left who can."""

import threading

import pytest

from shop.errors import Conflict, Forbidden, Invalid, LoginRequired, Stale
from shop.models import AuditEntry, Permission, RoleCode
from tests import factories as make
from tests.stored import stored


@pytest.fixture
def admin(services):
    return make.save(make.staff())


def role_id(code) -> int:
    return make.the_role(code).id


def test_a_role_is_made_of_permissions_and_counts_at_once(services, admin):
    role = services.roles.add("Night shift", {Permission.SEE_ORDERS}, admin)
    clerk = make.save(make.staff(RoleCode.CUSTOMER))
    services.people.give(clerk.id, clerk.version, role.id, admin)
    clerk = services.people.get(clerk.id)
    assert (role.code, clerk.may("see_orders"), clerk.may("edit_books")) == (
        *("night_shift", True),
        False,
    )
    services.roles.change(role.id, role.version, "Night shift", {Permission.EDIT_BOOKS}, admin)
    clerk = services.people.get(clerk.id)
    assert (clerk.may("see_orders"), clerk.may("edit_books")) == (False, True)
    assert stored(AuditEntry) == 3


@pytest.mark.parametrize("code", [RoleCode.CUSTOMER, RoleCode.ADMIN])
def test_what_customers_and_admins_may_do_is_fixed(services, admin, code):
    with pytest.raises(Conflict):
        services.roles.change(role_id(code), 1, "", {Permission.SEE_ORDERS}, admin)


def test_nobody_gives_what_they_may_not_do(services, admin):
    """Or whoever may give roles could make themselves an admin."""
    hr = services.roles.add("HR", {Permission.SEE_USERS, Permission.EDIT_USERS}, admin)
    clerk = make.save(make.staff(RoleCode.CUSTOMER))
    clerk = services.people.give(clerk.id, clerk.version, hr.id, admin)
    for wanted in (RoleCode.ADMIN, RoleCode.ORDER_MANAGER):
        with pytest.raises(Forbidden):
            services.people.give(clerk.id, clerk.version, role_id(wanted), clerk)
    with pytest.raises(Forbidden):
        services.people.close(admin.id, admin.version, clerk)
    with pytest.raises(Forbidden):
        services.roles.add("More", {Permission.SEE_ORDERS}, clerk)


def test_the_last_admin_cannot_lock_the_shop(services, admin):
    with pytest.raises(Conflict):
        services.people.give(admin.id, admin.version, role_id(RoleCode.CUSTOMER), admin)
    with pytest.raises(Conflict):
        services.people.close(admin.id, admin.version, admin)
    other = make.save(make.staff())
    assert services.people.close(admin.id, admin.version, other).active is False


def test_two_admins_who_demote_each_other_at_once_are_not_both_gone(app, services, admin):
    other = make.save(make.staff())
    customer = role_id(RoleCode.CUSTOMER)
    outcomes, ready = [], threading.Barrier(2)

    def demote(whom: int, version: int, by: object) -> None:
        with app.app_context():
            ready.wait()
            try:
                app.extensions["services"].people.give(whom, version, customer, by)
                outcomes.append("demoted")
            except (Conflict, Forbidden):
                outcomes.append("refused")

    pairs = [(admin.id, admin.version, other), (other.id, other.version, admin)]
    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["demoted", "refused"]


def test_a_role_that_somebody_has_or_the_shop_needs_stays(services, admin):
    role = services.roles.add("Interns", set(), admin)
    clerk = make.save(make.staff(RoleCode.CUSTOMER))
    services.people.give(clerk.id, clerk.version, role.id, admin)
    with pytest.raises(Conflict):
        services.roles.remove(role.id, role.version, admin)
    clerk = services.people.get(clerk.id)
    services.people.give(clerk.id, clerk.version, role_id(RoleCode.CUSTOMER), admin)
    services.roles.remove(role.id, role.version, admin)
    with pytest.raises(Conflict):
        services.roles.remove(role_id(RoleCode.ACCOUNTANT), 1, admin)


def test_what_was_changed_meanwhile_is_not_overwritten(services, admin):
    role = services.roles.add("Interns", set(), admin)
    services.roles.change(role.id, role.version, "Guests", set(), admin)
    with pytest.raises(Stale):
        services.roles.change(role.id, 1, "Friends", set(), admin)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b"])
def test_a_role_has_a_name(services, admin, name):
    with pytest.raises(Invalid):
        services.roles.add(name, set(), admin)


def test_two_roles_of_one_name_have_codes_of_their_own(services, admin):
    codes = [services.roles.add(name, set(), admin).code for name in ("Гости", "Гости", "admin")]
    assert codes == ["role", "role_2", "admin_2"]


def test_staff_end_sessions_and_it_is_noted(services, admin):
    clerk = make.save(make.staff(RoleCode.ACCOUNTANT))
    cookie = services.sessions.open(clerk, "127.0.0.1", "Firefox")
    services.people.log_out(clerk.id, clerk.version, admin)
    assert services.sessions.person(cookie) is None
    with pytest.raises(Stale):
        services.people.log_out(clerk.id, 1, admin)
    [deed] = services.people.history(clerk.id)
    assert (deed.entry.action, deed.by.id) == ("log_out", admin.id)
    hr = services.roles.add("HR", {Permission.EDIT_USERS}, admin)
    other = services.people.give(clerk.id, 2, hr.id, admin)
    with pytest.raises(Forbidden):
        services.people.log_out(admin.id, admin.version, other)


def test_a_program_that_was_logged_in_before_an_account_was_closed_stays_out(services, admin):
    clerk = make.save(make.staff(RoleCode.ACCOUNTANT))
    pair = services.tokens.open(clerk, "a script")
    assert services.tokens.person(pair.access_token).id == clerk.id
    services.people.close(clerk.id, clerk.version, admin)
    services.people.reopen(clerk.id, None, admin)
    with pytest.raises(LoginRequired):
        services.tokens.person(pair.access_token)
    with pytest.raises(LoginRequired):
        services.tokens.renew(pair.refresh_token)


def test_what_was_done_to_an_account_is_told_from_the_end(services, admin):
    clerk = make.save(make.staff(RoleCode.CUSTOMER))
    services.people.close(clerk.id, 1, admin)
    services.people.reopen(clerk.id, 2, admin)
    assert [deed.entry.action for deed in services.people.history(clerk.id)] == ["reopen", "close"]
    assert services.people.history(admin.id) == []


def test_a_changed_role_ends_sessions(services, admin):
    clerk = make.save(make.staff(RoleCode.ACCOUNTANT))
    cookie = services.sessions.open(clerk, "127.0.0.1", "Firefox")
    assert services.sessions.person(cookie).id == clerk.id
    services.people.give(clerk.id, clerk.version, role_id(RoleCode.ORDER_MANAGER), admin)
    assert services.sessions.person(cookie) is None
    assert services.sessions.list(services.people.get(clerk.id)) == []
