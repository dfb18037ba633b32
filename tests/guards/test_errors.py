"""The registry of errors: each has its own code, a status and a title in every language."""

import inspect
import pkgutil
from collections import Counter
from importlib import import_module

import pytest
from flask_babel import force_locale

import shop
from shop.errors import Conflict, ShopError
from shop.gateways.log_service import TokenRefused, TooSlow
from shop.services.backup import Damaged, NotPossible
from shop.services.storage_errors import Contended
from shop.web.errors import DETAILS, HTTP_ERRORS, TITLES, UnexpectedError


def all_errors() -> list[type[ShopError]]:
    for module in pkgutil.walk_packages(shop.__path__, "shop."):
        import_module(module.name)
    found, queue = [], [ShopError]
    while queue:
        error = queue.pop()
        found.append(error)
        queue += error.__subclasses__()
    return [error for error in found if error.__module__.startswith("shop.")]


# They are shown as what they are a kind of.
WITHOUT_A_CODE_OF_THEIR_OWN = {
    *(Contended, Damaged, NotPossible),
    *(TokenRefused, TooSlow, UnexpectedError),
}


def test_every_error_has_a_code_of_its_own():
    named = [error for error in all_errors() if error not in WITHOUT_A_CODE_OF_THEIR_OWN]
    assert [error.__name__ for error in named if "code" not in vars(error)] == []
    assert [code for code, times in Counter(e.code for e in named).items() if times > 1] == []


def test_every_code_has_a_title_and_every_title_a_code():
    assert {error.code for error in all_errors()} == set(TITLES)


def test_every_error_has_a_status_that_tells_of_one():
    for error in all_errors():
        assert 400 <= error.status < 600, error
        assert inspect.getdoc(error), error


def test_a_kind_of_conflict_is_answered_as_one():
    assert {error.status for error in all_errors() if issubclass(error, Conflict)} == {409}


def test_what_http_refuses_is_answered_with_its_own_status():
    assert {status: error.status for status, error in HTTP_ERRORS.items()} == {
        status: status for status in HTTP_ERRORS
    }
    statuses = {error.status for error in all_errors()}
    assert set(DETAILS) <= statuses


@pytest.mark.parametrize("text", [*TITLES.values(), *DETAILS.values()], ids=str)
def test_titles_and_details_are_translated(app, text):
    with app.app_context(), force_locale("ru"):
        russian = str(text)
    with app.app_context(), force_locale("en"):
        assert russian != str(text)
