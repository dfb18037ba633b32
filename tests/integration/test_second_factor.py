"""The second factor: a code is good once, and paper helps where the telephone is lost."""

import pyotp
import pytest

from shop.cli import reset_second_factor
from shop.errors import Conflict, Invalid, LoginRequired
from shop.models.columns import utcnow
from shop.services.accounts.second_factor import STEP_SECONDS
from tests import factories as make
from tests.mailbox import notices


@pytest.fixture
def anna(services):
    return make.user(services, email="anna@example.org")


@pytest.fixture
def secret(services) -> str:
    return services.second_factor.new_secret()


def code_of(secret: str, steps: int = 0) -> str:
    """The code of now, or of so many half minutes later."""
    return pyotp.TOTP(secret).at(int(utcnow().timestamp()) + steps * STEP_SECONDS)


@pytest.fixture
def codes(services, anna, secret):
    return services.second_factor.turn_on(anna, make.PASSWORD, secret, code_of(secret))


def test_a_code_of_the_telephone_completes_a_login_once(services, anna, secret, codes):
    code = code_of(secret, 1)
    assert services.second_factor.check(anna.id, code).id == anna.id
    with pytest.raises(Invalid):
        services.second_factor.check(anna.id, code)


def test_the_code_that_turned_it_on_logs_nobody_in(services, anna, secret):
    code = code_of(secret)
    services.second_factor.turn_on(anna, make.PASSWORD, secret, code)
    with pytest.raises(Invalid):
        services.second_factor.check(anna.id, code)


def test_a_clock_may_be_off_by_half_a_minute(services, anna, secret, codes):
    assert services.second_factor.check(anna.id, code_of(secret, 1))
    with pytest.raises(Invalid):
        services.second_factor.check(anna.id, code_of(secret, 3))


@pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef", "²²²²²²", "1" * 100, "\x00"])
def test_what_is_no_code_is_refused(services, anna, codes, code):
    with pytest.raises(Invalid):
        services.second_factor.check(anna.id, code)


def test_a_recovery_code_is_good_once_however_it_is_typed(services, anna, codes):
    assert len(set(codes)) == 10
    typed = f" {codes[0].lower().replace('-', ' ')} "
    assert services.second_factor.check(anna.id, typed)
    with pytest.raises(Invalid):
        services.second_factor.check(anna.id, codes[0])
    assert services.second_factor.codes_left(anna) == 9


def test_a_recovery_code_of_somebody_else_is_none(services, codes):
    other = make.user(services, email="other@example.org")
    secret = services.second_factor.new_secret()
    services.second_factor.turn_on(other, make.PASSWORD, secret, code_of(secret))
    with pytest.raises(Invalid):
        services.second_factor.check(other.id, codes[0])


def test_new_codes_replace_the_old_ones(services, anna, codes):
    fresh = services.second_factor.new_codes(anna, make.PASSWORD)
    with pytest.raises(Invalid):
        services.second_factor.check(anna.id, codes[0])
    assert services.second_factor.check(anna.id, fresh[0])


def test_it_is_turned_on_by_a_right_code_and_off_by_the_password(services, anna, secret):
    with pytest.raises(Invalid):
        services.second_factor.turn_on(anna, make.PASSWORD, secret, "000000")
    with pytest.raises(Invalid):
        services.second_factor.turn_on(anna, make.PASSWORD, "", "000000")
    services.second_factor.turn_on(anna, make.PASSWORD, secret, code_of(secret))
    with pytest.raises(Conflict):
        services.second_factor.turn_on(anna, make.PASSWORD, secret, code_of(secret))
    with pytest.raises(Invalid):
        services.second_factor.turn_off(anna, "not this one")
    services.second_factor.turn_off(anna, make.PASSWORD)
    assert not services.accounts.get(anna.id).has_second_factor
    assert services.second_factor.codes_left(anna) == 0
    assert notices() == ["second_factor_on", "second_factor_off"]


def test_a_telephone_reads_whose_it_is(services, anna, secret):
    address = services.second_factor.address(anna, secret)
    assert address.startswith("otpauth://totp/Colophon:anna%40example.org?secret=")


def test_what_was_opened_without_a_code_is_over(services, anna, secret):
    """Or a thief who knows the password would go on as if a code had been shown."""
    cookie = services.sessions.open(anna, "127.0.0.1", "Firefox")
    pair = services.tokens.open(anna, "a program")
    key = services.api_keys.make(anna, "till", ["read"], None).secret
    services.second_factor.turn_on(anna, make.PASSWORD, secret, code_of(secret))
    assert services.sessions.person(cookie) is None
    for verb, token in (
        (services.tokens.person, pair.access_token),
        (services.tokens.renew, pair.refresh_token),
        (services.api_keys.person, key),
    ):
        with pytest.raises(LoginRequired):
            verb(token)


def test_it_is_not_turned_on_at_an_unlocked_desk(services, anna, secret):
    with pytest.raises(Invalid) as refusal:
        services.second_factor.turn_on(anna, "not this one", secret, code_of(secret))
    assert [problem.field for problem in refusal.value.errors] == ["current_password"]


def test_who_has_lost_telephone_and_paper_is_let_in_by_whoever_runs_the_machine(app, anna, codes):
    result = app.test_cli_runner().invoke(reset_second_factor, [anna.email])
    assert result.exit_code == 0
    assert app.extensions["services"].accounts.get(anna.id).has_second_factor is False
    missing = app.test_cli_runner().invoke(reset_second_factor, ["nobody@example.org"])
    assert missing.exit_code == 1


def test_a_login_by_code_is_no_change_of_the_account(services, anna, secret, codes):
    before = services.accounts.get(anna.id).version
    services.second_factor.check(anna.id, code_of(secret, 1))
    assert services.accounts.get(anna.id).version == before
