"""Marks round the words that were searched for; nothing in a text is taken for HTML."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from shop.web.highlight import marked

ONE_SHOP = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _context(app):
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("text", "marks", "shown"),
    [
        ("War and Peace", ["war"], "<mark>War</mark> and Peace"),
        ("Warlord", ["war"], "Warlord"),
        ("Warlord", ["war*"], "<mark>Warlord</mark>"),
        ("Война и мир", ["войны", "войн~"], "<mark>Война</mark> и мир"),
        ("Войнушечка", ["войн~"], "Войнушечка"),
        ("Ёлка", ["елка"], "<mark>Ёлка</mark>"),
        ("Мой Толстой", ["толстой"], "Мой <mark>Толстой</mark>"),
        ("Charlotte Brontë", ["bronte"], "Charlotte <mark>Brontë</mark>"),
        ("Straße", ["strasse"], "<mark>Straße</mark>"),
        ("O'Brien & <b>", ["brien"], "O&#39;<mark>Brien</mark> &amp; &lt;b&gt;"),
        ("<mark>", ["mark"], "&lt;<mark>mark</mark>&gt;"),
        ("a cat", ["ca~"], "a cat"),
        ("nothing", [], "nothing"),
    ],
)
def test_words_are_marked_in_every_form(text, marks, shown):
    assert marked(text, marks) == shown


@ONE_SHOP
@given(st.text(), st.lists(st.text()))
def test_but_for_marks_a_text_stays_what_it_is(text, marks):
    shown = marked(text, marks)
    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(text)
