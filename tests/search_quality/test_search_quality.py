"""What shoppers type leads to what they want: measured on queries that were labelled before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dev.demo import books
from dev.demo.reading import read
from shop.extensions import db
from tests.search_quality import gutenberg
from tests.search_quality.judging import HELD_OUT, SHOWN, TUNED, judge, queries, report, success

FLOORS = {TUNED: 0.97, HELD_OUT: 0.96}
DATA = os.environ.get("SHOP_TEST_DATA")


@pytest.fixture
def demo(app):
    with app.app_context():
        books.load(app.extensions["services"], read())
        db.session.execute(select(func.recount_words()))
        db.session.commit()
        yield


def too_low(gutenberg_too: bool) -> dict[str, float]:
    """success@5 of each list that is under its floor, by the list's name."""
    found = {labelled: measure(labelled, gutenberg_too) for labelled in FLOORS}
    return {labelled.name: got for labelled, got in found.items() if got < FLOORS[labelled]}


def measure(labelled: Path, gutenberg_too: bool) -> float:
    asked = [query for query in queries(labelled) if gutenberg_too or not query.is_for_gutenberg]
    judgements = [judge(query) for query in asked]
    print(labelled.name, *report(judgements), sep="\n")  # noqa: T201 - the test is for the figures
    return success(judgements, SHOWN)


@pytest.mark.parametrize(("labelled", "fewest"), [(TUNED, 200), (HELD_OUT, 160)])
def test_there_are_enough_queries_and_none_twice(labelled, fewest):
    asked = [query.query for query in queries(labelled)]
    assert len(asked) == len(set(asked)) >= fewest


def test_no_query_was_both_tuned_on_and_held_out():
    tuned, held_out = (
        {query.query.casefold() for query in queries(labelled)} for labelled in (TUNED, HELD_OUT)
    )
    assert not tuned & held_out


def test_in_the_demo_shop(demo):
    assert too_low(gutenberg_too=False) == {}


# Both lists in one test: loading the catalogue takes longer than asking.
@pytest.mark.skipif(not DATA, reason="SHOP_TEST_DATA names no folder with Gutenberg's catalogue")
def test_among_many_more_books(demo, stores):
    connection, _ = stores
    gutenberg.load(connection, Path(str(DATA)))
    assert too_low(gutenberg_too=True) == {}
