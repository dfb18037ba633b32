"""Keys for machines: shown once, limited to what they are for."""

from datetime import timedelta

import pytest

from shop.errors import Conflict, Forbidden, Invalid, LoginRequired, NotFound
from shop.models import RoleCode
from shop.models.columns import utcnow
from shop.services.accounts.api_keys import MOST
from tests import factories as make


@pytest.fixture
def clerk(services):
    return make.save(make.staff(RoleCode.ORDER_MANAGER))


def test_a_key_is_its_owner_and_may_do_no_more_than_it_says(services, clerk):
    made = services.api_keys.make(clerk, "scanner", ["read", "see_orders"], None)
    person = services.api_keys.person(made.secret)
    assert (person.id, person.may("see_orders"), person.may("cancel_orders")) == (
        *(clerk.id, True),
        False,
    )
    assert made.secret.startswith("colophon_")
    assert made.key.key_hash not in made.secret


def test_a_key_loses_what_its_owner_loses(services, clerk):
    made = services.api_keys.make(clerk, "scanner", ["see_orders"], None)
    services.accounts.update(clerk.id, role=make.the_role(RoleCode.CUSTOMER))
    assert not services.api_keys.person(made.secret).may("see_orders")
    services.accounts.update(clerk.id, active=False)
    with pytest.raises(LoginRequired):
        services.api_keys.person(made.secret)


def test_nobody_makes_a_key_for_what_they_may_not_do(services, clerk):
    with pytest.raises(Forbidden):
        services.api_keys.make(clerk, "all", ["edit_roles"], None)


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [
        ("", ["read"], "name"),
        ("a", [], "scopes"),
        ("a", ["fly"], "scopes"),
        ("x" * 101, ["read"], "name"),
    ],
)
def test_a_poor_key_is_refused(services, clerk, name, scopes, field):
    with pytest.raises(Invalid) as refusal:
        services.api_keys.make(clerk, name, scopes, None)
    assert [problem.field for problem in refusal.value.errors] == [field]


def test_a_key_that_ran_out_or_was_revoked_is_good_for_nothing(services, clerk):
    with pytest.raises(Invalid):
        services.api_keys.make(clerk, "old", ["read"], utcnow())
    short = services.api_keys.make(clerk, "short", ["read"], utcnow() + timedelta(days=1))
    services.api_keys.update(short.key.id, expires_at=utcnow())
    lost = services.api_keys.make(clerk, "lost", ["read"], None)
    services.api_keys.revoke(clerk, lost.key.id)
    for made in (short, lost):
        with pytest.raises(LoginRequired):
            services.api_keys.person(made.secret)
    assert [key.name for key in services.api_keys.list(clerk)] == ["short"]


@pytest.mark.parametrize("spoil", [str.upper, lambda key: key[:-1], lambda key: f"{key}x"])
def test_a_spoilt_key_is_none(services, clerk, spoil):
    made = services.api_keys.make(clerk, "scanner", ["read"], None)
    with pytest.raises(LoginRequired):
        services.api_keys.person(spoil(made.secret))


@pytest.mark.parametrize("text", ["colophon_", "colophon__", "colophon_\x00_x", "colophon_é_x", ""])
def test_what_is_no_key_is_refused(services, clerk, text):
    with pytest.raises(LoginRequired):
        services.api_keys.person(text)


def test_nobody_revokes_the_key_of_another(services, clerk):
    made = services.api_keys.make(clerk, "scanner", ["read"], None)
    with pytest.raises(NotFound):
        services.api_keys.revoke(make.save(make.staff()), made.key.id)


def test_there_are_not_more_keys_than_somebody_can_look_after(services, clerk):
    for number in range(MOST):
        services.api_keys.make(clerk, f"key {number}", ["read"], None)
    with pytest.raises(Conflict):
        services.api_keys.make(clerk, "one more", ["read"], None)


def test_when_a_key_was_used_is_known(services, clerk):
    made = services.api_keys.make(clerk, "scanner", ["read"], None)
    services.api_keys.person(made.secret)
    (key,) = services.api_keys.list(clerk)
    assert utcnow() - key.last_used_at < timedelta(minutes=1)
