"""Books that programs of the staff put on sale, replace, change and take off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, RoleCode
from tests import factories
from tests.visitor import Visitor

BOOKS = "/api/v1/books"
EDITORS = {RoleCode.CATALOGUE_MANAGER, RoleCode.ADMIN}


@pytest.fixture
def clerk(app, backstage):
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def body(**others):
    return {
        "isbn": factories.isbn(),
        "title": "The Sea",
        "language": "en",
        "format": "paperback",
        "list_price": {"amount": "500.00", "currency": "RUB"},
        **others,
    }


def added(clerk, **others):
    answer = clerk.call("POST", BOOKS, body(**others))
    assert answer.status_code == 201, answer.text
    return answer


def send(clerk, method, answer, json=None, **options):
    """Change what was answered."""
    address = f"{BOOKS}/{answer.get_json()['id']}"
    headers = {"If-Match": answer.headers["ETag"]}
    return clerk.call(method, address, json, headers=headers, **options)


def problems(answer) -> list[str]:
    return [problem["field"] for problem in answer.get_json()["errors"]]


def test_a_new_book_is_answered_as_it_will_be_read(clerk, visitor, backstage):
    novels = backstage.save(factories.category("novels"))
    press, row = backstage.save(factories.publisher()), backstage.save(factories.series())
    writer = backstage.save(factories.author("Woolf"))
    answer = added(
        clerk,
        isbn="0-306-40615-2",
        contributors=[{"id": writer.id, "role": "author"}],
        publisher_id=press.id,
        series_id=row.id,
        series_number=2,
        category_ids=[novels.id],
        age_mark=12,
        discount_percent=10,
        released_on="2020-05-01",
        weight_grams=300,
        num_in_stock=3,
        description="One.\r\n\r\n\r\n\r\nTwo.",
    )
    found = answer.get_json()
    assert answer.headers["Location"] == f"http://localhost{BOOKS}/{found['id']}"
    assert (found["isbn"], found["sku"], found["slug"]) == ("9780306406157",) * 2 + ("the-sea",)
    assert found["price"] == {"amount": "450.00", "currency": "RUB"}
    assert (found["authors"][0]["name"], found["series"]["number"]) == ("Woolf", 2)
    assert (found["publisher"]["id"], found["categories"][0]["id"]) == (press.id, novels.id)
    assert (found["num_in_stock"], found["in_stock"]) == (3, True)
    assert (found["description"], found["released_on"]) == ("One.\n\nTwo.", "2020-05-01")
    read = clerk.get(f"{BOOKS}/{found['id']}")
    assert (read.get_json(), read.headers["ETag"]) == (found, answer.headers["ETag"])
    assert "The Sea" in visitor.get("/books?q=woolf").text


def test_the_shortest_book_has_what_is_usual(clerk):
    found = added(clerk, isbn=None, sku="SEA-1").get_json()
    assert (found["isbn"], found["sku"], found["description"]) == (None, "SEA-1", "")
    assert (found["age_mark"], found["discount_percent"], found["num_in_stock"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("isbn", "9780306406158"),
        ("isbn", 9780306406157),
        ("sku", "x" * 65),
        ("title", ""),
        ("title", " \t "),
        ("title", "x" * 1001),
        ("title", "書" * 900),
        ("title", "with\x00nul"),
        ("title", None),
        ("subtitle", "x" * 501),
        ("language", "english"),
        ("language", "xx"),
        ("format", "scroll"),
        ("published_year", 2201),
        ("pages", 0),
        ("pages", "320"),
        ("pages", 3.5),
        ("age_mark", 7),
        ("weight_grams", -1),
        ("description", "bell\x07"),
        ("description", None),
        ("list_price", 500),
        ("list_price", {"amount": "0", "currency": "RUB"}),
        ("list_price", {"amount": "500.001", "currency": "RUB"}),
        ("list_price", {"amount": "1e3", "currency": "RUB"}),
        ("list_price", {"amount": "999999999", "currency": "RUB"}),
        ("list_price", {"amount": "500.00", "currency": "EUR"}),
        ("list_price", {"amount": "500.00"}),
        ("discount_percent", 91),
        ("released_on", "tomorrow"),
        ("publisher_id", 2**31),
        ("category_ids", [0]),
        ("contributors", [{"id": 1, "role": "reader"}]),
        ("contributors", [{"id": 1}]),
        ("contributors", [{"id": 1, "role": "author"}] * 2),
        ("num_in_stock", -1),
        ("price", {"amount": "1.00", "currency": "RUB"}),
        ("slug", "sea"),
        ("version", 7),
        ("id", 7),
    ],
)
def test_what_cannot_be_is_refused_and_named(clerk, field, value):
    answer = clerk.call("POST", BOOKS, body(**{field: value}))
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert problems(answer)[0].partition(".")[0] == field
    assert clerk.get(BOOKS).get_json()["total"] == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("publisher_id", 999_999),
        ("series_id", 999_999),
        ("category_ids", [999_999]),
        ("contributors", [{"id": 999_999, "role": "author"}]),
    ],
)
def test_what_it_hangs_on_has_to_be_there(clerk, field, value):
    answer = clerk.call("POST", BOOKS, body(**{field: value}))
    assert (answer.status_code, problems(answer)) == (409, [field])
    assert "999999" in answer.get_json()["errors"][0]["message"]


def test_a_whole_number_may_have_a_point_as_json_has_it(clerk):
    assert added(clerk, pages=320.0, age_mark=12.0).get_json()["pages"] == 320


def test_a_book_needs_an_isbn_or_a_sku(clerk):
    answer = clerk.call("POST", BOOKS, body(isbn=None))
    assert (answer.status_code, problems(answer)) == (422, ["sku"])
    emptied = send(clerk, "PATCH", added(clerk), {"isbn": None, "sku": None})
    assert (emptied.status_code, problems(emptied)) == (409, ["sku"])


@pytest.mark.parametrize("field", ["isbn", "sku"])
def test_what_another_book_has_is_a_conflict_that_names_it(clerk, field):
    known = added(clerk, sku="SEA-1").get_json()
    answer = clerk.call("POST", BOOKS, body(**{"sku": "SEA-2", field: known[field]}))
    assert (answer.status_code, problems(answer)) == (409, [field])


def test_a_price_that_a_discount_makes_nothing_of_is_refused(clerk):
    price = {"amount": "0.01", "currency": "RUB"}
    answer = clerk.call("POST", BOOKS, body(list_price=price, discount_percent=90))
    assert (answer.status_code, problems(answer)) == (409, ["price"])


def test_what_replaces_a_book_leaves_nothing_of_it_but_copies_and_pictures(clerk):
    first = added(clerk, subtitle="A novel", pages=300, num_in_stock=4)
    second = body(title="The Wave", isbn=first.get_json()["isbn"])
    answer = send(clerk, "PUT", first, second)
    found = answer.get_json()
    assert answer.status_code == 200
    assert (found["title"], found["subtitle"], found["pages"]) == ("The Wave", None, None)
    assert (found["slug"], found["num_in_stock"]) == ("the-wave", 4)
    assert found["url"].endswith(f"/the-wave-{found['id']}")
    missing = send(clerk, "PUT", answer, {"title": "Alone"})
    assert set(problems(missing)) == {"sku", "language", "format", "list_price"}


def test_a_change_touches_only_what_is_sent(clerk):
    first = added(clerk, subtitle="A novel", pages=300)
    answer = send(clerk, "PATCH", first, {"pages": 320, "subtitle": None})
    assert answer.get_json() == first.get_json() | {"pages": 320, "subtitle": None}
    nothing = send(clerk, "PATCH", answer, {})
    assert nothing.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize(
    "change",
    [{"title": None}, {"language": None}, {"list_price": None}, {"sku": ""}, {"num_in_stock": 9}],
)
def test_a_change_cannot_empty_what_a_book_needs(clerk, change):
    first = added(clerk)
    answer = send(clerk, "PATCH", first, change)
    assert (answer.status_code, problems(answer)) == (422, list(change))


def test_every_change_says_who_made_it(app, clerk):
    first = added(clerk)
    send(clerk, "PATCH", first, {"pages": 320})
    with app.app_context():
        made = [
            (entry.action, entry.before, entry.after.get("pages"))
            for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]
        assert all(db.session.scalars(select(AuditEntry.actor_id)))
    assert made == [("create", {}, None), ("change", {"pages": None}, 320)]


@pytest.mark.parametrize(("method", "json"), [("PUT", body()), ("PATCH", {}), ("DELETE", None)])
def test_a_change_says_which_state_it_starts_from(clerk, method, json):
    first = added(clerk)
    address = f"{BOOKS}/{first.get_json()['id']}"
    assert clerk.call(method, address, json).status_code == 428
    send(clerk, "PATCH", first, {"pages": 320})
    assert send(clerk, method, first, json).status_code == 412
    strange = {"If-Match": '"another"'}
    assert clerk.call(method, address, json, headers=strange).status_code == 412
    anyhow = clerk.call(method, address, json, headers={"If-Match": "*"})
    assert anyhow.status_code == (204 if method == "DELETE" else 200), anyhow.text


def test_of_many_changes_at_once_one_is_made(app, backstage, clerk):
    first = added(clerk)
    clerks = [Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER)) for _ in range(8)]

    def change(number: int) -> int:
        return send(clerks[number], "PATCH", first, {"pages": number + 1}).status_code

    with ThreadPoolExecutor(8) as crowd:
        statuses = sorted(crowd.map(change, range(8)))
    assert statuses == [200] + [412] * 7


def test_a_book_that_is_taken_off_is_gone_and_orders_keep_its_name(clerk, visitor, backstage):
    first = added(clerk, num_in_stock=1)
    assert send(clerk, "DELETE", first).status_code == 204
    assert visitor.get(f"{BOOKS}/{first.get_json()['id']}").status_code == 404
    assert send(clerk, "DELETE", first).status_code == 404


def test_a_book_that_is_promised_stays_and_says_why(clerk, backstage):
    book = backstage.book()
    backstage.order(book)
    answer = send(clerk, "DELETE", clerk.get(f"{BOOKS}/{book.id}"))
    assert (answer.status_code, problems(answer)) == (409, ["orders"])
    assert answer.get_json()["detail"] == "Copies are promised to orders: 1."


@pytest.mark.parametrize(
    "role", [None, RoleCode.CUSTOMER, RoleCode.ORDER_MANAGER, RoleCode.ACCOUNTANT]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_who_may_not_is_told_so_before_anything_else(app, backstage, role, method):
    book = backstage.book()
    who = Visitor(app, backstage.user(role) if role else None)
    address = BOOKS if method == "POST" else f"{BOOKS}/{book.id}"
    answer = who.call(method, address, data="no json", headers={"Content-Type": "text/plain"})
    assert answer.status_code == (403 if role else 401)


def test_a_book_that_is_sent_again_with_its_key_is_one(clerk):
    sent, key = body(), {"Idempotency-Key": "the-same-book-again"}
    answers = [clerk.call("POST", BOOKS, sent, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert clerk.get(BOOKS).get_json()["total"] == 1
