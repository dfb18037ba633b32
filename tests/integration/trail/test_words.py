"""What staff read in the trail has words for all that is noted."""

from __future__ import annotations

import ast
from pathlib import Path

from shop.models import Permission
from shop.services import order_changes
from shop.web import trail_words
from tests import factories as make

SERVICES = Path(order_changes.__file__).parent
# Which argument of each is the verb.
VERB = {"_changing": 2, "note": 3, "note_all": 2}


def verbs() -> set[str]:
    """Every verb that a service writes as it is."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SERVICES.rglob("*.py"))
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Attribute)]
    places = [(call.args, VERB.get(call.func.attr)) for call in named]
    given = [args[at] for args, at in places if at is not None and len(args) > at]
    return {each.value for each in given if isinstance(each, ast.Constant)}


def test_every_verb_has_a_word():
    found = verbs()
    assert {"ship", "reprice", "delete", "log_out"} <= found
    assert found <= trail_words.ACTIONS.keys()


def test_every_field_of_what_is_edited_has_a_word_and_every_kind_its_permission(services):
    for kind in services.trail.kinds.values():
        assert kind.PERMISSION in Permission
        assert {*kind.FIELDS, *kind.BESIDES} <= trail_words.FIELDS.keys()


def test_every_fact_of_an_order_has_a_word(services):
    services.shipping.seed()
    order = make.order(services, make.save(make.book(stock=5)))
    with services.orders.transaction():
        told = order_changes.facts(services.orders.orders.by_number(order.number))
    assert told.keys() <= trail_words.FIELDS.keys()
    assert told["lines"][0].keys() <= trail_words.FIELDS.keys()
