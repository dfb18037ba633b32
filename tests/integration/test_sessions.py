"""Sessions: listed, ended one by one or all at once, and never of somebody else."""

from datetime import timedelta

import pytest

from shop.errors import NotFound
from shop.models import RoleCode
from shop.models.columns import utcnow
from shop.services.accounts.sessions import STAFF_IDLE, Handle
from tests import factories as make


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CUSTOMER))


def opened(services, user, agent="Firefox") -> str:
    return services.sessions.open(user, "127.0.0.1", agent)


def test_each_login_is_a_session_of_its_own(services, anna):
    cookies = [opened(services, anna, agent) for agent in ("Firefox", "Safari")]
    assert all(services.sessions.person(cookie).id == anna.id for cookie in cookies)
    assert {each.agent for each in services.sessions.list(anna)} == {"Firefox", "Safari"}


def test_what_is_stored_opens_nothing(services, anna):
    cookie = opened(services, anna)
    (stored,) = services.sessions.list(anna)
    assert stored.digest not in cookie
    assert services.sessions.person(f"{anna.id}.{anna.session_epoch}.{stored.digest}") is None


def test_one_is_ended_and_the_others_go_on(services, anna):
    lost, kept = opened(services, anna, "Lost"), opened(services, anna)
    digest = Handle.parse(lost).digest
    services.sessions.close_one(anna, digest)
    assert services.sessions.person(lost) is None
    assert services.sessions.person(kept)
    with pytest.raises(NotFound):
        services.sessions.close_one(anna, digest)


def test_nobody_ends_the_session_of_another(services, anna):
    stranger = make.save(make.staff(RoleCode.CUSTOMER))
    cookie = opened(services, anna)
    with pytest.raises(NotFound):
        services.sessions.close_one(stranger, Handle.parse(cookie).digest)
    assert services.sessions.person(cookie)


def test_all_are_ended_at_once(services, anna):
    cookies = [opened(services, anna) for _ in range(3)]
    anna = services.sessions.close_all(anna.id)
    assert [services.sessions.person(cookie) for cookie in cookies] == [None] * 3
    assert services.sessions.person(opened(services, anna))


def test_a_session_counts_for_its_own_account_only(services, anna):
    stranger = make.save(make.staff())
    secret = Handle.parse(opened(services, anna)).secret
    assert services.sessions.person(f"{stranger.id}.{stranger.session_epoch}.{secret}") is None


@pytest.mark.parametrize(
    "text",
    ["", "1", "0.1.x", "-1.1.x", "x.1.y", "1.x.y", "²", "1.1.", "9" * 30 + ".1.x", "..", "1.1"],
)
def test_a_session_of_nobody_is_nobodys(services, text):
    assert services.sessions.person(text) is None


def test_staff_who_left_their_desk_are_logged_out_and_customers_are_not(services, anna):
    clerk = make.save(make.staff())
    cookies = {user.id: opened(services, user) for user in (anna, clerk)}
    for user in (anna, clerk):
        (stored,) = services.sessions.list(user)
        services.sessions.sessions.touch(stored, utcnow() - STAFF_IDLE - timedelta(minutes=1))
    assert services.sessions.person(cookies[clerk.id]) is None
    assert services.sessions.person(cookies[anna.id])


def test_a_session_that_is_used_stays_recent(services, anna):
    cookie = opened(services, anna)
    (stored,) = services.sessions.list(anna)
    services.sessions.sessions.touch(stored, utcnow() - timedelta(days=3))
    assert services.sessions.person(cookie)
    (stored,) = services.sessions.list(anna)
    assert utcnow() - stored.seen_at < timedelta(minutes=5)
