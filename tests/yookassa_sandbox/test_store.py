"""A request is done and remembered as a whole, or not at all."""

import pytest

from dev.yookassa_sandbox.store import Store, part

INSERT = "INSERT INTO operations (kind, object_id, done_at) VALUES (?, 'x', 'now')"


@pytest.fixture
def store():
    store = Store(":memory:")
    yield store
    store.close()


def kinds(store):
    with store.transaction() as db:
        return [row["kind"] for row in db.execute("SELECT kind FROM operations")]


def fail(db, kind):
    db.execute(INSERT, (kind,))
    raise LookupError


def test_a_transaction_that_raises_leaves_nothing(store):
    with pytest.raises(LookupError), store.transaction() as db:
        fail(db, "lost")
    assert kinds(store) == []


def test_a_part_that_raises_is_undone_alone(store):
    with store.transaction() as db:
        db.execute(INSERT, ("before",))
        with pytest.raises(LookupError), part(db):
            fail(db, "lost")
        db.execute(INSERT, ("after",))
    assert kinds(store) == ["before", "after"]
