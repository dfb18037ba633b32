"""Another address: its owner says yes there, and the old one is told."""

import pytest

from shop.errors import Conflict, Invalid
from tests import factories as make
from tests.mailbox import link_in, notices

NEW = "new@example.org"


@pytest.fixture
def anna(services):
    return make.user(services, email="anna@example.org")


def asked(services, anna, sent) -> str:
    services.emails.ask_to_move(anna, make.PASSWORD, NEW)
    services.outbox.deliver_due()
    return link_in(next(mail for mail in sent() if mail["To"] == NEW))


def test_the_new_address_counts_from_its_owners_yes_on(services, anna, sent):
    link = asked(services, anna, sent)
    assert services.accounts.get(anna.id).email == "anna@example.org"
    assert {mail["To"] for mail in sent()} == {NEW, "anna@example.org"}
    services.emails.move(link)
    assert services.accounts.authenticate(NEW, make.PASSWORD).id == anna.id
    services.outbox.deliver_due()
    # The old one is told once more, when it has happened.
    assert [mail["To"] for mail in sent()].count("anna@example.org") == 2


def test_a_link_moves_once(services, anna, sent):
    link = asked(services, anna, sent)
    services.emails.move(link)
    with pytest.raises(Invalid):
        services.emails.move(link)


def test_a_changed_password_spends_the_link(services, anna, sent):
    link = asked(services, anna, sent)
    services.passwords.change_password(anna, make.PASSWORD, "seven grey geese flying")
    with pytest.raises(Invalid):
        services.emails.move(link)


def test_an_address_that_was_taken_meanwhile_is_refused(services, anna, sent):
    link = asked(services, anna, sent)
    make.user(services, email=NEW)
    with pytest.raises(Conflict):
        services.emails.move(link)


def test_nobody_learns_that_an_address_has_an_account(services, anna):
    make.user(services, email=NEW)
    services.emails.ask_to_move(anna, make.PASSWORD, NEW)
    assert sorted(notices()) == ["already_registered", "move_asked"]


def test_the_password_is_asked_for(services, anna):
    with pytest.raises(Invalid):
        services.emails.ask_to_move(anna, "not this one", NEW)
    with pytest.raises(Invalid):
        services.emails.ask_to_move(anna, make.PASSWORD, anna.email)
    assert notices() == []


def test_a_mail_that_waited_until_the_password_was_changed_is_not_sent(services, anna, sent):
    """Or whoever asked before would get a good link after it."""
    services.emails.ask_to_move(anna, make.PASSWORD, NEW)
    services.passwords.change_password(anna, make.PASSWORD, "seven grey geese flying")
    services.outbox.deliver_due()
    assert NEW not in {mail["To"] for mail in sent()}


def test_a_slip_that_is_mended_at_once_gets_a_mail_too(services, anna, sent):
    for email in ("nwe@example.org", NEW):
        services.emails.ask_to_move(anna, make.PASSWORD, email)
    services.outbox.deliver_due()
    assert {"nwe@example.org", NEW} <= {mail["To"] for mail in sent()}
