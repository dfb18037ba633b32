"""Categories that move: what is below comes along, and the old addresses are remembered."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from shop.extensions import db
from shop.models import Category, FormerCategoryPath
from tests import factories as make


@pytest.fixture
def tree(services):
    """fiction, fiction/classics, fiction/classics/russian."""
    fiction = make.save(make.category("fiction"))
    classics = make.save(make.category("classics", fiction))
    russian = make.save(make.category("russian", classics))
    return {"fiction": fiction.id, "classics": classics.id, "russian": russian.id}


def change(statement: str) -> None:
    db.session.execute(text(f"UPDATE categories SET {statement}"))
    db.session.commit()


def paths() -> dict[int, str]:
    return dict(db.session.execute(select(Category.id, Category.path)).all())


def former() -> dict[str, int]:
    rows = select(FormerCategoryPath.path, FormerCategoryPath.category_id)
    return dict(db.session.execute(rows).all())


def test_a_category_that_moves_takes_its_branch_along_and_leaves_its_addresses(tree):
    change("path = 'prose', slug = 'prose' WHERE path = 'fiction'")
    assert set(paths().values()) == {"prose", "prose/classics", "prose/classics/russian"}
    assert former() == {
        "fiction": tree["fiction"],
        "fiction/classics": tree["classics"],
        "fiction/classics/russian": tree["russian"],
    }


def test_a_branch_that_is_moved_whole_in_one_statement_is_remembered_too(tree):
    change(
        "path = 'prose' || substr(path, 8),"
        " slug = CASE path WHEN 'fiction' THEN 'prose' ELSE slug END"
    )
    assert set(paths().values()) == {"prose", "prose/classics", "prose/classics/russian"}
    assert former()["fiction/classics/russian"] == tree["russian"]


def test_every_former_address_leads_to_where_the_category_is_now(tree):
    change("path = 'prose', slug = 'prose' WHERE path = 'fiction'")
    change("path = 'novels', slug = 'novels' WHERE path = 'prose'")
    assert (former()["fiction"], former()["prose"]) == (tree["fiction"], tree["fiction"])


def test_an_address_that_is_in_use_is_nobodys_former_one(tree):
    change("path = 'prose', slug = 'prose' WHERE path = 'fiction'")
    change("path = 'fiction', slug = 'fiction' WHERE path = 'prose'")
    assert "fiction" not in former()
    assert former()["prose"] == tree["fiction"]


def test_another_name_alone_leaves_no_address(tree):
    change("name = 'Stories'")
    assert former() == {}
