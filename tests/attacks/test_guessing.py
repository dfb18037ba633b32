"""Guessing passwords and codes is limited for the account that is guessed at, from wherever."""

import hashlib
import itertools

import pyotp
import pytest
from limits import parse

from shop.extensions import limiter
from tests import factories
from tests.visitor import Visitor

LIMIT = 6
EMAIL = "anna@example.org"
_hosts = itertools.count(1)


def from_anywhere() -> dict[str, str]:
    """Each time another network."""
    return {"REMOTE_ADDR": f"198.51.{next(_hosts)}.1"}


@pytest.fixture
def anna(backstage):
    with backstage.services() as services:
        return factories.user(services, email=EMAIL)


@pytest.fixture
def with_phone(backstage):
    """Her second factor is on."""
    with backstage.services() as services:
        user = factories.user(services, email=EMAIL)
        return services.accounts.update(user.id, totp_secret=pyotp.random_base32())


def log_in(visitor, **elsewhere):
    form = {"email": EMAIL, "password": factories.PASSWORD}
    return visitor.post("/login", form, environ_overrides=elsewhere or from_anywhere())


def statuses(visitor, path, forms) -> list[int]:
    visitor.token()
    return [
        visitor.post(path, form, environ_overrides=from_anywhere()).status_code for form in forms
    ]


@pytest.mark.usefixtures("with_phone")
def test_codes_are_guessed_a_few_times_whoever_has_the_password(app):
    visitor = Visitor(app)
    assert log_in(visitor).location == "/login/code"
    codes = [{"code": f"{number:06}"} for number in range(LIMIT + 1)]
    assert statuses(visitor, "/login/code", codes) == [422] * LIMIT + [429]


@pytest.mark.usefixtures("with_phone")
def test_another_browser_gets_no_more_codes(app):
    browsers = [Visitor(app), Visitor(app)]
    for browser in browsers:
        log_in(browser)
    codes = [{"code": f"{number:06}"} for number in range(LIMIT)]
    assert statuses(browsers[0], "/login/code", codes) == [422] * LIMIT
    assert statuses(browsers[1], "/login/code", codes[:1]) == [429]


@pytest.mark.usefixtures("with_phone")
def test_codes_of_programs_are_guessed_a_few_times(app):
    body = {"email": EMAIL, "password": factories.PASSWORD}
    answers = [
        Visitor(app).call(
            "POST",
            "/api/v1/auth/login",
            body | {"code": f"{number:06}"},
            environ_overrides=from_anywhere(),
        )
        for number in range(LIMIT + 1)
    ]
    assert [answer.status_code for answer in answers] == [401] * LIMIT + [429]


@pytest.mark.parametrize(
    "path",
    [
        "/account/security/password",
        "/account/security/email",
        "/account/keys",
        "/account/data/delete",
    ],
)
def test_a_form_that_names_another_account_hides_no_guess_at_this_one(app, anna, path):
    """Whoever finds an open session does not find out the password by it."""
    visitor = Visitor(app, anna)
    forms = [
        {"current_password": str(number), "email": f"other{number}@example.org", "password": "x"}
        for number in range(LIMIT + 1)
    ]
    assert statuses(visitor, path, forms) == [422] * LIMIT + [429]


@pytest.mark.usefixtures("anna")
def test_an_address_written_otherwise_is_the_same_account(app):
    spellings = ("anna@example.org", " anna@example.org", "ANNA@example.org", "Anna@Example.ORG ")
    forms = [
        {"email": email, "password": "not it"}
        for email in itertools.islice(itertools.cycle(spellings), LIMIT + 1)
    ]
    assert statuses(Visitor(app), "/login", forms) == [422] * LIMIT + [429]


def test_guesses_at_one_account_leave_another_alone(app, anna, backstage):
    with backstage.services() as services:
        factories.user(services, email="boris@example.org")
    forms = [{"email": EMAIL, "password": "not it"}] * LIMIT
    form = {"email": "boris@example.org", "password": factories.PASSWORD}
    assert statuses(Visitor(app), "/login", [*forms, form]) == [422] * LIMIT + [303]


def test_what_is_counted_can_be_emptied_by_nobody_who_guesses(app, anna):
    """A right password does not begin the count anew."""
    visitor = Visitor(app)
    forms = [{"email": EMAIL, "password": "not it"}] * (LIMIT - 1)
    assert statuses(visitor, "/login", forms) == [422] * (LIMIT - 1)
    assert log_in(Visitor(app)).status_code == 303
    assert statuses(Visitor(app), "/login", forms[:1]) == [429]
    # Counted where every process of the shop counts.
    counted = f"account:{hashlib.sha256(EMAIL.encode()).hexdigest()[:32]}"
    with app.app_context():
        left = limiter.limiter.get_window_stats(parse("6 per minute"), "login", counted)
    assert left.remaining == 0


def test_strangers_who_guess_on_keep_no_owner_out(app, anna):
    """From a browser in which somebody has logged in before, they log in as ever."""
    at_home = Visitor(app)
    assert log_in(at_home).status_code == 303
    at_home.post("/logout")
    guesses = [
        Visitor(app).post(
            "/login",
            {"email": EMAIL, "password": "not it"},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{n}"},
        )
        for n in range(LIMIT + 1)
    ]
    assert guesses[-1].status_code == 429
    assert log_in(at_home).status_code == 303
    # A cookie of another account helps nobody.
    with app.app_context():
        factories.user(app.extensions["services"], email="eve@example.org")
    eve = Visitor(app)
    eve.post("/login", {"email": "eve@example.org", "password": factories.PASSWORD})
    eve.post("/logout")
    assert log_in(eve).status_code == 429


def test_a_browser_that_is_known_has_guesses_of_its_own_and_no_more(app, anna, backstage):
    """Strangers who guess on do not keep the owner out, and the cookie buys no endless guesses."""
    with backstage.services() as services:
        factories.user(services, email="boris@example.org")
    known = Visitor(app)
    log_in(known)
    known.post("/logout")
    forms = [{"email": EMAIL, "password": "not it"}] * LIMIT
    assert 429 in statuses(Visitor(app), "/login", forms)
    assert statuses(known, "/login", [*forms, *forms[:1]]) == [422] * LIMIT + [429]
    # For an account that was never open in it, it counts like any other.
    others = [form | {"email": "boris@example.org"} for form in forms]
    assert statuses(known, "/login", others) == [422] * LIMIT
    assert statuses(Visitor(app), "/login", others[:1]) == [429]
