"""What the text of an error says to others."""

import pytest

from shop.observing.sentry import hidden


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("invalid literal for int() with base 10: 'Anna'", "[quoted]"),
        ("anna.k@example.org, <mailto:o@x.ru>: no such account", "[e-mail], <mailto:[e-mail]>"),
        ("card 4111 1111 1111 1111 is refused", "card [card] is refused"),
        ("8 (912) 345-67-89", "[phone]"),
        ("order 7KQ4-M92X cannot be cancelled", "order [order] cannot be cancelled"),
        ("token eyJhbGciOiJIUzI1NiJ9.abcd.efgh is old", "token [token].abcd.efgh is old"),
        ("(psycopg.Error) duplicate key\nDETAIL:  Key (full_name)=(Anna K)", "duplicate key"),
        ("title «Анна Каренина» and “Emma”", "title [quoted] and [quoted]"),
        ("list index out of range", "list index out of range"),
    ],
)
def test_what_looks_like_somebodys_is_left_out(said, told):
    text = hidden(said)
    assert told in text
    for secret in ("Anna", "anna", "4111", "912", "7KQ4", "eyJ", "Каренина"):
        assert secret not in text
