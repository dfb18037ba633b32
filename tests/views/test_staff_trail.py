"""The trail on pages: readable, leafed through, narrowed, taken back by a button."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, RoleCode
from tests import factories, markup
from tests.visitor import Visitor


@pytest.fixture
def boss(app, backstage):
    return Visitor(app, backstage.user(RoleCode.ADMIN, first_name="Vera", last_name="Pavlovna"))


@pytest.fixture
def told(backstage):
    """A book that was changed in several ways, by somebody of the staff."""
    novels, press = backstage.save(factories.category("novels")), factories.publisher("Academia")
    house = backstage.save(press)
    book = backstage.book(title="The Sea")
    with backstage.services() as services:
        anna = backstage.user(RoleCode.CATALOGUE_MANAGER, first_name="Anna")
        values = {"category_ids": [novels.id], "publisher_id": house.id}
        services.book_editing.amend(book.id, None, values, anna)
        services.catalogue.reprice(book.id, 2, Decimal("1234.50"), 15, anna)
        services.publishers.amend(house.id, None, {"name": "Academia Press"}, anna)
    return book, house, anna


def steps(answer) -> list[str]:
    found = markup.with_class(markup.parse(answer.text), "trail__step")
    return [markup.text(each).replace("\xa0", " ") for each in found]


def test_changes_are_told_with_names_and_money(boss, told):
    [renamed, priced, filed] = steps(boss.get("/admin/audit"))
    assert "Academia" in renamed
    assert "Academia Press" in renamed
    assert "before: 500 ₽" in priced
    assert "after: 1,234.50 ₽" in priced
    assert "after: −15%" in priced
    assert "The Sea" in priced
    assert "Novels" in filed
    assert all("Anna" in each for each in (renamed, priced, filed))
    assert "до: 500 ₽" in steps(boss.get("/ru/admin/audit"))[1]


def test_what_was_done_to_an_order_and_to_a_page_is_told_in_words(boss, backstage):
    paid = backstage.paid()
    with backstage.services() as services:
        vera = backstage.user(RoleCode.ADMIN)
        services.orders.start_packing(paid.number, vera)
        line = {"id": 7, "book_id": 1, "title": "The Lake", "quantity": 2, "price": "500.00"}
        with services.trail.transaction():
            was = {"lines": [line]}
            services.trail.audit.note(vera, "order", paid.id, "resize", was, {"lines": []})
        page = {"slug": "gifts", "title": "Gifts", "title_ru": "Подарки", "body": "Wrapped."}
        services.content.add({**page, "published": True}, vera)
    written, resized, packed = steps(boss.get("/ru/admin/audit"))
    assert "Название по-русски после: Подарки" in written
    assert "Опубликована после: да" in written
    assert "The Lake, 2 × 500 ₽" in resized
    assert "Сборка началась" in packed
    assert "после: Собирается" in packed
    assert 'value="ship"' in boss.get("/admin/audit").text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("entity=publisher", 1),
        ("entity=book&entity_id={book}", 2),
        ("entity=book&entity_id=999", 0),
        ("action=reprice", 1),
        ("actor={anna}", 3),
        ("actor=99999999999999", 3),
        ("since=2020-01-01&until=2120-01-01", 3),
        ("until=2020-01-01", 0),
        ("since=yesterday&batch_id=x&before=x", 3),
        ("batch_id=7", 0),
    ],
)
def test_they_are_narrowed(boss, told, query, count):
    book, _, anna = told
    answer = boss.get(f"/admin/audit?{query.format(book=book.id, anna=anna.id)}")
    assert len(steps(answer)) == count


def test_they_are_leafed_through_without_counting(boss, told, monkeypatch):
    monkeypatch.setattr("shop.views.admin.trail.PER_PAGE", 2)
    for query in ("", "?since=2020-01-01"):
        first = boss.get(f"/admin/audit{query}")
        [older] = [a for a in markup.hrefs(markup.page(first)) if "before=" in a]
        second = boss.get(older)
        assert (len(steps(first)), len(steps(second))) == (2, 1)
        assert ('rel="next"' in first.text, 'rel="next"' in second.text) == (True, False)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_button_takes_a_change_back(app, backstage, told, htmx):
    book, _, anna = told
    clerk = Visitor(app, anna)
    page = clerk.get(f"/admin/books/{book.id}/history")
    assert len(steps(page)) == 2
    [undo, *_] = [f.action for f in markup.plain(page).forms if f.action.endswith("/undo")]
    done = clerk.post(undo, htmx=htmx)
    assert done.status_code == (204 if htmx else 303)
    with backstage.services() as services:
        assert services.catalogue.get(book.id).list_price == Decimal("500.00")
    [newest, taken, _] = steps(clerk.get(f"/admin/books/{book.id}/history"))
    assert "Taken back" in newest
    assert "Taken back by no." in taken
    refused = clerk.post(undo)
    assert refused.status_code == 409
    assert "taken back already" in refused.text


def test_why_it_is_refused_is_said_once_in_the_language_of_the_page(boss, backstage):
    vera = backstage.user(RoleCode.ADMIN)
    with backstage.services() as services:
        press = services.publishers.add({"name": "Academia", "slug": None}, vera).id
        made = {"name": "Novels", "slug": None, "parent_id": None}
        novels = services.categories.add(made, vera).id
        services.categories.add(made | {"parent_id": novels}, vera)
    backstage.book(publisher_id=press)
    page = boss.get("/ru/admin/audit")
    undo = [f.action for f in markup.plain(page).forms if f.action.endswith("/undo")]
    for action, sentence in (
        (undo[-1], "Запись указана в 1 книге."),
        (undo[-2], "В нём есть 1 подраздел."),
    ):
        refused = boss.post(action)
        assert refused.status_code == 409
        [notice] = markup.with_class(markup.parse(refused.text), "notice--danger")
        told = markup.text(notice)
        assert told.count(sentence) == 1
        assert not re.search("[A-Za-z]", told)


def test_what_was_changed_since_is_named(app, backstage, told):
    book, _, anna = told
    clerk = Visitor(app, anna)
    page = clerk.get(f"/admin/books/{book.id}/history")
    [undo, *_] = [f.action for f in markup.plain(page).forms if f.action.endswith("/undo")]
    with backstage.services() as services:
        services.catalogue.reprice(book.id, 3, Decimal("7.00"), 15, anna)
    refused = clerk.post(undo)
    assert refused.status_code == 409
    assert "Changed since: Price before discount." in refused.text


ODD = ["Tuesday", "0001-01-01T00:00+05:00", "9999-12-31T23:59-05:00"]


@pytest.mark.parametrize("at", ["", "2020-01-01", "2120-01-01T10:00", "9999-12-31", *ODD])
def test_a_book_is_shown_as_it_was(boss, told, at):
    page = boss.get(f"/admin/books/{told[0].id}/as-of", query_string={"at": at})
    assert page.status_code == 200
    text = markup.text(markup.page(page)).replace("\xa0", " ")
    assert ("500 ₽" in text) == (at == "2020-01-01")
    assert ("1,234.50 ₽" in text) is True
    assert ("As it was on 1 January 2020, 23:59." in text) == (at == "2020-01-01")
    assert ("Type a day" in text) == (at in ODD)


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/admin/books/{book}/history", "Books"),
        ("/admin/books/{book}/as-of", "Books"),
        ("/admin/audit", "Changes"),
    ],
)
def test_the_menu_marks_the_part_that_a_page_belongs_to(boss, told, path, door):
    page = markup.page(boss.get(path.format(book=told[0].id)))
    menu = markup.by_id(page, "staff-menu")
    marked = [markup.text(a) for a in menu.iter("a") if a.get("aria-current") == "page"]
    assert marked == [door]


@pytest.mark.parametrize("sees", [["see_audit"], ["see_audit", "see_users", "edit_books"]])
def test_who_may_only_look_takes_nothing_back_and_sees_no_address(app, backstage, told, sees):
    reader = Visitor(app, backstage.user(backstage.role("Readers", *sees), first_name="Lev"))
    customer = backstage.user(email="reader@example.net").id
    theirs = {"actor_id": customer, "entity": "user", "entity_id": customer}
    backstage.save(AuditEntry(**theirs, action="change_password", before={}, after={}))
    page = reader.get("/admin/audit")
    whole = len(sees) > 1
    undos = {f.action for f in markup.plain(page).forms if f.action.endswith("/undo")}
    assert len(undos) == (3 if whole else 0)
    assert ("reader@example.net" in page.text) is whole
    assert (f"Account {customer}" in page.text) is not whole
    with app.app_context():
        entry = db.session.scalar(select(AuditEntry.id).where(AuditEntry.entity == "publisher"))
    answer = reader.post(f"/admin/audit/{entry}/undo")
    assert answer.status_code == (303 if whole else 403)
