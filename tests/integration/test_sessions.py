"""Sessions: listed, ended one by one or all at once, and never of somebody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from shop.bootstrap import Parts
from shop.errors import LoginRequired, NotFound
from shop.extensions import db
from shop.models import EndedSession, RoleCode
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
    assert services.sessions.person(f"{anna.id}.{anna.session_epoch}.1.{stored.digest}") is None


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
    handle = replace(Handle.parse(opened(services, anna)), user_id=stranger.id)
    assert services.sessions.person(str(handle)) is None


@pytest.mark.parametrize(
    "text",
    ["", "1", "0.1.1.x", "-1.1.1.x", "1.1.x.y", "1.x.1.y", "²", "1.1.1.", "9.1.x", "...", "1.1.1"],
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


def test_a_program_is_logged_out_with_all_else(services, anna):
    pair = services.tokens.open(anna, "a program")
    services.sessions.close_all(anna.id)
    with pytest.raises(LoginRequired):
        services.tokens.person(pair.access_token)


@pytest.fixture
def without_redis(another_shop, closed_port):
    """The same shop when Redis is away."""
    app = another_shop(Parts(), redis_url=f"redis://127.0.0.1:{closed_port}/0")
    with app.app_context():
        yield app.extensions["services"].sessions


def test_what_was_ended_stays_ended_while_redis_is_away(services, anna, without_redis):
    kept, left, lost = (opened(services, anna) for _ in range(3))
    services.sessions.close(left)
    services.sessions.close_one(anna, Handle.parse(lost).digest)
    assert without_redis.person(kept).id == anna.id
    assert without_redis.person(left) is None
    assert without_redis.person(lost) is None


def test_a_session_is_ended_though_redis_is_away(services, anna, without_redis):
    cookie = opened(services, anna)
    without_redis.close(cookie)
    assert without_redis.person(cookie) is None


def test_staff_who_came_long_ago_log_in_anew_while_redis_is_away(services, anna, without_redis):
    clerk = make.save(make.staff())
    for user, goes_on in ((clerk, False), (anna, True)):
        handle = Handle.parse(opened(services, user))
        old = replace(handle, opened=handle.opened - int(STAFF_IDLE.total_seconds()) - 60)
        assert bool(without_redis.person(str(old))) is goes_on


def test_ended_sessions_are_forgotten_when_their_cookies_are_gone(services, anna):
    services.sessions.close(opened(services, anna))
    assert services.sessions.drop_old() == 0
    with services.sessions.transaction():
        db.session.execute(update(EndedSession).values(ended_at=utcnow() - timedelta(days=40)))
    assert services.sessions.drop_old() == 1
