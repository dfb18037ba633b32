"""Staff invite people: the account is there, and only its owner ever knows the password."""

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, OutboxMessage, RoleCode, User
from shop.models.users import NO_HASH
from tests import markup
from tests.visitor import Visitor

INVITE = "/admin/users/invite"
NEW = {
    "email": "New@Example.org",
    "first_name": "Nina",
    "last_name": "N.",
    "role": "accountant",
    "locale": "ru",
}


@pytest.fixture
def admin(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.ADMIN))


def account(app, email="new@example.org") -> User | None:
    with app.app_context():
        return db.session.scalars(select(User).where(User.email == email)).one_or_none()


def stored(app, entity):
    with app.app_context():
        return list(db.session.scalars(select(entity)))


def wrong_fields(answer) -> list[str]:
    return [e.get("id") for e in markup.page(answer).iter() if e.get("aria-invalid") == "true"]


def test_an_account_is_made_and_its_owner_written_to(app, admin):
    answer = admin.submit(admin.get(INVITE), "invitation", **NEW)
    made = account(app)
    assert (answer.status_code, answer.location) == (303, f"/admin/users/{made.id}")
    assert (made.name, made.role.code, made.locale) == ("Nina N.", "accountant", "ru")
    assert made.password_hash == NO_HASH
    assert len(stored(app, OutboxMessage)) == 1
    (entry,) = stored(app, AuditEntry)
    assert (entry.entity_id, entry.action) == (made.id, "invite")
    page = admin.get(answer.location)
    assert "new@example.org" in markup.text(markup.by_id(markup.page(page), "notices"))
    assert "Account made: Accountant" in markup.text(markup.by_id(markup.page(page), "user"))


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("email", "nobody"),
        ("email", ""),
        ("first_name", "x" * 101),
        ("last_name", "x" * 101),
        ("role", "king"),
        ("role", ""),
        ("locale", "fr"),
    ],
)
def test_what_cannot_be_used_is_marked_and_the_rest_is_kept(app, admin, field, bad):
    answer = admin.submit(admin.get(INVITE), "invitation", **NEW | {field: bad})
    assert answer.status_code == 422
    assert wrong_fields(answer) == [field]
    kept = admin.form(answer, "invitation").fields
    rest = {name: value for name, value in NEW.items() if name != field}
    assert {name: kept[name] for name in rest} == rest
    assert stored(app, OutboxMessage) == []


def test_an_address_that_has_an_account_is_told(app, admin, backstage):
    backstage.user(email="new@example.org")
    answer = admin.submit(admin.get(INVITE), "invitation", **NEW)
    assert answer.status_code == 409
    assert wrong_fields(answer) == ["email"]
    assert stored(app, OutboxMessage) == []


def test_nobody_invites_to_more_than_they_may(app, backstage):
    role = backstage.role("HR", "see_users", "edit_users")
    clerk = Visitor(app, backstage.user(role))
    page = clerk.get(INVITE)
    options = markup.by_id(markup.page(page), "role").iter("option")
    assert {o.get("value") for o in options} == {"customer", role.code}
    answer = clerk.submit(page, "invitation", **NEW | {"role": "admin"})
    assert answer.status_code == 403
    assert account(app) is None
