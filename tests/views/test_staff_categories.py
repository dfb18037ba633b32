"""Staff: the tree of categories, by buttons and by places, and what is told of it."""

import pytest

from shop.models import RoleCode
from tests import factories, markup
from tests.visitor import Visitor

TREE = "/admin/categories"


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


@pytest.fixture
def tree(backstage):
    """a, b with c below it, and d."""
    a, b, d = (
        backstage.save(factories.category(slug, position=place))
        for place, slug in enumerate(("a", "b", "d"))
    )
    return {"a": a, "b": b, "d": d, "c": backstage.save(factories.category("c", b))}


def paths(clerk) -> list[str]:
    """All of the tree from top to bottom."""
    page = markup.page(clerk.get(TREE))
    names = [e for e in page.iter("a") if e.get("class") == "tree__name"]
    return [markup.text(each) for each in names]


def step(clerk, category, way, htmx=False):
    return clerk.post(f"{TREE}/{category.id}/step", {"step": way}, htmx=htmx)


def test_each_step_leads_where_its_arrow_shows(clerk, tree):
    assert paths(clerk) == ["A", "B", "C", "D"]
    step(clerk, tree["d"], "up")
    assert paths(clerk) == ["A", "D", "B", "C"]
    step(clerk, tree["d"], "in")
    step(clerk, tree["c"], "out")
    assert paths(clerk) == ["A", "D", "B", "C"]
    assert clerk.get("/categories/a/d").status_code == 200
    # Beside the one that it hung below, not at the end of all.
    step(clerk, tree["d"], "out")
    step(clerk, tree["a"], "down")
    assert paths(clerk) == ["D", "A", "B", "C"]


def test_who_edits_one_that_makes_way_is_not_told_of_a_change(clerk, backstage, tree):
    step(clerk, tree["d"], "up")
    with backstage.services() as services:
        seen = [services.categories.get(tree[slug].id) for slug in "adb"]
        assert [(each.position, each.version) for each in seen] == [(0, 1), (1, 2), (2, 1)]
    at, typed = f"{TREE}/{tree['b'].id}", {"name": "Bees", "slug": "b", "version": "1"}
    assert clerk.post(at, typed).status_code == 303


def test_where_there_is_no_way_it_stays(clerk, tree):
    for category, way in (("a", "up"), ("a", "in"), ("a", "out"), ("d", "down")):
        assert step(clerk, tree[category], way).status_code == 303
    assert paths(clerk) == ["A", "B", "C", "D"]


def test_what_is_dropped_hangs_there_and_is_told(clerk, visitor, tree):
    at = f"{TREE}/{tree['a'].id}/place"
    answer = clerk.post(at, {"parent_id": tree["b"].id, "place": "0"}, htmx=True)
    assert "“A” is at b/a now, in place 1." in answer.text
    assert paths(clerk) == ["B", "A", "C", "D"]
    old = visitor.get("/categories/a")
    assert (old.status_code, old.location) == (301, "/categories/b/a")


def test_nothing_hangs_below_itself_or_over_another_one(clerk, backstage, tree):
    backstage.save(factories.category("a", tree["b"]))
    for moved, parent in (("b", "c"), ("a", "b")):
        at = f"{TREE}/{tree[moved].id}/place"
        answer = clerk.post(at, {"parent_id": tree[parent].id, "place": "0"}, htmx=True)
        assert answer.status_code == 409
        assert 'role="alert"' in answer.text


def test_a_merged_category_gives_its_books_its_children_and_its_address(
    clerk, visitor, backstage, tree
):
    book = backstage.book(title="Persuasion", categories=[tree["b"], tree["d"]])
    page = clerk.get(f"{TREE}/{tree['b'].id}")
    refused = clerk.submit(page, f"{TREE}/{tree['b'].id}/delete")
    assert refused.status_code == 409
    assert "Merge it into another one" in markup.text(markup.page(refused))
    assert clerk.submit(page, "merge-category", into=str(tree["d"].id)).status_code == 303
    assert paths(clerk) == ["A", "D", "C"]
    for old, now in (("b", "d"), ("b/c", "d/c")):
        answer = visitor.get(f"/categories/{old}")
        assert (answer.status_code, answer.location) == (301, f"/categories/{now}")
    assert "Persuasion" in visitor.get("/categories/d").text
    with backstage.services() as services:
        filed = services.catalogue.get(book.id)
        assert [each.slug for each in filed.categories] == ["d"]
        assert filed.version == book.version + 1


def test_a_category_is_added_below_another_and_renamed(clerk, tree):
    page = clerk.get(f"{TREE}/new?below={tree['b'].id}")
    made = clerk.submit(page, "category", name="Night reading")
    assert made.status_code == 303
    assert paths(clerk) == ["A", "B", "C", "Night reading", "D"]
    again = clerk.submit(clerk.get(made.location), "category", name="Day reading", slug="")
    assert again.status_code == 303
    assert clerk.get("/categories/b/day-reading").status_code == 200
