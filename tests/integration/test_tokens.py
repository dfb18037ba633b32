"""Tokens of programs: short ones, and long ones of which only the newest is good."""

import threading

import jwt
import pytest

from shop.errors import LoginRequired, NotFound
from shop.models import RoleCode
from shop.models.columns import utcnow
from shop.services.accounts.tokens import FAMILY_LIFE
from tests import factories as make


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CUSTOMER))


@pytest.fixture
def pair(services, anna):
    return services.tokens.open(anna, "a program")


def refused(verb, *given) -> bool:
    with pytest.raises(LoginRequired):
        verb(*given)
    return True


def test_an_access_token_says_who_it_is_and_little_else(services, anna, pair):
    assert services.tokens.person(pair.access_token).id == anna.id
    claims = jwt.decode(pair.access_token, options={"verify_signature": False})
    assert set(claims) == {"iss", "aud", "sub", "sid", "iat", "exp"}
    assert claims["exp"] - claims["iat"] == pair.expires_in == 600


def test_each_renewal_gives_another_pair(services, anna, pair):
    second = services.tokens.renew(pair.refresh_token)
    third = services.tokens.renew(second.refresh_token)
    assert services.tokens.person(third.access_token).id == anna.id
    assert len({pair.refresh_token, second.refresh_token, third.refresh_token}) == 3


def test_an_old_refresh_token_closes_the_whole_family(services, pair):
    second = services.tokens.renew(pair.refresh_token)
    assert refused(services.tokens.renew, pair.refresh_token)
    # The thief's, or the owner's: nobody can tell.
    assert refused(services.tokens.renew, second.refresh_token)
    assert refused(services.tokens.person, second.access_token)


def test_of_two_who_renew_at_once_one_wins_and_the_family_is_closed(app, services, pair):
    outcomes, ready = [], threading.Barrier(2)

    def renew() -> None:
        with app.app_context():
            ready.wait()
            try:
                app.extensions["services"].tokens.renew(pair.refresh_token)
                outcomes.append("renewed")
            except LoginRequired:
                outcomes.append("refused")

    threads = [threading.Thread(target=renew) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "renewed"]
    assert refused(services.tokens.person, pair.access_token)


@pytest.mark.parametrize("token", ["", ".", "x", "a.b", "\x00.x", "é.x", "0" * 32 + ".secret"])
def test_what_is_no_token_renews_nothing(services, pair, token):
    assert refused(services.tokens.renew, token)


def test_a_closed_login_is_over_at_once(services, anna, pair):
    services.tokens.close(anna, services.tokens.family_of(pair.access_token))
    assert refused(services.tokens.person, pair.access_token)
    assert refused(services.tokens.renew, pair.refresh_token)
    assert services.tokens.list(anna) == []


def test_nobody_closes_the_login_of_another(services, pair):
    stranger = make.save(make.staff())
    with pytest.raises(NotFound):
        services.tokens.close(stranger, services.tokens.family_of(pair.access_token))


def test_a_closed_account_has_no_tokens(services, anna, pair):
    services.accounts.update(anna.id, active=False)
    assert refused(services.tokens.person, pair.access_token)
    assert refused(services.tokens.renew, pair.refresh_token)


def test_what_is_stored_renews_nothing(services, anna, pair):
    (family,) = services.tokens.list(anna)
    assert refused(services.tokens.renew, f"{family.id}.{family.secret_hash}")


def test_what_nobody_was_given_closes_no_login(services, pair):
    """The login's id stands in every access token: whoever has an old one must not end it."""
    family = services.tokens.family_of(pair.access_token)
    for made_up in (f"{family}.secret", f"{family}.secret.{'0' * 32}", f"{family}.é.\ud800"):
        assert refused(services.tokens.renew, made_up)
    assert services.tokens.renew(pair.refresh_token)


def test_a_password_that_changed_since_it_was_checked_opens_nothing(app, services):
    anna = make.user(services, email="anna@example.org")
    checked = services.accounts.authenticate(anna.email, make.PASSWORD)
    with app.app_context():
        others = app.extensions["services"]
        others.passwords.change_password(
            others.accounts.get(anna.id), make.PASSWORD, "seven grey geese flying"
        )
    assert refused(services.tokens.open, checked, "a program")


def test_a_login_ends_after_a_month_and_is_forgotten_later(services, anna, pair):
    (family,) = services.tokens.list(anna)
    with services.tokens.transaction():
        services.tokens.families.locked(family.id).expires_at = utcnow()
    assert refused(services.tokens.renew, pair.refresh_token)
    assert services.tokens.drop_old() == 0
    with services.tokens.transaction():
        services.tokens.families.locked(family.id).expires_at = utcnow() - 2 * FAMILY_LIFE
    assert services.tokens.drop_old() == 1
