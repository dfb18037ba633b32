"""The address book: each mistake beside its field, nothing typed is lost, nobody else sees it."""

import pytest

from shop.models import RoleCode
from shop.services.addresses import MOST_ADDRESSES
from tests import factories, markup
from tests.factories import PLACE
from tests.visitor import Visitor

BOOK = "/account/addresses"


@pytest.fixture
def anna(backstage):
    return backstage.user(first_name="Anna", last_name="K.")


@pytest.fixture
def owner(app, anna) -> Visitor:
    return Visitor(app, anna)


@pytest.fixture
def home(backstage, anna):
    return backstage.save(factories.address(anna, label="Home", is_default=True))


@pytest.fixture
def work(backstage, anna, home):
    return backstage.save(factories.address(anna, label="Work", city="Тула"))


def cards(answer) -> list[str]:
    """The names of the addresses, with what else is said of them there."""
    return [markup.text(e) for e in markup.with_class(markup.page(answer), "address-card__name")]


def wrong_fields(answer) -> list[str]:
    """Fields marked as wrong; each is described by what is said of it."""
    tree = markup.page(answer)
    found = [e for e in tree.iter() if e.get("aria-invalid") == "true"]
    for field in found:
        assert markup.text(markup.by_id(tree, field.get("aria-describedby").split()[0]))
    return [field.get("id") for field in found]


def alerts(answer) -> str:
    return " ".join(markup.plain(answer).alerts)


def test_an_empty_book_says_what_it_is_for(owner):
    tree = markup.page(owner.get(BOOK))
    (empty,) = markup.with_class(tree, "empty")
    assert markup.hrefs(empty) == [f"{BOOK}/new"]


def test_an_address_is_added_by_a_plain_form(owner):
    form = owner.get(f"{BOOK}/new")
    assert owner.form(form, "address").fields["full_name"] == "Anna K."
    answer = owner.submit(form, "address", **PLACE)
    assert (answer.status_code, answer.location) == (303, BOOK)
    page = owner.get(BOOK)
    assert cards(page) == ["Home Main address"]
    shown = markup.text(markup.with_class(markup.page(page), "address-card__text")[0])
    assert all(PLACE[name] in shown for name in PLACE if name != "label")


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("label", "x" * 61),
        ("full_name", "A"),
        ("full_name", "x" * 201),
        ("phone", "call me"),
        ("city", ""),
        ("city", "  "),
        ("city", "x" * 121),
        ("street", ""),
        ("street", "x" * 301),
        ("postal_code", ""),
        ("postal_code", "12345"),
        ("postal_code", "ABCDEF"),
    ],
)
def test_what_cannot_be_used_is_kept_and_marked(owner, home, field, bad):
    for page in (f"{BOOK}/new", f"{BOOK}/{home.id}"):
        answer = owner.submit(owner.get(page), "address", **PLACE | {field: bad})
        assert answer.status_code == 422
        assert wrong_fields(answer) == [field]
        kept = owner.form(answer, "address").fields
        assert {name: kept[name] for name in PLACE} == PLACE | {field: bad}
    assert cards(owner.get(BOOK)) == ["Home Main address"]


def test_all_that_is_wrong_is_told_at_once_and_mended(owner):
    answer = owner.submit(owner.get(f"{BOOK}/new"), "address", full_name="")
    assert wrong_fields(answer) == ["full_name", "phone", "city", "postal_code", "street"]
    assert owner.submit(answer, "address", **PLACE).status_code == 303


def test_an_address_is_changed(owner, home):
    form = owner.get(f"{BOOK}/{home.id}")
    assert owner.form(form, "address").fields["street"] == home.street
    assert owner.submit(form, "address", label="", street="д. 77").status_code == 303
    # What has no name goes by its street, and is the default as before.
    assert cards(owner.get(BOOK)) == ["д. 77 Main address"]


def test_what_was_changed_in_another_window_is_not_overwritten(owner, home):
    first, second = owner.get(f"{BOOK}/{home.id}"), owner.get(f"{BOOK}/{home.id}")
    owner.submit(first, "address", city="Тула")
    answer = owner.submit(second, "address", city="Тверь")
    assert answer.status_code == 412
    assert alerts(answer)
    assert owner.form(answer, "address").fields["city"] == "Тверь"
    assert owner.form(owner.get(f"{BOOK}/{home.id}"), "address").fields["city"] == "Тула"
    # Now that it was said, sending it again is meant.
    assert owner.submit(answer, "address").status_code == 303
    assert owner.form(owner.get(f"{BOOK}/{home.id}"), "address").fields["city"] == "Тверь"


def test_another_one_becomes_the_default(owner, work):
    answer = owner.submit(owner.get(BOOK), f"{work.id}/default")
    assert (answer.status_code, answer.location) == (303, BOOK)
    page = owner.get(BOOK)
    assert cards(page) == ["Work Main address", "Home"]
    assert "Work" in markup.text(markup.by_id(markup.page(page), "notices"))
    assert not markup.has_form(page, f"{work.id}/default")


def test_an_address_is_deleted_after_a_question(owner, home, work):
    page = owner.get(BOOK)
    question = markup.by_id(markup.page(page), f"delete-{home.id}")
    # Closed until somebody presses it, with scripts or without.
    assert (question.tag, "open" in question.attrib) == ("details", False)
    assert question.find("form").get("action") == f"{BOOK}/{home.id}/delete"
    assert owner.submit(page, f"{home.id}/delete").status_code == 303
    assert cards(owner.get(BOOK)) == ["Work Main address"]
    assert owner.submit(page, f"{home.id}/delete").status_code == 404


@pytest.mark.parametrize("action", ["default", "delete"])
def test_htmx_gets_the_book_and_a_notice(owner, work, action):
    answer = owner.post(f"{BOOK}/{work.id}/{action}", htmx=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    shown = markup.with_class(markup.fragment(answer, "addresses"), "address-card")
    assert len(shown) == (2 if action == "default" else 1)
    assert "Work" in markup.text(markup.out_of_band(answer)["notices"])


def test_a_full_book_offers_no_more_and_loses_nothing_typed(owner, backstage, anna):
    form = owner.get(f"{BOOK}/new")
    backstage.save(*(factories.address(anna) for _ in range(MOST_ADDRESSES)))
    assert f"{BOOK}/new" not in markup.hrefs(markup.page(owner.get(BOOK)))
    answer = owner.submit(form, "address", **PLACE)
    assert answer.status_code == 409
    assert str(MOST_ADDRESSES) in alerts(answer)
    kept = owner.form(answer, "address").fields
    assert {name: kept[name] for name in PLACE} == PLACE


@pytest.mark.parametrize("role", [RoleCode.CUSTOMER, RoleCode.ADMIN])
def test_other_peoples_addresses_are_not_there(app, owner, backstage, home, role):
    other = Visitor(app, backstage.user(role))
    assert cards(other.get(BOOK)) == []
    assert other.get(f"{BOOK}/{home.id}").status_code == 404
    for action in ("", "/default", "/delete"):
        typed = PLACE | {"version": "1", "city": "Тверь"}
        for htmx in (False, True):
            assert other.post(f"{BOOK}/{home.id}{action}", typed, htmx=htmx).status_code == 404
    assert owner.form(owner.get(f"{BOOK}/{home.id}"), "address").fields["city"] == home.city


def test_nobody_is_asked_to_log_in(visitor, home):
    for path in (BOOK, f"{BOOK}/new", f"{BOOK}/{home.id}"):
        assert visitor.get(path).location.startswith("/login?next=")
    for path in (BOOK, f"{BOOK}/{home.id}", f"{BOOK}/{home.id}/delete"):
        assert visitor.post(path, PLACE).location.startswith("/login")


def test_what_a_form_may_not_say_is_not_heard(owner, anna, home):
    """Neither whose an address is nor whether it is the default comes from a form."""
    typed = PLACE | {"user_id": "1", "is_default": "1", "id": "1", "label": "Mine"}
    owner.submit(owner.get(f"{BOOK}/new"), "address", **typed)
    assert cards(owner.get(BOOK)) == ["Home Main address", "Mine"]


@pytest.mark.parametrize(
    ("path", "current"),
    [("/account", "/account"), (BOOK, BOOK), (f"{BOOK}/new", BOOK)],
)
def test_the_menu_of_the_account_says_where_one_is(owner, path, current):
    menu = markup.by_id(markup.page(owner.get(path)), "account-menu")
    assert {"/account", BOOK} <= set(markup.hrefs(menu))
    assert [a.get("href") for a in menu.iter("a") if a.get("aria-current")] == [current]
