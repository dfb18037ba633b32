"""Names of people as files write them."""

import pytest

from shop.services.book_import.names import person


@pytest.mark.parametrize(
    ("given", "name", "sort_name"),
    [
        ("Лев Толстой", "Лев Толстой", "Толстой, Лев"),
        ("Толстой, Лев", "Лев Толстой", "Толстой, Лев"),
        ("  Ludwig  van Beethoven ", "Ludwig van Beethoven", "Beethoven, Ludwig van"),
        ("Beethoven, Ludwig van", "Ludwig van Beethoven", "Beethoven, Ludwig van"),
        ("King, Martin Luther, Jr.", "Martin Luther King, Jr.", "King, Martin Luther, Jr."),
        ("Homer", "Homer", "Homer"),
        ("Homer,", "Homer", "Homer"),
        ("Church (Marion, Ohio). Aid Society,",) + ("Church (Marion, Ohio). Aid Society",) * 2,
        (", Homer", "Homer", "Homer"),
        ("", "", ""),
    ],
)
def test_a_comma_turns_a_name_round(given, name, sort_name):
    assert (person(given).name, person(given).sort_name) == (name, sort_name)


def test_an_accent_in_two_pieces_is_the_same_letter():
    assert person("Karel C\u030capek") == person("Karel Čapek")
