"""Sessions of browsers: what was planted before a login is worth nothing after it."""

import pytest
from flask.sessions import SecureCookieSessionInterface

from shop.models import RoleCode
from tests import factories
from tests.views.test_headers import PRODUCTION, cookie
from tests.visitor import Visitor

EMAIL = "anna@example.org"


@pytest.fixture
def anna(backstage):
    with backstage.services() as services:
        return factories.user(services, email=EMAIL)


def log_in(visitor, email=EMAIL, **options):
    return visitor.post("/login", {"email": email, "password": factories.PASSWORD}, **options)


def with_cookie(app, value) -> Visitor:
    visitor = Visitor(app)
    visitor.client.set_cookie("session", value)
    return visitor


def is_in(visitor) -> bool:
    return visitor.get("/account").status_code == 200


@pytest.mark.usefixtures("anna")
def test_whoever_planted_a_session_knows_nothing_of_the_one_after_the_login(app):
    attacker = Visitor(app)
    attacker.get("/login")
    planted = attacker.cookie("session")
    victim = with_cookie(app, planted)
    log_in(victim)
    assert is_in(victim)
    assert victim.cookie("session") != planted
    assert not is_in(attacker)
    assert not is_in(with_cookie(app, planted))


@pytest.mark.usefixtures("anna")
def test_the_attackers_own_login_is_not_taken_over_by_the_next(app, backstage):
    """Planted is a session in which somebody is logged in already."""
    with backstage.services() as services:
        factories.user(services, email="mallory@example.org")
    attacker = Visitor(app)
    log_in(attacker, "mallory@example.org")
    planted = attacker.cookie("session")
    victim = with_cookie(app, planted)
    log_in(victim)
    assert "anna@example.org" in victim.get("/account/security").text
    assert "mallory@example.org" in attacker.get("/account/security").text
    with backstage.services() as services:
        anna = services.accounts.authenticate(EMAIL, factories.PASSWORD)
        assert len(services.sessions.list(anna)) == 1


def test_a_token_of_a_page_is_another_one_after_the_login(app, anna):
    visitor = Visitor(app)
    before = visitor.token()
    log_in(visitor)
    answer = visitor.send("/account/confirm/again", {"csrf_token": before})
    assert answer.status_code == 400


@pytest.mark.usefixtures("anna")
def test_a_cookie_that_was_copied_is_worth_nothing_after_logging_out(app):
    visitor = Visitor(app)
    log_in(visitor)
    copied = visitor.cookie("session")
    assert is_in(with_cookie(app, copied))
    visitor.post("/logout")
    assert not is_in(visitor)
    assert not is_in(with_cookie(app, copied))


@pytest.mark.usefixtures("anna")
def test_a_cookie_that_was_copied_is_worth_nothing_after_another_password(app):
    visitor = Visitor(app)
    log_in(visitor)
    copied = visitor.cookie("session")
    form = {"current_password": factories.PASSWORD, "password": "seven odd lanterns 42"}
    assert visitor.post("/account/security/password", form).status_code == 303
    assert is_in(visitor)
    assert not is_in(with_cookie(app, copied))


def test_a_cookie_that_somebody_else_signed_is_nobodys(app, other_shop, anna):
    elsewhere = other_shop(secret_key="another key that only tests sign with")
    visitor = Visitor(app, anna)
    with visitor.client.session_transaction() as kept:
        held = dict(kept)
    signer = SecureCookieSessionInterface().get_signing_serializer(elsewhere)
    assert not is_in(with_cookie(app, signer.dumps(held)))
    own = SecureCookieSessionInterface().get_signing_serializer(app)
    assert is_in(with_cookie(app, own.dumps(held)))


@pytest.mark.parametrize(
    "value", ["", "x", "a.b.c", "." * 4000, "eyJfdXNlcl9pZCI6IjEifQ.x.y", "é", "\x00"], ids=ascii
)
def test_a_cookie_that_is_none_is_like_none(app, value):
    visitor = with_cookie(app, value)
    assert visitor.get("/").status_code == 200
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "handle", ["1", "1.1.", "1.1.x", "{id}", "{id}.1.x", "{id}.1.{id}", "{id}.2.x", "{id}.1.*"]
)
def test_a_number_of_an_account_is_no_session(app, anna, handle):
    """Even with the shop's signature around it."""
    visitor = Visitor(app)
    with visitor.client.session_transaction() as kept:
        kept["_user_id"] = handle.format(id=anna.id)
        kept["_fresh"] = True
    assert not is_in(visitor)


def test_nobody_is_remembered_by_a_cookie_beside_the_session(app, anna):
    visitor = Visitor(app)
    answer = log_in(visitor)
    names = {line.split("=")[0] for line in answer.headers.getlist("Set-Cookie")}
    assert names == {"known", "session"}
    stranger = Visitor(app)
    # It says that the browser was here before, and opens nothing.
    stranger.client.set_cookie("known", visitor.cookie("known"))
    stranger.client.set_cookie("remember_token", f"{anna.id}|{'0' * 128}")
    assert not is_in(stranger)


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(other_shop, anna, backstage):
    shop = other_shop(**PRODUCTION)
    visitor = Visitor(shop, url="https://shop.example")
    answers = {
        "cart": visitor.post("/cart/items", {"book_id": backstage.book().id}),
        "session": log_in(visitor),
    }
    for name, answer in answers.items():
        found = cookie(answer, name)
        assert (found["httponly"], found["secure"], found["samesite"]) == (True, True, "Lax")
        assert (found["path"], found["domain"]) == ("/", "")


def test_a_closed_account_is_out_with_the_cookie_it_still_has(app, backstage, anna):
    boss, visitor = backstage.user(RoleCode.ADMIN), Visitor(app, anna)
    assert is_in(visitor)
    with backstage.services() as services:
        services.people.close(anna.id, None, boss)
    assert not is_in(visitor)
    with backstage.services() as services:
        services.people.reopen(anna.id, None, boss)
    assert not is_in(visitor)
