"""Another password: old links, sessions and tokens are over with it."""

from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer

from shop.errors import Invalid, LoginRequired
from shop.models.columns import utcnow
from tests import factories as make
from tests.mailbox import link_in, notices, text

NEW = "seven grey geese flying"


@pytest.fixture
def anna(services):
    return make.user(services, email="anna@example.org")


@pytest.fixture
def link(services, anna, sent) -> str:
    services.passwords.ask_to_reset("Anna@example.org", locale="en")
    services.outbox.deliver_due()
    return link_in(sent()[-1])


def test_the_link_sets_a_password_once(services, anna, link):
    services.passwords.reset_password(link, NEW)
    assert services.accounts.authenticate(anna.email, NEW).id == anna.id
    with pytest.raises(Invalid):
        services.passwords.reset_password(link, "another fine password")
    with pytest.raises(Invalid):
        services.accounts.authenticate(anna.email, make.PASSWORD)
    assert notices() == ["reset", "password_changed"]


def test_whoever_reads_the_mail_has_shown_that_the_address_is_theirs(services, anna, link):
    services.passwords.reset_password(link, NEW)
    assert services.accounts.get(anna.id).email_confirmed_at is not None


def test_all_that_was_open_is_over(services, anna, link):
    cookie = services.sessions.open(anna, "127.0.0.1", "Firefox")
    pair = services.tokens.open(anna, "a program")
    services.passwords.reset_password(link, NEW)
    assert services.sessions.person(cookie) is None
    with pytest.raises(LoginRequired):
        services.tokens.person(pair.access_token)
    with pytest.raises(LoginRequired):
        services.tokens.renew(pair.refresh_token)


def test_a_link_is_spent_when_the_password_was_changed_otherwise(services, anna, link):
    services.passwords.change_password(anna, make.PASSWORD, NEW)
    with pytest.raises(Invalid):
        services.passwords.resettable(link)


def test_a_link_is_good_for_an_hour(services, anna, link, config, monkeypatch):
    assert services.passwords.resettable(link).id == anna.id
    later = utcnow() + timedelta(minutes=61)
    monkeypatch.setattr(
        "itsdangerous.timed.TimestampSigner.get_timestamp", lambda _: int(later.timestamp())
    )
    with pytest.raises(Invalid):
        services.passwords.resettable(link)


def test_a_poor_password_leaves_the_link_good(services, anna, link):
    with pytest.raises(Invalid) as refusal:
        services.passwords.reset_password(link, "password123")
    assert [problem.field for problem in refusal.value.errors] == ["password"]
    services.passwords.reset_password(link, NEW)


@pytest.mark.parametrize("salt", ["account-confirm", "account-move", "order-link", "cart"])
def test_a_token_for_something_else_sets_no_password(services, anna, config, salt):
    token = URLSafeTimedSerializer(config.signing_keys, salt=salt).dumps([anna.id, "x"])
    with pytest.raises(Invalid):
        services.passwords.resettable(token)


def test_an_address_without_an_account_gets_a_mail_that_says_so(services, sent):
    services.passwords.ask_to_reset("nobody@example.org", locale="ru")
    services.outbox.deliver_due()
    (mail,) = sent()
    assert mail["To"] == "nobody@example.org"
    assert "учётной записи с этим адресом нет" in text(mail)


def test_a_closed_account_gets_no_link(services, anna):
    services.accounts.update(anna.id, active=False)
    services.passwords.ask_to_reset(anna.email, locale="en")
    assert notices() == ["no_account"]


def test_the_password_of_now_is_asked_for(services, anna):
    with pytest.raises(Invalid) as refusal:
        services.passwords.change_password(anna, "not this one", NEW)
    assert [problem.field for problem in refusal.value.errors] == ["current_password"]
    services.passwords.change_password(anna, make.PASSWORD, NEW)
    assert services.accounts.authenticate(anna.email, NEW)
