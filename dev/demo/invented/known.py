"""The rows that invented books hang on: found by name, or added the first time one is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import text

from dev.demo.invented.books import Place
from dev.demo.invented.names import PersonName, people
from shop.models.slugs import slug
from shop.repositories.base import Sessions


def ids_by(session: Sessions, table: str, column: str) -> dict[str, int]:
    """The id for each value of the column; the smallest, where several rows have it."""
    # Names of our own, never anybody's input.
    query = text(f"SELECT {column}, min(id) FROM {table} GROUP BY {column}")
    return dict(iter(session.execute(query)))


class KnownPeople:
    """Contributors by their place in the list of a language."""

    def __init__(self, session: Sessions) -> None:
        self.session = session
        self.by_name = ids_by(session, "contributors", "name")
        self.people = people()
        self.ids: dict[Place, int] = {}

    def learn(self, places: Iterable[Place]) -> None:
        new = {
            place: self.people[place[0]].name(place[1])
            for place in dict.fromkeys(places)
            if place not in self.ids
        }
        unknown = [
            _person(name, place[0]) for place, name in new.items() if name.whole not in self.by_name
        ]
        if unknown:
            self.by_name |= _added(self.session, "contributors", unknown)
        self.ids |= {place: self.by_name[name.whole] for place, name in new.items()}


class KnownHouses:
    """Publishers or series by their place; `called` says what the one at a place is called."""

    def __init__(self, session: Sessions, table: str, called: Callable[[Place], str]) -> None:
        self.session = session
        self.table = table
        self.called = called
        self.by_name = ids_by(session, table, "name")
        self.slugs = set(ids_by(session, table, "slug"))
        self.ids: dict[Place, int] = {}

    def learn(self, places: Iterable[Place]) -> None:
        new = {
            place: self.called(place) for place in dict.fromkeys(places) if place not in self.ids
        }
        unknown = {name for name in new.values() if name not in self.by_name}
        if unknown:
            rows = [{"name": name, "slug": self._slug(name)} for name in sorted(unknown)]
            self.by_name |= _added(self.session, self.table, rows)
        self.ids |= {place: self.by_name[name] for place, name in new.items()}

    def _slug(self, name: str) -> str:
        """Its own even where two names are the same in Latin letters."""
        plain = free = slug(name)
        number = 1
        while free in self.slugs:
            number += 1
            free = f"{plain}-{number}"
        self.slugs.add(free)
        return free


def _person(name: PersonName, language: str) -> dict[str, str | None]:
    latin = slug(name.whole)
    return {
        "name": name.whole,
        "sort_name": name.sorted_by,
        "name_en": latin.replace("-", " ").title() if language == "ru" else None,
        "slug": latin,
    }


def _added(
    session: Sessions, table: str, rows: list[dict[str, str]] | list[dict[str, str | None]]
) -> dict[str, int]:
    """Insert in one statement; the new ids by name."""
    columns = list(rows[0])
    given = ", ".join(f"CAST(:{column} AS text[])" for column in columns)
    statement = text(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({given}) "
        "RETURNING name, id"
    )
    values = {column: [row[column] for row in rows] for column in columns}
    return dict(iter(session.execute(statement, values)))
