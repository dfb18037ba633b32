"""Refresh tokens: good once, and one that comes again ends the login of thief and owner alike."""

import pytest

from shop.models import RoleCode
from shop.services.accounts.people import Change
from tests import factories
from tests.attacks.programs import Program, logged_in

REFRESH = "/api/v1/auth/refresh"


@pytest.fixture
def anna(backstage):
    return backstage.user()


@pytest.fixture
def pair(backstage, anna):
    return logged_in(backstage, anna)


def renew(app, token):
    return Program(app).call("POST", REFRESH, {"refresh_token": token})


def test_each_pair_follows_the_one_before(app, pair):
    answer = renew(app, pair.refresh_token)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    following = answer.get_json()
    assert following["refresh_token"] != pair.refresh_token
    assert Program(app, following["access_token"]).status() == 200
    assert renew(app, following["refresh_token"]).status_code == 200


def test_one_that_comes_again_ends_everything_of_its_login_at_once(app, backstage, anna, pair):
    thief = renew(app, pair.refresh_token).get_json()
    other = logged_in(backstage, anna)
    assert renew(app, pair.refresh_token).status_code == 401
    assert Program(app, pair.access_token).status() == 401
    assert Program(app, thief["access_token"]).status() == 401
    assert renew(app, thief["refresh_token"]).status_code == 401
    # Another login of the same account has nothing to do with it.
    assert Program(app, other.access_token).status() == 200
    assert renew(app, other.refresh_token).status_code == 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: ".",
        lambda token: token.partition(".")[2],
        lambda token: f"{'0' * 32}.{token.partition('.')[2]}",
        lambda token: f"' OR 1=1 --.{token.partition('.')[2]}",
        lambda token: token.replace(".", "\x00."),
        lambda token: "." * 200,
        lambda token: "²." + token,
    ],
)
def test_what_is_no_refresh_token_renews_nothing_and_ends_nothing(app, pair, spoil):
    assert renew(app, spoil(pair.refresh_token)).status_code == 401
    assert renew(app, pair.refresh_token).status_code == 200


def test_each_kind_of_token_is_good_for_its_own_use_alone(app, pair):
    assert renew(app, pair.access_token).status_code in (401, 422)
    assert Program(app, pair.refresh_token).status() == 401


def test_a_login_that_was_ended_is_over(app, pair):
    assert Program(app, pair.access_token).call("POST", "/api/v1/auth/logout").status_code == 204
    assert Program(app, pair.access_token).status() == 401
    assert renew(app, pair.refresh_token).status_code == 401


def over(app, pair) -> bool:
    """Whether nothing of this login opens anything."""
    codes = Program(app, pair.access_token).status(), renew(app, pair.refresh_token).status_code
    return codes == (401, 401)


def test_another_password_ends_the_logins_of_programs(app, backstage):
    with backstage.services() as services:
        user = factories.user(services)
    pair = logged_in(backstage, user)
    with backstage.services() as services:
        services.passwords.change_password(
            services.accounts.get(user.id), factories.PASSWORD, "seven odd lanterns 42"
        )
    assert over(app, pair)


@pytest.mark.parametrize(
    "change", [Change(active=False), Change(role=RoleCode.CUSTOMER)], ids=["closed", "role"]
)
def test_what_staff_do_to_an_account_ends_the_logins_of_programs(app, backstage, change):
    boss, clerk = backstage.user(RoleCode.ADMIN), backstage.user(RoleCode.ORDER_MANAGER)
    pair = logged_in(backstage, clerk)
    with backstage.services() as services:
        services.people.amend(clerk.id, None, change, boss)
    assert over(app, pair)


def test_what_was_open_before_an_account_was_closed_stays_over(app, backstage, anna, pair):
    boss = backstage.user(RoleCode.ADMIN)
    with backstage.services() as services:
        services.people.close(anna.id, None, boss)
        services.people.reopen(anna.id, None, boss)
    assert over(app, pair)
    assert Program(app, logged_in(backstage, anna).access_token).status() == 200


def test_a_closed_account_is_over_whatever_closed_it(app, backstage, anna, pair):
    with backstage.services() as services:
        services.accounts.update(anna.id, active=False)
    assert over(app, pair)


def test_logging_out_everywhere_ends_the_logins_of_programs(app, backstage, anna, pair):
    boss = backstage.user(RoleCode.ADMIN)
    with backstage.services() as services:
        services.people.log_out(anna.id, None, boss)
    assert over(app, pair)
