"""Accounts in the API: one's own, and for staff all others."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.models import RoleCode
from tests.counting import statements
from tests.rivals import until_blocked
from tests.visitor import Visitor


@pytest.fixture
def reader(backstage):
    return backstage.user(first_name="Anna", email="anna@example.org")


@pytest.fixture
def admin(app, backstage):
    return Visitor(app, backstage.user(RoleCode.ADMIN, email="chief@example.org"))


def etag(visitor, user) -> dict[str, str]:
    return {"If-Match": visitor.get(f"/api/v1/users/{user.id}").headers["ETag"]}


def change(visitor, user, **body):
    headers = etag(visitor, user)
    return visitor.call("PATCH", f"/api/v1/users/{user.id}", json=body, headers=headers)


def test_staff_find_people(admin, reader):
    found = admin.get("/api/v1/users?q=anna").get_json()
    assert [(user["email"], user["role"]["code"]) for user in found["items"]] == [
        ("anna@example.org", "customer")
    ]
    assert admin.get("/api/v1/users?role__code__eq=admin").get_json()["total"] == 1
    assert admin.get("/api/v1/users?fields=email&limit=1").get_json()["items"] == [
        {"email": "anna@example.org"}
    ]


def test_a_row_more_costs_no_statement_more(app, admin, backstage, reader):
    for _ in range(3):
        backstage.user()
    alone = statements(app, admin, "/api/v1/users?limit=1")
    assert statements(app, admin, "/api/v1/users?limit=100") == alone


def test_one_sees_oneself_and_nobody_else(app, reader, backstage):
    own, other = Visitor(app, reader), backstage.user()
    assert own.get(f"/api/v1/users/{reader.id}").get_json()["email"] == reader.email
    assert own.get(f"/api/v1/users/{other.id}").status_code == 404
    assert own.get("/api/v1/users").status_code == 403
    answer = own.call(
        "PATCH", f"/api/v1/users/{other.id}", json={"first_name": "x"}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 404


def test_one_changes_oneself_and_not_ones_role(app, reader):
    own = Visitor(app, reader)
    assert change(own, reader, first_name="Olga").get_json()["first_name"] == "Olga"
    for sent in ({"role": "admin"}, {"active": False}, {"role": "customer", "first_name": "x"}):
        assert change(own, reader, **sent).status_code == 403
    assert own.get("/api/v1/auth/me").get_json()["first_name"] == "Olga"


@pytest.mark.parametrize("by_staff", [False, True])
def test_two_who_change_different_fields_at_once_both_do(app, admin, reader, rival, by_staff):
    somebody = admin if by_staff else Visitor(app, reader)

    def say():
        sent = {"json": {"first_name": "Olga"}, "headers": {"If-Match": "*"}}
        return somebody.call("PATCH", f"/api/v1/users/{reader.id}", **sent)

    # The other change is under way, and this one has read the account as it was before.
    rival.execute("UPDATE users SET last_name = 'Petrova' WHERE id = %s", [reader.id])
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(say)
        until_blocked(rival)
        rival.commit()
        assert answer.result().status_code == 200
    found = admin.get(f"/api/v1/users/{reader.id}").get_json()
    assert (found["first_name"], found["last_name"]) == ("Olga", "Petrova")


def test_staff_change_all_of_it_or_nothing(admin, reader):
    answer = change(admin, reader, first_name="Olga", role="accountant")
    assert answer.status_code == 200
    assert (answer.get_json()["first_name"], answer.get_json()["role"]["code"]) == (
        *("Olga", "accountant"),
    )
    refused = change(admin, reader, first_name="Eve", role="king")
    assert refused.status_code == 422
    assert admin.get(f"/api/v1/users/{reader.id}").get_json()["first_name"] == "Olga"


def test_an_account_that_is_closed_is_out_at_once(app, admin, reader):
    own = Visitor(app, reader)
    assert change(admin, reader, active=False).get_json()["active"] is False
    assert own.get("/api/v1/auth/me").status_code == 401
    assert change(admin, reader, active=True).get_json()["active"] is True


def test_the_last_admin_stays(admin):
    me = admin.get("/api/v1/auth/me").get_json()
    for sent in ({"role": "customer"}, {"active": False}):
        headers = {"If-Match": "*"}
        answer = admin.call("PATCH", f"/api/v1/users/{me['id']}", json=sent, headers=headers)
        assert answer.status_code == 409
    assert (
        admin.call("DELETE", f"/api/v1/users/{me['id']}", headers={"If-Match": "*"}).status_code
        == 409
    )


def test_staff_make_an_account_whose_owner_sets_the_password(admin, backstage, sent):
    body = {"email": "New@Example.org", "first_name": "Vera", "role": "catalogue_manager"}
    made = admin.call("POST", "/api/v1/users", json=body)
    assert made.status_code == 201
    assert admin.get(made.headers["Location"]).get_json()["email"] == "new@example.org"
    with backstage.services() as services:
        services.outbox.deliver_due()
    assert sent()[-1]["To"] == "new@example.org"
    again = admin.call("POST", "/api/v1/users", json=body)
    assert (again.status_code, again.get_json()["errors"][0]["field"]) == (409, "email")


def test_a_request_that_is_sent_again_makes_one_account(admin):
    headers = {"Idempotency-Key": "9b2f0a52-6d1e-4a55-8c0c-1d6f4f2b7a11"}
    body = {"email": "new@example.org"}
    answers = [admin.call("POST", "/api/v1/users", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    other = admin.call("POST", "/api/v1/users", json={"email": "b@example.org"}, headers=headers)
    assert other.status_code == 422


def test_staff_delete_an_account_at_its_owners_wish(app, admin, reader):
    answer = admin.call("DELETE", f"/api/v1/users/{reader.id}", headers=etag(admin, reader))
    assert answer.status_code == 204
    gone = admin.get(f"/api/v1/users/{reader.id}").get_json()
    assert (gone["active"], gone["first_name"]) == (False, "")
    assert "anna" not in gone["email"]


@pytest.mark.parametrize("role", sorted(set(RoleCode) - {RoleCode.ADMIN}))
def test_nobody_but_who_may_makes_and_deletes_accounts(app, backstage, reader, role):
    clerk = Visitor(app, backstage.user(role))
    # The permission comes before the body and before If-Match.
    assert clerk.call("POST", "/api/v1/users", data="{").status_code == 403
    assert clerk.call("DELETE", f"/api/v1/users/{reader.id}").status_code == 403
