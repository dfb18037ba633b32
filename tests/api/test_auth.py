"""Programs log in: short tokens, tokens for the next pair, keys for machines."""

import pyotp
import pytest

from shop.models import RoleCode
from tests import factories
from tests.visitor import Visitor

GOOD = "lantern over quiet water"
ANNA = "anna@example.org"


@pytest.fixture
def anna(backstage):
    with backstage.services() as services:
        return factories.user(services, email=ANNA)


def send(visitor, path, token=None, method="POST", etag=None, **body):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if etag:
        headers["If-Match"] = etag
    return visitor.call(method, f"/api/v1/{path}", json=body or None, headers=headers)


def log_in(visitor, password=factories.PASSWORD, **more):
    return send(visitor, "auth/login", email=ANNA, password=password, **more)


def refused(answer, status, code):
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["code"] == code
    return True


def test_a_program_registers_logs_in_and_knows_who_it_is(visitor):
    answer = send(
        visitor, "auth/register", email=ANNA, password=GOOD, first_name="Anna", consent=True
    )
    assert answer.status_code == 201
    tokens = log_in(visitor, GOOD).get_json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
    me = visitor.get(
        "/api/v1/auth/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )
    assert me.get_json()["email"] == ANNA
    assert me.get_json()["role"] == {"code": "customer", "permissions": []}


def test_the_answer_is_the_same_where_the_address_has_an_account(visitor, anna):
    fresh = send(visitor, "auth/register", email="new@example.org", password=GOOD, consent=True)
    known = send(visitor, "auth/register", email=ANNA, password=GOOD, consent=True)
    assert (fresh.status_code, fresh.data) == (known.status_code, known.data)


@pytest.mark.parametrize("extra", [{"role": "admin"}, {"active": False}, {"email_confirmed": True}])
def test_nobody_registers_as_more_than_a_customer(visitor, extra):
    answer = send(visitor, "auth/register", email=ANNA, password=GOOD, consent=True, **extra)
    assert refused(answer, 422, "invalid")


@pytest.mark.parametrize(
    ("password", "email"), [("x", ANNA), (factories.PASSWORD, "no@example.org")]
)
def test_whoever_is_wrong_gets_one_answer(visitor, anna, password, email):
    answer = send(visitor, "auth/login", email=email, password=password)
    assert refused(answer, 401, "wrong_credentials")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_renewed_token_is_good_once(visitor, anna):
    first = log_in(visitor).get_json()
    second = send(visitor, "auth/refresh", refresh_token=first["refresh_token"])
    assert second.status_code == 200
    assert second.headers["Cache-Control"] == "no-store"
    again = send(visitor, "auth/refresh", refresh_token=first["refresh_token"])
    assert refused(again, 401, "login_required")
    # The family is closed: what came of the second time is good for nothing as well.
    token = second.get_json()["access_token"]
    assert refused(send(visitor, "auth/me", token, "GET"), 401, "login_required")


def test_logging_out_ends_the_login_at_once(visitor, anna):
    tokens = log_in(visitor).get_json()
    token = tokens["access_token"]
    assert send(visitor, "auth/logout", token).status_code == 204
    assert send(visitor, "auth/me", token, "GET").status_code == 401
    assert send(visitor, "auth/refresh", refresh_token=tokens["refresh_token"]).status_code == 401


def test_a_spoilt_token_is_refused_though_the_page_may_be_read_without(visitor, anna):
    for token in ("x", "colophon_a_b", "a.b.c"):
        assert refused(send(visitor, "books", token, "GET"), 401, "login_required")
    assert send(visitor, "books", None, "GET").status_code == 200


@pytest.mark.parametrize("token", ["x", "colophon_a_b", "a.b.c"])
def test_whoever_comes_for_a_token_may_still_send_a_spoilt_one(visitor, anna, token):
    """Clients that add it to each request could never get another."""
    new = {"email": "new@example.org", "password": GOOD, "consent": True}
    assert send(visitor, "auth/register", token, **new).status_code == 201
    known = {"email": ANNA, "password": factories.PASSWORD}
    logged_in = send(visitor, "auth/login", token, **known)
    assert logged_in.status_code == 200
    again = send(
        visitor, "auth/refresh", token, refresh_token=logged_in.get_json()["refresh_token"]
    )
    assert again.status_code == 200


def test_a_token_counts_and_a_cookie_beside_it_does_not(app, backstage, anna):
    clerk = Visitor(app, backstage.user(RoleCode.ADMIN))
    token = log_in(Visitor(app)).get_json()["access_token"]
    assert send(clerk, "auth/me", token, "GET").get_json()["email"] == ANNA


def test_the_code_of_the_second_factor_is_asked_for(visitor, backstage, anna):
    secret = pyotp.random_base32()
    with backstage.services() as services:
        services.accounts.update(anna.id, totp_secret=secret)
    assert refused(log_in(visitor), 401, "code_required")
    assert refused(log_in(visitor, code="000000"), 401, "wrong_credentials")
    assert log_in(visitor, code=pyotp.TOTP(secret).now()).status_code == 200


def test_one_changes_what_is_said_of_oneself(visitor, anna):
    token = log_in(visitor).get_json()["access_token"]
    me = send(visitor, "auth/me", token, "GET")
    changed = send(
        visitor,
        "auth/me",
        token,
        "PATCH",
        me.headers["ETag"],
        first_name="Olga",
        birth_date="1979-02-11",
    )
    assert (changed.get_json()["first_name"], changed.get_json()["birth_date"]) == (
        "Olga",
        "1979-02-11",
    )
    stale = send(visitor, "auth/me", token, "PATCH", me.headers["ETag"], first_name="Eve")
    assert refused(stale, 412, "stale")
    assert refused(
        send(visitor, "auth/me", token, "PATCH", None, first_name="Eve"), 428, "version_required"
    )
    etag = changed.headers["ETag"]
    unborn = send(visitor, "auth/me", token, "PATCH", etag, birth_date="2199-01-01")
    assert refused(unborn, 422, "invalid")
    emptied = send(visitor, "auth/me", token, "PATCH", etag, birth_date=None)
    assert emptied.get_json()["birth_date"] is None


def test_a_key_does_what_it_is_for_and_no_more(app, visitor, anna):
    token = log_in(visitor).get_json()["access_token"]
    made = send(
        visitor,
        "auth/keys",
        token,
        name="scanner",
        scopes=["read"],
        current_password=factories.PASSWORD,
    )
    assert made.status_code == 201
    key = made.get_json()["key"]
    machine = Visitor(app)
    assert send(machine, "auth/me", key, "GET").status_code == 200
    assert send(machine, "orders", key, "GET").status_code == 200
    assert refused(send(machine, "cart/items", key, book_id=1), 403, "forbidden")
    assert refused(send(machine, "auth/logout", key), 403, "forbidden")
    (listed,) = send(visitor, "auth/keys", token, "GET").get_json()["items"]
    assert "key" not in listed
    assert send(visitor, f"auth/keys/{listed['id']}", token, "DELETE").status_code == 204
    assert send(machine, "auth/me", key, "GET").status_code == 401


def test_a_key_makes_no_keys_and_a_wrong_password_makes_none(visitor, backstage, anna):
    token = log_in(visitor).get_json()["access_token"]
    typed = {"name": "a", "scopes": ["read", "write"]}
    wrong = send(visitor, "auth/keys", token, **typed, current_password="x")
    assert refused(wrong, 422, "invalid")
    made = send(visitor, "auth/keys", token, **typed, current_password=factories.PASSWORD)
    again = send(
        visitor, "auth/keys", made.get_json()["key"], **typed, current_password=factories.PASSWORD
    )
    assert refused(again, 403, "forbidden")
