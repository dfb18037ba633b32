"""Accounts: who gets in, and who does not."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, profiles

from shop.errors import Conflict, Invalid
from shop.models import RoleCode, User
from tests import factories as make
from tests.stored import stored


@pytest.fixture
def anna(services):
    return make.user(services, email="Anna@Example.org ")


def deactivate(services, user) -> None:
    services.accounts.update(user.id, active=False)


@pytest.mark.parametrize("email", ["anna@example.org", " ANNA@example.ORG "])
def test_the_address_may_be_typed_in_any_case(services, anna, email):
    assert services.accounts.authenticate(email, make.PASSWORD).id == anna.id


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna@example.org", "a wrong password"),
        ("anna@example.org", ""),
        ("anna@example.org", make.PASSWORD + " "),
        ("anna@example.org", make.PASSWORD + "\x00"),
        ("nobody@example.org", make.PASSWORD),
        ("", make.PASSWORD),
        ("anna@example.org\x00", make.PASSWORD),
        ("a" * 100_000, make.PASSWORD),
        ("' OR 1=1 --", make.PASSWORD),
    ],
)
def test_everybody_else_gets_the_same_answer(services, anna, email, password):
    with pytest.raises(Invalid) as refusal:
        services.accounts.authenticate(email, password)
    assert str(refusal.value.detail) == "The e-mail or the password is wrong."
    assert refusal.value.errors == ()


def test_a_closed_account_lets_nobody_in(services, anna):
    deactivate(services, anna)
    with pytest.raises(Invalid):
        services.accounts.authenticate("anna@example.org", make.PASSWORD)


def test_an_account_whose_hash_is_broken_lets_nobody_in(services):
    make.save(make.staff(email="broken@example.org"))
    with pytest.raises(Invalid):
        services.accounts.authenticate("broken@example.org", "-")


def test_passwords_are_not_kept(services, anna):
    assert make.PASSWORD not in anna.password_hash
    assert anna.password_hash.startswith("$argon2id$")


def test_an_address_has_one_account(services, anna):
    with pytest.raises(Conflict) as refusal:
        services.accounts.register("ANNA@example.org", make.PASSWORD, role=RoleCode.CUSTOMER)
    assert [problem.field for problem in refusal.value.errors] == ["email"]
    assert stored(User) == 1


def test_a_short_password_is_refused(services):
    with pytest.raises(Invalid) as refusal:
        services.accounts.register("b@example.org", "too short", role=RoleCode.CUSTOMER)
    assert [problem.field for problem in refusal.value.errors] == ["password"]
    assert stored(User) == 0


def test_a_password_that_was_hashed_weakly_is_hashed_anew_at_login(services, anna, monkeypatch):
    # What tests hash with is weak.
    weak = services.accounts.get(anna.id).password_hash
    strong = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
    monkeypatch.setattr(services.accounts.passwords, "hasher", strong)
    services.accounts.authenticate(anna.email, make.PASSWORD)
    renewed = services.accounts.get(anna.id).password_hash
    assert renewed != weak
    assert not strong.check_needs_rehash(renewed)
    assert services.accounts.authenticate(anna.email, make.PASSWORD).id == anna.id


def test_an_address_in_other_letters_is_found_as_it_was_registered(services):
    make.user(services, email="anna@xn--e1afmkfd.xn--p1ai")
    assert services.accounts.authenticate("Anna@пример.рф", make.PASSWORD)
