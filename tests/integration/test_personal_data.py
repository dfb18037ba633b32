"""What the shop knows of somebody is theirs: to take along, and to have erased."""

import json

import pytest
from sqlalchemy import text

from shop.errors import Conflict, Forbidden, Invalid, LoginRequired
from shop.extensions import db
from shop.models import RoleCode
from tests import factories as make
from tests.mailbox import notices

SECRETS = ("password_hash", "totp", "key_hash", "secret")


@pytest.fixture
def anna(services, sandbox):
    """Somebody with all that an account can have."""
    user = make.user(services, email="anna@example.org")
    make.save(make.address(user, is_default=True, city="Тверь"))
    services.cart.add(services.cart.id_of_user(user.id), make.save(make.book()).id, 2)
    services.api_keys.make(user, "scanner", ["read"], None)
    return user


def delivered(services, user):
    order = make.paid(services, user_id=user.id, email=user.email, full_name="Анна Керн")
    clerk = make.save(make.staff())
    services.orders.start_packing(order.number, clerk)
    services.orders.ship(order.number, clerk, "Post", "RA1")
    return services.orders.mark_delivered(order.number, clerk)


def test_everything_is_given_and_no_secret(services, anna):
    order = delivered(services, anna)
    given = services.personal_data.export(anna)
    written = json.dumps(given, ensure_ascii=False)
    for known in ("anna@example.org", "Тверь", "Анна Керн", order.number, "scanner"):
        assert known in written
    for secret in SECRETS:
        assert secret not in written
    assert given["cart"] == [{"book_id": given["cart"][0]["book_id"], "quantity": 2}]


def test_nothing_of_the_person_stays_and_the_order_does(services, anna):
    order = delivered(services, anna)
    cookie = services.sessions.open(anna, "127.0.0.1", "Firefox")
    pair = services.tokens.open(anna, "a program")
    services.personal_data.erase(anna, make.PASSWORD)
    services.outbox.deliver_due()
    for known in ("anna@example.org", "Керн", "Тверь", "scanner", "a program"):
        assert found_in_tables(known) == set(), known
    kept = services.orders.by_number(order.number)
    assert (kept.total, kept.user_id, kept.full_name) == (order.total, None, "")
    assert kept.events[-1].kind == "person_forgotten"
    assert services.sessions.person(cookie) is None
    with pytest.raises(LoginRequired):
        services.tokens.person(pair.access_token)
    assert notices()[-1] == "deleted"


def found_in_tables(needle: str) -> set[str]:
    """The tables that have a row with this in it."""
    tables = db.session.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ).all()
    return {
        table
        for table in tables
        if db.session.scalar(
            text(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE :needle'),
            {"needle": f"%{needle}%"},
        )
    }


def test_the_address_can_have_an_account_again(services, anna):
    services.personal_data.erase(anna, make.PASSWORD)
    with pytest.raises(Invalid):
        services.accounts.authenticate("anna@example.org", make.PASSWORD)
    assert make.user(services, email="anna@example.org").id != anna.id


def test_the_password_is_asked_for(services, anna):
    with pytest.raises(Invalid):
        services.personal_data.erase(anna, "not this one")
    assert services.accounts.authenticate("anna@example.org", make.PASSWORD)


def test_an_order_that_is_still_to_be_sent_keeps_the_account(services, anna):
    order = make.order(services, user_id=anna.id)
    with pytest.raises(Conflict) as refusal:
        services.personal_data.erase(anna, make.PASSWORD)
    assert order.number in str(refusal.value.detail)
    services.orders.cancel(order.number, make.save(make.staff()), "no")
    services.personal_data.erase(anna, make.PASSWORD)


def test_the_last_administrator_stays(services):
    chief = make.user(services, RoleCode.ADMIN, "chief@example.org")
    with pytest.raises(Conflict):
        services.personal_data.erase(chief, make.PASSWORD)


def test_staff_delete_an_account_at_its_owners_wish_but_none_above_their_own(services, anna):
    clerk = make.save(make.staff(RoleCode.ORDER_MANAGER))
    chief = make.save(make.staff())
    with pytest.raises(Forbidden):
        services.personal_data.erase_for(chief.id, chief.version, clerk)
    services.personal_data.erase_for(anna.id, anna.version, chief)
    with pytest.raises(Conflict):
        services.personal_data.erase_for(anna.id, None, chief)


def test_what_was_bought_as_a_guest_is_theirs_where_the_address_is(services, anna):
    guests = make.paid(services, email="Anna@example.org", full_name="Анна Керн")
    clerk = make.save(make.staff())
    services.orders.cancel(guests.number, clerk, "no")
    assert guests.number not in json.dumps(services.personal_data.export(anna))
    services.accounts.update(anna.id, email_confirmed_at=anna.created_at)
    assert guests.number in json.dumps(services.personal_data.export(anna))
    services.personal_data.erase(anna, make.PASSWORD)
    assert services.orders.by_number(guests.number).full_name == ""


def test_the_cart_goes_too(services, anna):
    cart_id = services.cart.id_of_user(anna.id)
    services.personal_data.erase(anna, make.PASSWORD)
    assert services.cart.count(cart_id) == 0


def test_the_name_of_somebody_of_the_staff_leaves_histories(services, sandbox):
    clerk = make.user(services, RoleCode.ORDER_MANAGER, "boris@example.org")
    services.accounts.update(clerk.id, first_name="Борис")
    order = make.paid(services)
    services.orders.start_packing(order.number, services.accounts.get(clerk.id))
    services.personal_data.erase(services.accounts.get(clerk.id), make.PASSWORD)
    assert found_in_tables("Борис") == set()
    assert services.orders.by_number(order.number).events[-1].actor == "staff"


def test_a_closed_account_takes_no_order(services, anna):
    services.accounts.update(anna.id, active=False)
    with pytest.raises(Conflict) as refusal:
        make.order(services, user_id=anna.id)
    assert [problem.field for problem in refusal.value.errors] == ["user_id"]
