"""Pictures of books by ISBN: sent, described, put in order and taken away."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.models import RoleCode
from tests.counting import statements
from tests.pictures import deliver_all, fetched, picture
from tests.visitor import Visitor


@pytest.fixture
def clerk(app, backstage):
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


@pytest.fixture
def book(backstage):
    return backstage.book(isbn="9780306406157")


PLACE = "/api/v1/images/books/9780306406157"


def upload(clerk, data: bytes | None = None, address: str = PLACE, **fields):
    form = {"file": (io.BytesIO(picture() if data is None else data), "cover.png"), **fields}
    return clerk.call("POST", address, data=form, content_type="multipart/form-data")


def send(clerk, method, answer, json=None, *, etag: str | None = None):
    headers = {"If-Match": etag or answer.headers["ETag"]}
    return clerk.call(method, f"{PLACE}/{answer.get_json()['id']}", json, headers=headers)


def problems(answer) -> list[str]:
    return [problem["field"] for problem in answer.get_json()["errors"]]


def ids(visitor) -> list[int]:
    return [item["id"] for item in visitor.get(PLACE).get_json()["items"]]


def test_a_picture_waits_for_its_sizes_and_is_the_cover_then(clerk, visitor, backstage, book):
    answer = upload(clerk, alt="A ship", address="/api/v1/images/books/0-306-40615-2")
    found = answer.get_json()
    assert answer.status_code == 201
    assert (found["alt"], found["position"], found["state"]) == ("A ship", 0, "pending")
    assert (found["width"], found["height"], found["renditions"]) == (400, 600, [])
    assert answer.headers["Location"].endswith(f"/{found['id']}")
    read = visitor.get(f"{PLACE}/{found['id']}")
    assert (read.get_json(), read.headers["ETag"]) == (found, answer.headers["ETag"])
    assert visitor.get(f"/api/v1/books/{book.id}").get_json()["cover"] is None
    with backstage.services() as services:
        assert services.outbox.deliver_picture()
    made = visitor.get(f"{PLACE}/{found['id']}").get_json()
    assert (made["state"], [each["width"] for each in made["renditions"]]) == (
        "ready",
        [180, 180, 180, 360, 360, 360],
    )
    assert fetched(visitor, made["renditions"][0]["url"])[:2] == (200, "image/avif")
    cover = visitor.get(f"/api/v1/books/{book.id}").get_json()["cover"]
    assert cover["url"] == made["renditions"][-1]["url"]


def test_pictures_stand_in_order_and_can_be_moved(clerk, visitor, book):
    answers = [upload(clerk, picture(colour)) for colour in ("white", "grey", "black")]
    first, second, third = (answer.get_json()["id"] for answer in answers)
    assert ids(visitor) == [first, second, third]
    moved = send(clerk, "PATCH", answers[0], {"position": 9, "alt": "Back"})
    assert (moved.status_code, moved.get_json()["alt"]) == (200, "Back")
    assert ids(visitor) == [second, third, first]
    page = visitor.get(f"{PLACE}?limit=1&page=2&fields=id").get_json()
    assert (page["items"], page["total"], page["pages"]) == ([{"id": third}], 3, 3)
    walked = visitor.get(f"{PLACE}?limit=2&cursor=").get_json()
    assert (walked["next_cursor"], walked["page"]) == (str(second), None)


def test_the_same_picture_again_is_the_one_that_is_there(clerk, visitor, book):
    first, again = upload(clerk, alt="One"), upload(clerk, alt="Two")
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    with ThreadPoolExecutor(4) as crowd:
        sent = list(crowd.map(lambda _: upload(clerk, picture("red")), range(4)))
    assert {answer.status_code for answer in sent} == {201}
    assert len(ids(visitor)) == 2


@pytest.mark.parametrize(
    ("data", "fields", "field"),
    [
        (b"no picture", {}, None),
        (b"", {}, None),
        (None, {"alt": "x" * 501}, "alt"),
        (None, {"alt": "nul\x00"}, "alt"),
        (None, {"position": "-1"}, "position"),
        (None, {"position": "first"}, "position"),
        (None, {"book_id": "7"}, "book_id"),
    ],
)
def test_what_cannot_be_is_refused(clerk, visitor, book, data, fields, field):
    answer = upload(clerk, data, **fields)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert problems(answer) == ([field] if field else [])
    assert ids(visitor) == []


def test_what_is_no_form_with_a_file_is_refused(clerk, book):
    assert clerk.call("POST", PLACE, {"file": "x"}).status_code == 415
    form = {"data": {"alt": "x"}, "content_type": "multipart/form-data"}
    answer = clerk.call("POST", PLACE, **form)
    assert (answer.status_code, problems(answer)) == (422, ["file"])
    raw = clerk.call("POST", PLACE, data=b"x", content_type="multipart/form-data")
    assert raw.status_code == 422
    kind = "multipart/form-data; boundary=x"
    assert clerk.call("POST", PLACE, data=b"x" * 26 * 2**20, content_type=kind).status_code == 413


@pytest.mark.parametrize("isbn", ["9780306406158", "9799999999990", "nonsense", "978"])
def test_a_book_that_is_not_there_has_no_pictures(clerk, isbn):
    address = f"/api/v1/images/books/{isbn}"
    assert clerk.get(address).status_code == 404
    assert upload(clerk, address=address).status_code == 404


def test_a_change_says_which_state_it_starts_from(clerk, book):
    first = upload(clerk)
    address = f"{PLACE}/{first.get_json()['id']}"
    for method, json in (("PATCH", {}), ("DELETE", None)):
        assert clerk.call(method, address, json).status_code == 428
    send(clerk, "PATCH", first, {"alt": "Other"})
    for method, json in (("PATCH", {"alt": "Mine"}), ("DELETE", None)):
        assert send(clerk, method, first, json).status_code == 412
    refused = send(clerk, "PATCH", first, {"alt": None, "state": "ready"}, etag="*")
    assert (refused.status_code, problems(refused)) == (422, ["alt", "state"])


def test_of_many_changes_at_once_one_is_made(app, backstage, clerk, book):
    first = upload(clerk)
    clerks = [Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER)) for _ in range(6)]

    def change(number: int) -> int:
        return send(clerks[number], "PATCH", first, {"position": number + 1}).status_code

    with ThreadPoolExecutor(6) as crowd:
        assert sorted(crowd.map(change, range(6))) == [200] + [412] * 5


def test_a_picture_that_is_taken_away_is_gone_with_its_file(clerk, visitor, backstage, book):
    first = upload(clerk)
    with backstage.services() as services:
        services.outbox.deliver_picture()
        original, size, *_ = services.images.get(first.get_json()["id"]).keys
    assert fetched(visitor, f"/media/{size}")[0] == 200
    assert visitor.get(f"/media/{original}").status_code == 404
    assert send(clerk, "DELETE", first).status_code == 204
    with backstage.services() as services:
        deliver_all(services)
    assert ids(visitor) == []
    assert fetched(visitor, f"/media/{size}")[0] == 404
    assert send(clerk, "DELETE", first).status_code == 404


@pytest.mark.parametrize("role", [None, RoleCode.CUSTOMER, RoleCode.ORDER_MANAGER])
def test_who_may_not_is_told_so_before_anything_else(app, backstage, clerk, book, role):
    first = upload(clerk)
    who = Visitor(app, backstage.user(role) if role else None)
    address = f"{PLACE}/{first.get_json()['id']}"
    for method, place in (("POST", PLACE), ("PATCH", address), ("DELETE", address)):
        assert who.call(method, place, data=b"x").status_code == (403 if role else 401)


def test_a_picture_more_costs_no_statement_more(app, clerk, visitor, book):
    for colour in ("white", "grey", "black"):
        upload(clerk, picture(colour))
    alone = statements(app, visitor, f"{PLACE}?limit=1")
    assert statements(app, visitor, f"{PLACE}?limit=100") == alone
