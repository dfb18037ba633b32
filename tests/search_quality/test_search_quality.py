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
from tests.search_quality.judging import SHOWN, judge, queries, report, success

LEAST = 0.97
DATA = os.environ.get("SHOP_TEST_DATA")


@pytest.fixture
def demo(app):
    with app.app_context():
        books.load(app.extensions["services"], read())
        db.session.execute(select(func.recount_words()))
        db.session.commit()
        yield


def measure() -> float:
    judgements = [judge(query) for query in queries()]
    print(*report(judgements), sep="\n")  # noqa: T201 - the figures are what the test is for
    return success(judgements, SHOWN)


def test_there_are_enough_queries_and_none_twice():
    asked = [query.query for query in queries()]
    assert len(asked) == len(set(asked)) >= 200


def test_in_the_demo_shop(demo):
    assert measure() >= LEAST


@pytest.mark.skipif(not DATA, reason="SHOP_TEST_DATA names no folder with Gutenberg's catalogue")
def test_among_many_more_books(demo, stores):
    connection, _ = stores
    gutenberg.load(connection, Path(str(DATA)))
    assert measure() >= LEAST
