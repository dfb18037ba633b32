"""The second factor: each code is good once, and none of the ways in goes round it."""

import re

import pyotp
import pytest

from shop.errors import Invalid
from shop.models import RoleCode
from shop.models.columns import utcnow
from shop.services.accounts.second_factor import STEP_SECONDS
from tests import factories
from tests.visitor import Visitor

EMAIL = "anna@example.org"


@pytest.fixture
def secret():
    return pyotp.random_base32()


@pytest.fixture
def anna(unlimited, backstage):
    with backstage.services() as services:
        return factories.user(services, email=EMAIL)


@pytest.fixture
def papers(backstage, anna, secret):
    """The recovery codes; the code of a step before has turned the factor on."""
    with backstage.services() as services:
        turn_on = services.second_factor.turn_on
        try:
            return turn_on(anna, factories.PASSWORD, secret, code_of(secret, -1))
        except Invalid:
            # The step before ended while the password was looked at.
            return turn_on(anna, factories.PASSWORD, secret, code_of(secret, -1))


def code_of(secret, steps=0) -> str:
    return pyotp.TOTP(secret).at(int(utcnow().timestamp()) + steps * STEP_SECONDS)


def with_password(app) -> Visitor:
    visitor = Visitor(app)
    form = {"email": EMAIL, "password": factories.PASSWORD}
    assert visitor.post("/login", form).location == "/login/code"
    return visitor


def type_code(visitor, code) -> int:
    return visitor.post("/login/code", {"code": code}).status_code


def by_program(app, code=None):
    body = {"email": EMAIL, "password": factories.PASSWORD}
    return Visitor(app).call(
        "POST", "/api/v1/auth/login", body if code is None else body | {"code": code}
    )


def is_in(visitor) -> bool:
    return visitor.get("/account").status_code == 200


@pytest.mark.usefixtures("papers")
def test_a_code_that_was_seen_over_the_shoulder_is_spent(unlimited, secret):
    owner, thief = with_password(unlimited), with_password(unlimited)
    code = code_of(secret, 1)
    assert type_code(owner, code) == 303
    assert type_code(thief, code) == 422
    assert by_program(unlimited, code).status_code == 401
    assert is_in(owner)
    assert not is_in(thief)


@pytest.mark.usefixtures("papers")
def test_a_code_before_the_one_that_was_used_is_spent_too(unlimited, secret):
    before, used = code_of(secret), code_of(secret, 1)
    assert by_program(unlimited, used).status_code == 200
    assert type_code(with_password(unlimited), before) == 422
    assert type_code(with_password(unlimited), used) == 422


def test_a_code_of_the_paper_is_good_once_on_pages_and_for_programs(unlimited, papers):
    assert by_program(unlimited, papers[0]).status_code == 200
    for again in (papers[0], papers[0].lower(), papers[0].replace("-", "")):
        assert by_program(unlimited, again).status_code == 401
        assert type_code(with_password(unlimited), again) == 422
    assert type_code(with_password(unlimited), papers[1]) == 303


@pytest.mark.usefixtures("papers")
def test_what_is_no_code_lets_nobody_in(unlimited):
    visitor = with_password(unlimited)
    for code in ("", " ", "0", "12345", "1234567", "١٢٣٤٥٦", "-----", "\x00", "x" * 20):
        assert type_code(visitor, code) == 422
    for code in ("", "0", "\x00"):
        assert by_program(unlimited, code).status_code in (401, 422)
    assert not is_in(visitor)


@pytest.mark.usefixtures("papers")
def test_a_password_alone_opens_nothing(unlimited, backstage, anna):
    visitor = with_password(unlimited)
    for path in ("/account", "/account/security", "/account/keys", "/api/v1/auth/me"):
        assert visitor.get(path).status_code in (303, 401)
    assert by_program(unlimited).get_json()["code"] == "code_required"
    with backstage.services() as services:
        assert services.sessions.list(anna) == []
        assert services.tokens.list(anna) == []


@pytest.mark.usefixtures("papers")
def test_a_code_for_one_account_completes_no_login_of_another(unlimited, backstage, secret):
    with backstage.services() as services:
        other = factories.user(services, email="boris@example.org")
        services.accounts.update(other.id, totp_secret=pyotp.random_base32())
    visitor = Visitor(unlimited)
    visitor.post("/login", {"email": "boris@example.org", "password": factories.PASSWORD})
    assert type_code(visitor, code_of(secret)) == 422


def test_the_first_step_counts_no_more_after_another_password(unlimited, backstage, anna, papers):
    visitor = with_password(unlimited)
    with backstage.services() as services:
        user = services.accounts.get(anna.id)
        services.passwords.change_password(user, factories.PASSWORD, "seven odd lanterns 42")
    assert visitor.post("/login/code", {"code": papers[0]}).location == "/login"
    assert not is_in(visitor)


def test_a_new_password_by_mail_leaves_the_second_factor_on(unlimited, backstage, anna, papers):
    with backstage.services() as services:
        token = services.emails.links.reset(services.accounts.get(anna.id)).partition("token=")[2]
        services.passwords.reset_password(token, factories.PASSWORD + " once more")
    form = {"email": EMAIL, "password": factories.PASSWORD + " once more"}
    assert Visitor(unlimited).post("/login", form).location == "/login/code"


@pytest.mark.usefixtures("papers")
def test_whoever_finds_an_open_session_does_not_turn_it_off(unlimited, backstage, anna):
    with backstage.services() as services:
        visitor = Visitor(unlimited, services.accounts.get(anna.id))
    for path in ("/account/second-factor/off", "/account/second-factor/codes"):
        for password in ("", "not it"):
            assert visitor.post(path, {"current_password": password}).status_code == 422
    with backstage.services() as services:
        assert services.accounts.get(anna.id).has_second_factor


def test_whoever_finds_an_open_session_does_not_lock_its_owner_out(unlimited, backstage, anna):
    """A telephone of the finder's would be asked for from then on."""
    visitor = Visitor(unlimited, anna)
    page = visitor.get("/account/second-factor")
    secret = re.search(r"factor__key\">([A-Z2-7 ]+)<", page.text)[1].replace(" ", "")
    for password in ("", "not it"):
        form = {"code": code_of(secret), "current_password": password}
        assert visitor.post("/account/second-factor", form).status_code == 422
    with backstage.services() as services:
        assert not services.accounts.get(anna.id).has_second_factor


def test_staff_are_let_on_when_it_is_on(other_shop, backstage):
    strict = other_shop(staff_2fa=True)
    boss = backstage.user(RoleCode.ADMIN)
    assert Visitor(strict, boss).get("/admin/orders").location == "/account/second-factor"
    known = backstage.user(RoleCode.ADMIN, totp_secret=pyotp.random_base32())
    assert Visitor(strict, known).get("/admin/orders").status_code == 200
