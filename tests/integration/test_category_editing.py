"""The tree of categories while staff let it grow, move its branches and cut them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shop.errors import Conflict, Stale
from shop.extensions import db
from shop.models import Category, FormerCategoryPath, RoleCode
from shop.repositories.catalogue import CHANGING_THE_TREE
from tests import factories as make
from tests.rivals import meanwhile, until_blocked


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


@pytest.fixture
def tree(services):
    """fiction, fiction/classics, fiction/classics/russian, and poems beside them."""
    fiction = make.save(make.category("fiction"))
    classics = make.save(make.category("classics", fiction))
    russian = make.save(make.category("russian", classics))
    poems = make.save(make.category("poems"))
    ids = {each.slug: each.id for each in (fiction, classics, russian, poems)}
    db.session.expunge_all()
    return ids


def paths() -> set[str]:
    return set(db.session.scalars(select(Category.path)))


def fields(refusal) -> list[str]:
    return [problem.field for problem in refusal.value.errors]


def test_a_new_category_grows_where_it_is_put(services, anna, tree):
    values = {"name": "Серебряный век", "slug": None, "parent_id": tree["poems"], "position": 2}
    made = services.categories.add(values, anna)
    assert (made.path, made.position) == ("poems/serebryanyy-vek", 2)
    root = services.categories.add({"name": "Stage", "slug": "stage", "parent_id": None}, anna)
    assert root.path == "stage"


def test_a_branch_that_moves_takes_all_below_along(services, anna, tree):
    moved = services.categories.amend(tree["classics"], 1, {"parent_id": tree["poems"]}, anna)
    assert (moved.path, moved.version) == ("poems/classics", 2)
    assert paths() == {"fiction", "poems", "poems/classics", "poems/classics/russian"}
    # Whoever has read it at its old address has not seen this.
    assert services.categories.get(tree["russian"]).version == 2
    former = dict(
        db.session.execute(select(FormerCategoryPath.path, FormerCategoryPath.category_id)).all()
    )
    assert former["fiction/classics/russian"] == tree["russian"]
    again = services.categories.amend(tree["classics"], 2, {"parent_id": None}, anna)
    assert again.path == "classics"


@pytest.mark.parametrize("parent", ["fiction", "classics", "russian"])
def test_a_category_never_hangs_below_itself(services, anna, tree, parent):
    with pytest.raises(Conflict) as refusal:
        services.categories.amend(tree["fiction"], 1, {"parent_id": tree[parent]}, anna)
    assert fields(refusal) == ["parent_id"]


def test_two_that_move_below_each_other_make_no_ring(app, services, anna, tree, rival):
    rival.execute("SELECT pg_advisory_xact_lock(%s)", [CHANGING_THE_TREE])
    rival.execute(
        "UPDATE categories SET parent_id = %s, path = 'fiction/poems' WHERE slug = 'poems'",
        [tree["fiction"]],
    )
    change = {"parent_id": tree["poems"]}
    move = meanwhile(app, lambda: services.categories.amend(tree["fiction"], 1, change, anna))
    with move as outcome:
        until_blocked(rival)
        rival.commit()
        assert isinstance(outcome(), Conflict)


def test_an_address_that_is_taken_is_refused_by_its_slug(services, anna, tree):
    for values in (
        {"name": "Poems", "slug": "poems", "parent_id": None},
        {"name": "Poems", "slug": None, "parent_id": None},
    ):
        with pytest.raises(Conflict) as refusal:
            services.categories.add(values, anna)
        assert fields(refusal) == ["slug"]


def test_a_category_below_nothing_is_refused(services, anna, tree):
    with pytest.raises(Conflict) as refusal:
        services.categories.add({"name": "A", "slug": "a", "parent_id": 2**31 - 1}, anna)
    assert fields(refusal) == ["parent_id"]


def test_a_path_that_would_not_fit_is_refused_before_anything_moves(services, anna, tree):
    services.categories.amend(tree["russian"], 1, {"slug": "r" * 200}, anna)
    services.categories.amend(tree["classics"], 1, {"slug": "c" * 200}, anna)
    with pytest.raises(Conflict) as refusal:
        services.categories.amend(tree["fiction"], 1, {"slug": "f" * 200}, anna)
    assert fields(refusal) == ["parent_id"]
    assert f"fiction/{'c' * 200}/{'r' * 200}" in paths()


def test_a_category_stays_while_something_hangs_on_it(services, anna, tree):
    with pytest.raises(Conflict) as refusal:
        services.categories.remove(tree["classics"], 1, anna)
    assert fields(refusal) == ["children"]
    make.save(make.book(categories=[db.session.get(Category, tree["poems"])]))
    with pytest.raises(Conflict) as refusal:
        services.categories.remove(tree["poems"], 1, anna)
    assert fields(refusal) == ["books"]
    with pytest.raises(Stale):
        services.categories.remove(tree["russian"], 7, anna)
    services.categories.remove(tree["russian"], 1, anna)
    assert "fiction/classics/russian" not in paths()


def test_books_are_counted_at_and_below_and_each_once(services, tree):
    russian = db.session.get(Category, tree["russian"])
    classics = db.session.get(Category, tree["classics"])
    make.save(make.book(categories=[russian, classics]), make.book(categories=[russian]))
    counts = services.categories.book_counts(list(tree.values()))
    assert counts == {tree["fiction"]: 2, tree["classics"]: 2, tree["russian"]: 2}
