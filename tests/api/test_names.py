"""Authors, publishers, series and categories: to list and read, and to keep by the staff."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.models import BookContributor, ContributorRole, RoleCode
from tests import factories
from tests.counting import statements
from tests.visitor import Visitor

KINDS = ("authors", "publishers", "series", "categories")
NAMED = {"id", "name", "slug", "url"}
OWN = {
    "authors": {"sort_name", "name_en"},
    "publishers": set(),
    "series": set(),
    "categories": {"name_ru", "path", "parent_id", "position"},
}
MAKE = {
    "authors": factories.author,
    "publishers": factories.publisher,
    "series": factories.series,
    "categories": factories.category,
}
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def clerk(app, backstage):
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def added(clerk, kind, **body):
    answer = clerk.call("POST", f"/api/v1/{kind}", {"name": "Anna", **body})
    assert answer.status_code == 201, answer.text
    return answer


def send(clerk, method, kind, answer, json=None):
    address = f"/api/v1/{kind}/{answer.get_json()['id']}"
    return clerk.call(method, address, json, headers={"If-Match": answer.headers["ETag"]})


def of(kind, entity):
    """What makes a book hang on it."""
    return {
        "authors": {"authors": [entity]},
        "publishers": {"publisher": entity},
        "series": {"series": entity},
        "categories": {"categories": [entity]},
    }[kind]


def problems(answer) -> list[str]:
    return [problem["field"] for problem in answer.get_json()["errors"]]


def names(visitor, kind, **query) -> list[str]:
    answer = visitor.get(f"/api/v1/{kind}", query_string=query)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.get_json()["items"]]


@each_kind
def test_a_new_one_is_answered_as_it_will_be_read(clerk, visitor, kind):
    answer = added(clerk, kind, name=" Anna  Akhmatova ")
    found = answer.get_json()
    assert set(found) == NAMED | OWN[kind]
    assert (found["name"], found["slug"]) == ("Anna Akhmatova", "anna-akhmatova")
    assert answer.headers["Location"] == f"http://localhost/api/v1/{kind}/{found['id']}"
    read = visitor.get(f"/api/v1/{kind}/{found['id']}")
    assert (read.get_json(), read.headers["ETag"]) == (found, answer.headers["ETag"])
    assert visitor.get(found["url"].removeprefix("http://localhost")).status_code == 200
    assert visitor.get(f"/api/v1/{kind}").get_json()["items"] == [found]


def test_what_only_an_author_has(clerk):
    found = added(clerk, "authors", name="Лев Толстой", name_en="Leo Tolstoy").get_json()
    assert (found["sort_name"], found["name_en"]) == ("Толстой, Лев", "Leo Tolstoy")
    given = added(clerk, "authors", name="Woo", sort_name="W", slug="w-o").get_json()
    assert (given["sort_name"], given["slug"]) == ("W", "w-o")


def test_a_category_comes_last_where_nobody_says_where_and_stays_there(clerk):
    first, second = (added(clerk, "categories", name=name) for name in ("Prose", "Poems"))
    below = added(clerk, "categories", name="Odes", parent_id=second.get_json()["id"])
    found = [each.get_json()["position"] for each in (first, second, below)]
    assert found == [0, 1, 0]
    replaced = send(clerk, "PUT", "categories", second, {"name": "Verse"})
    assert (replaced.get_json()["name"], replaced.get_json()["position"]) == ("Verse", 1)


def test_a_category_that_moves_leaves_its_address_behind(clerk, visitor):
    prose = added(clerk, "categories", name="Prose", name_ru="Проза").get_json()
    novels = added(clerk, "categories", name="Novels", parent_id=prose["id"])
    assert novels.get_json()["path"] == "prose/novels"
    moved = send(clerk, "PATCH", "categories", novels, {"parent_id": None, "position": 3})
    assert (moved.get_json()["path"], moved.get_json()["position"]) == ("novels", 3)
    left = visitor.get("/categories/prose/novels")
    assert (left.status_code, left.headers["Location"]) == (301, "/categories/novels")
    below = send(clerk, "PATCH", "categories", moved, {"parent_id": moved.get_json()["id"]})
    assert (below.status_code, problems(below)) == (409, ["parent_id"])


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        *((kind, "name", value) for kind in KINDS for value in ("", " ", None, 7, "x" * 301)),
        *((kind, "name", "nul\x00") for kind in KINDS),
        *((kind, "slug", value) for kind in KINDS for value in ("A b", "", "x" * 201, "-a")),
        *((kind, "id", 7) for kind in KINDS),
        *((kind, "version", 7) for kind in KINDS),
        ("authors", "sort_name", "x" * 301),
        ("authors", "name_en", ""),
        ("categories", "name_ru", "x" * 301),
        ("categories", "parent_id", 2**31),
        ("categories", "position", 1.5),
        ("categories", "position", 10**12),
        ("categories", "path", "a"),
    ],
)
def test_what_cannot_be_is_refused_and_named(clerk, kind, field, value):
    answer = clerk.call("POST", f"/api/v1/{kind}", {"name": "Anna", field: value})
    assert (answer.status_code, problems(answer)) == (422, [field])
    assert names(clerk, kind) == []


@pytest.mark.parametrize(
    ("kind", "field"),
    [("publishers", "name"), ("publishers", "slug"), ("series", "name"), ("categories", "slug")],
)
def test_what_another_has_is_a_conflict_that_names_it(clerk, kind, field):
    added(clerk, kind, slug="anna")
    other = {"name": "Vera", "slug": "vera"} | {field: {"name": "Anna", "slug": "anna"}[field]}
    answer = clerk.call("POST", f"/api/v1/{kind}", other)
    assert (answer.status_code, problems(answer)) == (409, [field])


@each_kind
def test_put_replaces_all_and_patch_only_what_is_sent(clerk, kind):
    first = added(clerk, kind, slug="own")
    patched = send(clerk, "PATCH", kind, first, {"name": "Vera"})
    assert (patched.get_json()["name"], patched.get_json()["slug"]) == ("Vera", "own")
    put = send(clerk, "PUT", kind, patched, {"name": "Vera Inber"})
    assert (put.get_json()["name"], put.get_json()["slug"]) == ("Vera Inber", "vera-inber")
    nothing = send(clerk, "PATCH", kind, put, {})
    assert nothing.headers["ETag"] == put.headers["ETag"]
    assert problems(send(clerk, "PUT", kind, nothing, {"slug": "alone"})) == ["name"]
    assert problems(send(clerk, "PATCH", kind, nothing, {"name": None})) == ["name"]


@each_kind
@pytest.mark.parametrize(
    ("method", "json"), [("PUT", {"name": "V"}), ("PATCH", {}), ("DELETE", None)]
)
def test_a_change_says_which_state_it_starts_from(clerk, kind, method, json):
    first = added(clerk, kind)
    address = f"/api/v1/{kind}/{first.get_json()['id']}"
    assert clerk.call(method, address, json).status_code == 428
    send(clerk, "PATCH", kind, first, {"name": "Other"})
    assert send(clerk, method, kind, first, json).status_code == 412
    anyhow = clerk.call(method, address, json, headers={"If-Match": "*"})
    assert anyhow.status_code == (204 if method == "DELETE" else 200)


@each_kind
def test_of_many_changes_at_once_one_is_made(app, backstage, clerk, kind):
    first = added(clerk, kind)
    clerks = [Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER)) for _ in range(6)]

    def change(number: int) -> int:
        return send(clerks[number], "PATCH", kind, first, {"name": f"N {number}"}).status_code

    with ThreadPoolExecutor(6) as crowd:
        assert sorted(crowd.map(change, range(6))) == [200] + [412] * 5


@each_kind
def test_one_that_books_hang_on_stays_and_says_why(clerk, backstage, kind):
    entity = backstage.save(MAKE[kind]())
    backstage.book(**of(kind, entity))
    read = clerk.get(f"/api/v1/{kind}/{entity.id}")
    answer = send(clerk, "DELETE", kind, read)
    assert (answer.status_code, problems(answer)) == (409, ["books"])
    assert answer.get_json()["detail"].startswith("1 book hangs on it.")
    alone = added(clerk, kind)
    assert send(clerk, "DELETE", kind, alone).status_code == 204
    assert clerk.get(f"/api/v1/{kind}/{alone.get_json()['id']}").status_code == 404


@each_kind
@pytest.mark.parametrize("role", [None, RoleCode.CUSTOMER, RoleCode.ACCOUNTANT])
def test_who_may_not_is_told_so_before_anything_else(app, backstage, kind, role):
    who = Visitor(app, backstage.user(role) if role else None)
    entity = backstage.save(MAKE[kind]())
    for method, address in (
        ("POST", f"/api/v1/{kind}"),
        *((method, f"/api/v1/{kind}/{entity.id}") for method in ("PUT", "PATCH", "DELETE")),
    ):
        answer = who.call(method, address, data="no json")
        assert answer.status_code == (403 if role else 401)


@each_kind
def test_lists_are_narrowed_sorted_and_walked(clerk, visitor, kind):
    for name in ("Ёлка", "Beta 100%", "Alpha"):
        added(clerk, kind, name=name)
    assert names(visitor, kind, order_by="-name")[-1] == "Alpha"
    assert names(visitor, kind, name__ilike="100%") == ["Beta 100%"]
    assert names(visitor, kind, name__in="Alpha,Gamma") == ["Alpha"]
    assert names(visitor, kind, slug__eq="alpha") == ["Alpha"]
    assert names(visitor, kind, q="елка") == ["Ёлка"]
    assert names(visitor, kind, limit=1, page=2) == ["Beta 100%"]
    ids = ",".join(str(item["id"]) for item in visitor.get(f"/api/v1/{kind}").get_json()["items"])
    assert len(names(visitor, kind, id__in=ids)) == 3
    part = visitor.get(f"/api/v1/{kind}?cursor=&limit=2").get_json()
    rest = visitor.get(f"/api/v1/{kind}?limit=2&cursor={part['next_cursor']}").get_json()
    assert (len(part["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    refused = visitor.get(f"/api/v1/{kind}?colour__eq=red")
    assert (refused.status_code, problems(refused)) == (422, ["colour__eq"])


def test_authors_are_told_from_translators(visitor, backstage):
    writer, translator = factories.author("Writer"), factories.author("Translator")
    translated = BookContributor(contributor=translator, role=ContributorRole.TRANSLATOR)
    backstage.book(contributors=[BookContributor(contributor=writer), translated])
    assert names(visitor, "authors", role__eq="translator") == ["Translator"]
    assert names(visitor, "authors", role__in="author,editor") == ["Writer"]


def test_a_branch_of_the_tree_is_listed(visitor, backstage):
    prose = backstage.save(factories.category("prose"))
    backstage.save(factories.category("novels", prose), factories.category("prose-poems"))
    assert names(visitor, "categories", under="prose") == ["Novels"]
    assert names(visitor, "categories", parent_id__eq=prose.id) == ["Novels"]
    assert names(visitor, "categories", parent_id__isnull="true") == ["Prose", "Prose-Poems"]
    assert names(visitor, "categories", order_by="-slug")[0] == "Prose-Poems"


@each_kind
def test_books_are_counted_where_it_is_asked_and_for_all_at_once(app, visitor, backstage, kind):
    entities = [backstage.save(MAKE[kind]()) for _ in range(3)]
    for entity in (entities[0], entities[0], entities[1]):
        backstage.book(**of(kind, entity))
    items = visitor.get(f"/api/v1/{kind}?include=books_count&order_by=id").get_json()["items"]
    counted = {item["id"]: item["books_count"] for item in items}
    assert [counted[entity.id] for entity in entities] == [2, 1, 0]
    address = f"/api/v1/{kind}?include=books_count&fields=id,books_count"
    alone = statements(app, visitor, f"{address}&limit=1")
    assert statements(app, visitor, f"{address}&limit=100") == alone
