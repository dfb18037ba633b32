"""Staff: what roles may do is decided by whoever may, and nothing typed is lost."""

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, Permission, Role, RoleCode
from shop.views.admin.roles import AREAS
from shop.web.labels import PERMISSIONS
from tests import markup
from tests.visitor import Visitor

ROLES = "/admin/roles"


@pytest.fixture
def admin(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.ADMIN))


def path(role, action="") -> str:
    return f"{ROLES}/{role.id}" + (f"/{action}" if action else "")


def role_named(app, name: str) -> Role | None:
    with app.app_context():
        return db.session.scalars(select(Role).where(Role.name == name)).one_or_none()


def audit(app) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def ticked(answer) -> set[str]:
    boxes = [e for e in markup.page(answer).iter("input") if e.get("name") == "permissions"]
    return {
        e.get("value")
        for e in boxes
        if e.get("type") == "hidden" or ("checked" in e.attrib and "disabled" not in e.attrib)
    }


def send(visitor, address, answer, **typed):
    """The form of the page with these typed: boxes are a list, which plain forms do not keep."""
    fields = visitor.form(answer, "role").fields
    return visitor.send(address, fields | {"permissions": sorted(ticked(answer))} | typed)


def alerts(answer) -> str:
    return " ".join(markup.plain(answer).alerts)


def test_every_permission_has_a_box_with_words_in_one_area():
    listed = [permission for _, permissions in AREAS for permission in permissions]
    assert sorted(listed) == sorted(Permission)
    assert set(PERMISSIONS) == set(Permission)


def test_all_roles_are_listed_with_people_and_permissions(admin, backstage):
    backstage.user(RoleCode.ACCOUNTANT)
    backstage.user(RoleCode.ACCOUNTANT)
    rows = [markup.text(row) for row in markup.page(admin.get(ROLES)).iter("tr")]
    assert "Accountant 2 See orders and who placed themSee what was sold, and for how much" in rows
    assert "Administrator 1 Everything" in rows
    assert len(rows) == 1 + len(RoleCode)


def test_a_role_is_made_and_counts(app, admin, backstage):
    answer = send(
        admin,
        ROLES,
        admin.get(f"{ROLES}/new"),
        name="Night shift",
        permissions=["see_orders", "fulfil_orders"],
    )
    assert (answer.status_code, answer.location) == (303, ROLES)
    made = role_named(app, "Night shift")
    assert made.permissions == ["fulfil_orders", "see_orders"]
    clerk = Visitor(app, backstage.user(role=made))
    assert clerk.get("/admin/orders").status_code == 200
    assert clerk.get("/admin/books").status_code == 403
    assert [(e.entity, e.action) for e in audit(app)] == [("role", "add")]


def test_a_role_is_renamed_and_made_of_other_permissions_at_once(app, admin, backstage):
    role = backstage.role("Interns", "see_orders")
    clerk = Visitor(app, backstage.user(role=role))
    page = admin.get(path(role))
    assert ticked(page) == {"see_orders"}
    answer = send(admin, path(role), page, name="Guests", permissions=["edit_books"])
    assert answer.status_code == 303
    assert role_named(app, "Guests").permissions == ["edit_books"]
    assert clerk.get("/admin/orders").status_code == 403
    assert clerk.get("/admin/books").status_code == 200
    (entry,) = audit(app)
    assert (entry.before["name"], entry.after["name"]) == ("Interns", "Guests")


def test_all_boxes_can_be_emptied(app, admin, backstage):
    role = backstage.role("Interns", "see_orders")
    fields = admin.form(admin.get(path(role)), "role").fields
    del fields["permissions"]
    assert admin.send(path(role), fields).status_code == 303
    assert role_named(app, "Interns").permissions == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_name_that_cannot_be_used_is_kept_and_marked(app, admin, backstage, name):
    role = backstage.role("Interns", "see_orders")
    for address, page in ((ROLES, f"{ROLES}/new"), (path(role), path(role))):
        answer = send(admin, address, admin.get(page), name=name, permissions=["edit_books"])
        assert answer.status_code == 422
        field = markup.by_id(markup.page(answer), "name")
        assert (field.get("aria-invalid"), field.get("value")) == ("true", name)
        assert ticked(answer) == {"edit_books"}
    assert audit(app) == []


def test_a_permission_that_there_is_not_is_refused(admin):
    answer = send(admin, ROLES, admin.get(f"{ROLES}/new"), name="X", permissions=["fly"])
    assert answer.status_code == 422
    assert markup.by_id(markup.page(answer), "permissions-error") is not None


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(app, admin, backstage):
    role = backstage.role("Interns", "see_orders")
    page = admin.get(path(role))
    other = Visitor(app, backstage.user(RoleCode.ADMIN))
    send(other, path(role), other.get(path(role)), name="Theirs")
    answer = send(admin, path(role), page, name="Mine", permissions=["edit_books"])
    assert answer.status_code == 412
    assert alerts(answer)
    assert markup.by_id(markup.page(answer), "name").get("value") == "Mine"
    assert ticked(answer) == {"edit_books"}
    assert role_named(app, "Theirs").permissions == ["see_orders"]
    assert send(admin, path(role), answer).status_code == 303
    assert role_named(app, "Mine").permissions == ["edit_books"]


@pytest.mark.parametrize("code", [RoleCode.ADMIN, RoleCode.CUSTOMER])
def test_what_admins_and_customers_may_do_has_no_boxes_and_a_name(app, admin, backstage, code):
    role = backstage.user(code).role
    page = admin.get(path(role))
    assert ticked(page) == set()
    assert not markup.has_form(page, "delete")
    typed = admin.form(page, "role").fields | {"name": "Called so", "permissions": "edit_books"}
    assert admin.send(path(role), typed).status_code == 303
    assert role_named(app, "Called so").permissions == []
    # Without a name it goes by ours again.
    assert send(admin, path(role), admin.get(path(role)), name="").status_code == 303
    assert role_named(app, "Called so") is None


def test_a_role_that_nobody_has_is_deleted_and_one_that_somebody_has_is_not(app, admin, backstage):
    role = backstage.role("Interns", "see_orders")
    page = admin.get(path(role))
    backstage.user(role=role)
    answer = admin.submit(page, "delete")
    assert answer.status_code == 409
    assert "People have this role" in alerts(answer)
    assert ticked(answer) == {"see_orders"}
    unused = backstage.role("Unused")
    assert admin.submit(admin.get(path(unused)), "delete").status_code == 303
    assert role_named(app, "Unused") is None
    assert [e.action for e in audit(app)] == ["remove"]


def test_a_role_of_the_shop_cannot_be_deleted(admin, backstage):
    role = backstage.user(RoleCode.ACCOUNTANT).role
    assert not markup.has_form(admin.get(path(role)), "delete")
    assert admin.post(path(role, "delete"), {"version": role.version}).status_code == 409


def test_whoever_may_not_do_something_neither_gives_nor_takes_it(app, backstage):
    clerk = Visitor(app, backstage.user(role=backstage.role("HR", "edit_roles", "see_stock")))
    role = backstage.role("Interns", "see_orders", "see_stock")
    page = clerk.get(path(role))
    box = markup.by_id(markup.page(page), "may-see_orders")
    assert "disabled" in box.attrib
    # What cannot be changed is sent along as it is.
    answer = send(clerk, path(role), page, permissions=["see_orders"])
    assert answer.status_code == 303
    assert role_named(app, "Interns").permissions == ["see_orders"]
    for wanted in ([], ["see_orders", "edit_books"]):
        answer = send(clerk, path(role), clerk.get(path(role)), permissions=wanted)
        assert answer.status_code == 403
        assert alerts(answer)
    assert role_named(app, "Interns").permissions == ["see_orders"]
