"""Making an account: nobody learns whether an address has one already."""

import pytest

from shop.errors import Invalid
from shop.models import Consent, OutboxMessage, RoleCode, User
from shop.services.accounts.registration import SignUp
from tests import factories as make
from tests.mailbox import link_in, notices
from tests.stored import stored

GOOD = "lantern over quiet water"


def sign_up(services, email="anna@example.org", password=GOOD, **values):
    wanted = SignUp(email=email, password=password, **values)
    services.registration.sign_up(wanted, locale="en", consent_version="2026-11")


def account(services, email="anna@example.org") -> User:
    with services.accounts.transaction():
        found = services.accounts.users.by_email(email)
    assert found is not None
    return found


def test_a_new_account_is_a_customers_and_may_log_in_at_once(services):
    sign_up(services, first_name=" Anna ")
    user = services.accounts.authenticate("anna@example.org", GOOD)
    assert (user.role.code, user.first_name) == (RoleCode.CUSTOMER, "Anna")
    assert user.email_confirmed_at is None


def test_what_was_agreed_to_is_written_down(services):
    sign_up(services)
    (consent,) = services.personal_data.consents_of(account(services))
    assert (consent.kind, consent.text_version) == ("personal_data", "2026-11")


def test_the_link_in_the_mail_confirms_the_address_once_and_for_all(services, sent):
    sign_up(services)
    services.outbox.deliver_due()
    link = link_in(sent()[-1])
    services.registration.confirm(link)
    before = account(services).email_confirmed_at
    assert before is not None
    services.registration.confirm(link)
    assert account(services).email_confirmed_at == before


def test_who_has_an_account_gets_a_mail_and_keeps_the_password(services):
    anna = make.user(services, email="anna@example.org")
    sign_up(services, email="ANNA@example.org", password="another long password here")
    assert services.accounts.authenticate(anna.email, make.PASSWORD).id == anna.id
    assert stored(User) == 1
    assert stored(Consent) == 0
    assert notices() == ["already_registered"]


def test_nobody_is_written_to_over_and_over(services):
    make.user(services, email="anna@example.org")
    for _ in range(3):
        sign_up(services)
    assert stored(OutboxMessage) == 1


@pytest.mark.parametrize(
    "password",
    ["short", "password123", "qwertyuiop", "1234567890", "anna@example.org", "aaaaaaaaaaaa"],
)
def test_a_password_that_is_easily_guessed_is_refused(services, password):
    with pytest.raises(Invalid) as refusal:
        sign_up(services, password=password)
    assert [problem.field for problem in refusal.value.errors] == ["password"]
    assert stored(User) == 0


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "WzEsMV0.abc.def", "\x00"])
def test_a_link_that_is_no_link_confirms_nothing(services, token):
    with pytest.raises(Invalid):
        services.registration.confirm(token)


def test_the_link_is_spent_when_the_address_is_another_one(services, sent):
    sign_up(services)
    services.outbox.deliver_due()
    link = link_in(sent()[-1])
    services.accounts.update(account(services).id, email="other@example.org")
    with pytest.raises(Invalid):
        services.registration.confirm(link)


def test_another_mail_is_written_to_who_lost_the_first(services):
    sign_up(services)
    user = account(services)
    services.registration.ask_to_confirm(user)
    assert set(notices()) == {"confirm"}
    user.confirm_email(user.created_at)
    services.accounts.update(user.id, email_confirmed_at=user.created_at)
    before = stored(OutboxMessage)
    services.registration.ask_to_confirm(account(services))
    assert stored(OutboxMessage) == before
