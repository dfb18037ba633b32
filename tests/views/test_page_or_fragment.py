"""DESIGN §5: every address answers a whole page, or the fragment of it that htmx asks for."""

import pytest

from tests import markup
from tests.views.every_page import EVERY_PAGE, visit
from tests.visitor import HTMX

VARY = {"HX-Request", "HX-Boosted", "HX-History-Restore-Request"}


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_htmx_gets_the_fragment_and_everybody_else_the_page_that_it_stands_on(walked, name):
    pages, answer = walked["", name].wholes, walked["", name].fragment
    trees = [markup.page(page) for page in pages]
    assert all(tree.find("body/main") is not None for tree in trees)
    assert all({*each.vary} >= VARY and each.status_code == 200 for each in (*pages, answer))
    fragment = EVERY_PAGE[name].fragment
    if EVERY_PAGE[name].alone:
        markup.fragment(answer, fragment)
        return
    if fragment is None:
        # Nothing on it changes by itself.
        markup.page(answer)
        return
    assert answer.headers["Cache-Control"] == "no-store"
    root = markup.fragment(answer, fragment)
    assert markup.text(root) == markup.text(markup.by_id(trees[0], fragment))


@pytest.mark.parametrize("value", ["false", "1", "True", ""])
def test_only_what_htmx_really_sends_counts(visitor, value):
    markup.page(visitor.get("/books", headers={"HX-Request": value}))
    markup.fragment(visitor.get("/books", headers=HTMX | {"HX-Boosted": value}), "catalogue")


def test_the_fragments_of_the_catalogue_keep_their_query(visitor, backstage):
    backstage.book(title="Emma")
    backstage.book(title="Persuasion")
    root = markup.fragment(visitor.get("/books?q=Emma", htmx=True), "catalogue")
    assert "Emma" in markup.text(root)
    assert "Persuasion" not in markup.text(root)


def test_the_order_page_that_asks_again_is_told_only_of_changes(app, backstage):
    visitor, path = visit(app, backstage, "order")
    asked = markup.fragment(visitor.get(path, htmx=True), "order").get("hx-get", "")
    again = visitor.get(asked, htmx=True)
    assert (again.status_code, again.data) == (204, b"")
    (order,) = backstage.orders()
    backstage.pay(order)
    root = markup.fragment(visitor.get(asked, htmx=True), "order")
    assert root.get("data-order-state") == "paid"
    # Nothing more is waited for.
    assert "hx-get" not in root.attrib
