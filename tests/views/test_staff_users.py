"""Staff: who has which role, and who may log in at all."""

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, RoleCode
from tests import factories, markup
from tests.visitor import Visitor

HR = ("see_users", "edit_users")


@pytest.fixture
def boss(backstage):
    return backstage.user(RoleCode.ADMIN, first_name="Vera", last_name="Boss")


@pytest.fixture
def admin(app, boss) -> Visitor:
    return Visitor(app, boss)


@pytest.fixture
def anna(backstage):
    return backstage.user(first_name="Anna", last_name="K.", email="anna@example.org")


@pytest.fixture
def clerk(app, backstage):
    """Somebody who gives roles and may do nothing else."""
    return Visitor(app, backstage.user(role=backstage.role("HR", *HR)))


def path(user, action="") -> str:
    return f"/admin/users/{user.id}" + (f"/{action}" if action else "")


def now(backstage, user):
    with backstage.services() as services:
        return services.people.get(user.id)


def audit(app) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def alerts(answer) -> str:
    return " ".join(markup.plain(answer).alerts)


def listed(answer) -> list[str]:
    tree = markup.page(answer)
    return [h for h in markup.hrefs(markup.by_id(tree, "users")) if h.startswith("/admin/users/")]


def actions(answer) -> set[str]:
    forms = [f.action for f in markup.plain(answer).forms]
    return {a.rpartition("/")[2] for a in forms if a.startswith("/admin/users/")}


def test_people_are_found_by_name_and_address_by_role_and_by_state(admin, anna, boss, backstage):
    gone = backstage.user(RoleCode.ACCOUNTANT, email="gone@example.org", active=False)
    for query, found in (
        ("", [gone, anna, boss]),
        ("q=ANNA", [anna]),
        ("q=k.+anna", [anna]),
        ("q=example.org&role__code__eq=accountant", [gone]),
        ("active__eq=true", [anna, boss]),
        ("active__eq=false", [gone]),
        ("q=%25", []),
    ):
        answer = admin.get(f"/admin/users?{query}")
        assert set(listed(answer)) == {path(user) for user in found}, query
    assert markup.with_class(markup.page(admin.get("/admin/users?q=zzz")), "empty")


def test_filters_go_with_a_search_and_nonsense_is_told(admin, anna):
    answer = admin.get("/admin/users?role__code__eq=customer&colour__eq=red")
    form = next(f for f in markup.plain(answer).forms if f.action == "/admin/users")
    assert form.fields["role__code__eq"] == "customer"
    assert "colour__eq" in markup.text(markup.page(answer))


def test_long_lists_have_pages(admin, backstage):
    backstage.save(*(factories.role(f"R{n}") for n in range(2)))
    for _ in range(31):
        backstage.user()
    first, second = admin.get("/admin/users"), admin.get("/admin/users?page=2")
    assert (len(listed(first)), len(listed(second))) == (30, 2)
    part = admin.get("/admin/users?page=2", htmx=True)
    markup.fragment(part, "users")


def test_a_person_is_shown_with_orders_and_sessions(admin, anna, backstage):
    order = backstage.order(user=anna)
    other = backstage.order()
    with backstage.services() as services:
        services.sessions.open(anna, "127.0.0.1", "curl/8.17")
    page = admin.get(path(anna))
    text = markup.text(markup.page(page))
    assert "anna@example.org" in text
    assert "curl/8.17" in markup.text(markup.with_class(markup.page(page), "sessions")[0])
    hrefs = markup.hrefs(markup.page(page))
    assert f"/admin/orders/{order.number}" in hrefs
    assert f"/admin/orders/{other.number}" not in hrefs


def test_whoever_may_not_see_orders_does_not_see_them_here(clerk, anna, backstage):
    order = backstage.order(user=anna)
    page = clerk.get(path(anna))
    assert page.status_code == 200
    assert "anna@example.org" in page.text
    assert order.number not in page.text


def test_a_role_is_given_and_whoever_was_logged_in_logs_in_anew(app, admin, anna, backstage):
    reader = Visitor(app, anna)
    assert reader.get("/account").status_code == 200
    manager = next(
        str(each.role.id) for each in _roles(backstage) if each.role.code == "order_manager"
    )
    answer = admin.submit(admin.get(path(anna)), "role", role=manager)
    assert (answer.status_code, answer.location) == (303, path(anna))
    assert now(backstage, anna).role.code == "order_manager"
    assert reader.get("/account").status_code == 303
    (entry,) = audit(app)
    assert (entry.entity, entry.entity_id, entry.action) == ("user", anna.id, "give_role")
    shown = markup.with_class(markup.page(admin.get(path(anna))), "history")[0]
    assert "Customer → Order manager" in markup.text(shown)
    assert "Vera Boss" in markup.text(shown)


def _roles(backstage):
    with backstage.services() as services:
        return services.roles.all()


def test_an_account_is_closed_and_opened_again(app, admin, anna, backstage):
    reader = Visitor(app, anna)
    page = admin.get(path(anna))
    assert actions(page) == {"role", "close", "log-out"}
    assert admin.submit(page, "close").status_code == 303
    assert not now(backstage, anna).active
    assert reader.get("/account").status_code == 303
    page = admin.get(path(anna))
    assert actions(page) == {"role", "reopen", "log-out"}
    assert admin.submit(page, "reopen").status_code == 303
    assert now(backstage, anna).active
    assert [entry.action for entry in audit(app)] == ["close", "reopen"]


def test_everybody_is_logged_out_of_an_account(app, admin, anna, backstage):
    reader = Visitor(app, anna)
    with backstage.services() as services:
        services.tokens.open(anna, "curl/8.17")
    shown = markup.with_class(markup.page(admin.get(path(anna))), "sessions")[0]
    assert len(list(shown)) == 2
    assert "Program: curl/8.17" in markup.text(shown)
    assert admin.submit(admin.get(path(anna)), "log-out").status_code == 303
    assert reader.get("/account").status_code == 303
    assert [entry.action for entry in audit(app)] == ["log_out"]
    assert not markup.with_class(markup.page(admin.get(path(anna))), "sessions")


@pytest.mark.parametrize("action", ["role", "close", "log-out"])
def test_htmx_gets_the_person_and_a_notice(admin, anna, action):
    fields = admin.form(admin.get(path(anna)), action).fields
    answer = admin.send(path(anna, action), fields, htmx=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    markup.fragment(answer, "user")
    assert markup.text(markup.out_of_band(answer)["notices"])


@pytest.mark.parametrize("htmx", [False, True])
def test_the_last_admin_stays_one_and_is_told_so(app, admin, boss, anna, backstage, htmx):
    form = admin.form(admin.get(path(boss)), "role")
    chosen = form.fields | {"role": str(anna.role_id)}
    answer = admin.send(form.action, chosen, htmx=htmx)
    assert answer.status_code == 409
    said = markup.parse(answer.text)
    assert "last administrator" in markup.text(markup.by_id(said, "role-error"))
    # What was chosen is still chosen.
    assert markup.plain(answer).form("role").fields["role"] == str(anna.role_id)
    answer = admin.send(path(boss, "close"), admin.form(admin.get(path(boss)), "close").fields)
    assert answer.status_code == 409
    assert "last administrator" in alerts(answer)
    assert now(backstage, boss).role.code == "admin"
    assert audit(app) == []


def test_what_changed_meanwhile_is_shown_before_it_is_changed(app, admin, anna, backstage):
    page = admin.get(path(anna))
    other = Visitor(app, backstage.user(RoleCode.ADMIN))
    other.submit(other.get(path(anna)), "close")
    answer = admin.submit(page, "role", role=str(anna.role_id))
    assert answer.status_code == 412
    assert alerts(answer)
    assert actions(answer) == {"role", "reopen", "log-out"}
    assert admin.submit(answer, "reopen").status_code == 303


@pytest.mark.parametrize("typed", ["", "x", "999999", "9" * 30])
def test_a_role_that_is_not_there_cannot_be_given(admin, anna, backstage, typed):
    answer = admin.submit(admin.get(path(anna)), "role", role=typed)
    assert answer.status_code in (404, 422)
    assert now(backstage, anna).role.code == "customer"


def test_nobody_gives_or_takes_more_than_they_have(app, clerk, boss, anna, backstage):
    page = clerk.get(path(boss))
    assert actions(page) == set()
    assert clerk.post(path(boss, "close"), {"version": boss.version}).status_code == 403
    page = clerk.get(path(anna))
    offered = {o.get("value") for o in markup.by_id(markup.page(page), "role").iter("option")}
    names = {r.role.code for r in _roles(backstage) if str(r.role.id) in offered}
    assert {"customer"} < names
    assert names.isdisjoint({"admin", "order_manager", "accountant", "catalogue_manager"})
    answer = clerk.submit(page, "role", role=str(boss.role_id))
    assert answer.status_code == 403
    assert alerts(answer)
    assert now(backstage, anna).role.code == "customer"
    assert audit(app) == []


def test_whoever_only_sees_changes_nothing(app, anna, backstage):
    viewer = Visitor(app, backstage.user(role=backstage.role("Viewer", "see_users")))
    assert viewer.get("/admin").status_code == 200
    page = viewer.get(path(anna))
    assert page.status_code == 200
    assert "anna@example.org" in page.text
    assert actions(page) == set()
    for action in ("role", "close", "reopen", "log-out"):
        assert viewer.post(path(anna, action), {"version": "1"}).status_code == 403


def test_nothing_secret_is_on_the_page(admin, backstage):
    secrets = {"password_hash": "a-hash-of-a-password", "totp_secret": "JBSWY3DPEHPK3PXP"}
    user = backstage.user(**secrets)
    page = admin.get(path(user))
    assert page.status_code == 200
    assert user.email in page.text
    assert not any(secret in page.text for secret in secrets.values())
