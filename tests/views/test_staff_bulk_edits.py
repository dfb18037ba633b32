"""Bulk edits in a browser: asked for, looked at, done and taken back, with and without htmx."""

import io
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from shop.models import RoleCode
from shop.services.base import Turn
from tests import factories, markup
from tests.integration.imports import onix
from tests.visitor import Visitor

PATH = "/admin/bulk-edits"


@pytest.fixture
def clerk(app, backstage):
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def work(backstage):
    with backstage.services() as services:
        services.bulk_edits.work(Turn())


def price(backstage, book):
    with backstage.services() as services:
        return str(services.catalogue.get(book.id).list_price)


def shown(answer):
    return markup.text(markup.page(answer))


def test_the_list_says_what_it_is_for_before_there_is_anything(clerk):
    assert "Nothing was changed in bulk yet." in shown(clerk.get(PATH))


def test_the_form_says_how_many_books_are_chosen(clerk, backstage):
    backstage.book(language="ru")
    backstage.book()
    assert "All books are chosen: 2" in shown(clerk.get(f"{PATH}/new"))
    page = clerk.get(f"{PATH}/new?language__eq=ru&order_by=title")
    assert "1 book is chosen" in shown(page)
    [form] = [each for each in markup.plain(page).forms if each.action == PATH]
    assert form.fields["selection"] == "language__eq=ru"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_campaign_from_the_form_to_its_return(clerk, backstage, htmx):
    book = backstage.book(title="Emma")
    answer = clerk.post(
        PATH,
        {
            "selection": urlencode({"title__ilike": "emma"}),
            "price_how": "percent",
            "price_value": "−12,5",
            "rounding": "nine",
            "discount_percent": "",
            "status": "",
            "stock_how": "",
            "stock_copies": "",
        },
        htmx=htmx,
    )
    location = answer.headers["HX-Push-Url"] if htmx else answer.location
    page = clerk.get(location)
    text = shown(page)
    assert "Price −12.5%" in text
    assert "Price before discount 500 ₽ 439 ₽" in text
    for deed, label, after in (("apply", "Applied", "439.00"), ("revert", "Taken back", "500.00")):
        sent = send(clerk, page, f"{location}/{deed}", htmx)
        assert ("hx-trigger" in sent.text) == htmx
        work(backstage)
        page = clerk.get(location)
        assert label in shown(page)
        assert price(backstage, book) == after
    assert "Price −12.5%" in shown(clerk.get(PATH))


def send(clerk, page, action, htmx):
    [form] = [each for each in markup.plain(page).forms if each.action == action]
    return clerk.post(action, form.fields, htmx=htmx)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Say what should change"),
        ({"price_how": "percent"}, "Type a number such as 10"),
        ({"price_how": "set", "price_value": "0.5"}, "A price is a rouble or more."),
        ({"price_how": "percent", "price_value": "ten"}, "Type a number such as 10"),
        ({"discount_percent": "91"}, "A discount is a whole number from 0 to 90 percent."),
        ({"stock_how": "set", "stock_copies": "-1"}, "There cannot be fewer than no copies."),
        ({"stock_how": "add", "stock_copies": "many"}, "Type how many copies"),
        ({"status": "draft", "selection": "title__eq=x"}, "No book matches: choose others."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(clerk, backstage, typed, sentence):
    backstage.book()
    answer = clerk.post(PATH, {"selection": "language__eq=en", **typed})
    assert answer.status_code == 422
    assert sentence in shown(answer)
    [form] = [each for each in markup.plain(answer).forms if each.action == PATH]
    for name, value in typed.items():
        assert form.fields[name] == value


def test_what_was_decided_meanwhile_is_not_done_again(clerk, backstage):
    backstage.book()
    edit = backstage.bulk_edit()
    page = clerk.get(f"{PATH}/{edit.id}")
    with backstage.services() as services:
        services.bulk_edits.abandon(edit.id, edit.version)
    for htmx in (False, True):
        answer = send(clerk, page, f"{PATH}/{edit.id}/apply", htmx)
        assert answer.status_code == 412
        assert "This has moved on meanwhile." in answer.text


def test_rows_that_were_left_out_say_why(clerk, backstage):
    changed, gone = backstage.book(title="Emma"), backstage.book(title="Persuasion")
    edit = backstage.bulk_edit()
    with backstage.services() as services:
        by = factories.save(factories.staff())
        services.catalogue.reprice(changed.id, changed.version, Decimal(700), 0, by)
        services.book_editing.remove(gone.id, None, by)
        services.bulk_edits.apply(edit.id, edit.version, by)
    work(backstage)
    text = shown(clerk.get(f"{PATH}/{edit.id}?rows=left_out"))
    assert "Changed by somebody: price before discount" in text
    assert "The book is not there any more." in text


def test_progress_is_asked_for_while_it_is_under_way_and_no_longer(clerk, backstage):
    backstage.book()
    edit = backstage.bulk_edit()
    with backstage.services() as services:
        services.bulk_edits.apply(edit.id, edit.version, factories.save(factories.staff()))
    part = clerk.get(f"{PATH}/{edit.id}", htmx=True)
    assert 'hx-trigger="every 1s"' in part.text
    assert '<progress class="gauge" id="bulk-progress" max="1" value="0">' in part.text
    work(backstage)
    assert "hx-trigger" not in clerk.get(f"{PATH}/{edit.id}", htmx=True).text


def test_filters_that_make_no_sense_choose_nothing_by_accident(clerk, backstage):
    backstage.book()
    page = clerk.post(PATH, {"selection": "colour__eq=red", "status": "draft"})
    assert page.status_code == 422
    assert "All books are chosen" in shown(page)


def upload(clerk, content, name="books.csv", **more):
    file = (io.BytesIO(content.encode()), name)
    return clerk.post(f"{PATH}/import", {"file": file, **more})


def test_a_file_is_looked_at_before_it_goes_in(clerk, backstage):
    known = backstage.book(title="Emma", sku="E-1")
    answer = upload(
        clerk,
        "sku,title,language,format,list_price,authors\n"
        "E-1,Emma & Co,en,hardcover,500,-\n"
        "N-1,Persuasion,en,paperback,250,Jane Austen\n"
        "N-2,Cheap,en,paperback,nothing,\n",
    )
    assert answer.status_code == 303
    text = shown(clerk.get(answer.location))
    assert "Import of books.csv" in text
    assert "Title Emma Emma & Co" in text
    assert "Authors new Jane Austen" in text
    page = clerk.get(answer.location)
    send(clerk, page, f"{answer.location}/apply", False)
    work(backstage)
    assert "2 changed" in shown(clerk.get(answer.location))
    left_out = shown(clerk.get(f"{answer.location}?rows=left_out"))
    assert "Price before discount: “nothing” is no sum" in left_out
    with backstage.services() as services:
        assert services.catalogue.get(known.id).title == "Emma & Co"


@pytest.mark.parametrize("ticked", [False, True])
def test_copies_of_a_suppliers_file_are_the_shops_own_where_somebody_says_so(
    clerk, backstage, ticked
):
    backstage.book(stock=2, isbn=onix.CELLS["isbn"])
    file = onix.message(onix.PRODUCT).decode()
    answer = upload(clerk, file, "books.xml", **({"with_stock": "1"} if ticked else {}))
    text = shown(clerk.get(answer.location))
    assert ("Copies on the shelves 2 7" in text) is ticked
    assert "Война и мир" in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "This file is empty."), ("colour,title\nred,Emma\n", "colour")],
)
def test_a_file_that_is_none_is_refused_in_words(clerk, content, sentence):
    answer = upload(clerk, content)
    assert answer.status_code == 422
    assert sentence in shown(answer)


def test_without_a_file_it_asks_for_one(clerk):
    answer = clerk.post(f"{PATH}/import", {})
    assert (answer.status_code, "Choose a file first." in shown(answer)) == (422, True)
