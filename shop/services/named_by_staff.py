"""People, publishers and series by the names that staff type: known ones found, others made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, FieldError
from shop.models import Contributor, Publisher, Series, User
from shop.models.slugs import free, slug
from shop.repositories.audit import AuditRepository
from shop.repositories.catalogue import (
    ContributorRepository,
    HouseRepository,
    PublisherRepository,
    SeriesRepository,
)
from shop.repositories.imported_books import ImportedBookRepository
from shop.services.book_import.names import PersonName

# Somebody by id, as a picker has them, or by name.
Person = int | PersonName


class NamedByStaff:
    """All of it inside of the transaction of whoever asks."""

    def __init__(
        self,
        contributors: ContributorRepository,
        publishers: PublisherRepository,
        series: SeriesRepository,
        imported: ImportedBookRepository,
        audit: AuditRepository,
    ) -> None:
        self.contributors = contributors
        self.houses: dict[str, HouseRepository[Any]] = {"publisher": publishers, "series": series}
        self.imported = imported
        self.audit = audit

    def known_people(self, people: Iterable[Person]) -> dict[Person, Contributor]:
        """Those that the shop has; of namesakes the one who came first."""
        asked = list(people)
        ids = self.imported.people({each.name for each in asked if isinstance(each, PersonName)})
        keys = {
            each: ids.get(each.name) if isinstance(each, PersonName) else each for each in asked
        }
        found = self.contributors.by_ids(key for key in keys.values() if key is not None)
        return {each: found[key] for each, key in keys.items() if key in found}

    def people(self, people: Sequence[Person], by: User) -> dict[Person, int]:
        """Ids of all of them; who is new is made, and of two that were merged the kept one counts.

        Conflict names the places, as `person-0`, of those that were removed meanwhile.
        """
        known: dict[Person, int] = {
            each: person.id for each, person in self.known_people(people).items()
        }
        for each in people:
            if each in known:
                continue
            if isinstance(each, PersonName):
                known[each] = self._make_person(each, by)
            elif kept := self.contributors.merged_into(each):
                known[each] = kept
        if gone := [f"person-{n}" for n, each in enumerate(people) if each not in known]:
            sentence = _l("There is no such person any more. Choose another one.")
            raise Conflict(sentence, tuple(FieldError(field, sentence) for field in gone))
        return known

    def known_house(self, kind: str, name: str) -> Any | None:
        """The publisher or the series of this name."""
        model: Any = Publisher if kind == "publisher" else Series
        ids = self.imported.houses(model, {name})
        return self.houses[kind].get(ids[name]) if name in ids else None

    def house(self, kind: str, name: str | None, by: User) -> int | None:
        """The id of the publisher or series of this name, which is made where nobody has it."""
        if not name:
            return None
        if known := self.known_house(kind, name):
            return int(known.id)
        houses = self.houses[kind]
        stem = slug(name) or kind
        facts = {"name": name, "slug": free(stem, houses.taken_slugs(stem))}
        made = houses.add(houses.entity(**facts))
        self.audit.note(by, kind, made.id, "create", {}, facts)
        return int(made.id)

    def _make_person(self, named: PersonName, by: User) -> int:
        facts = {
            "name": named.name,
            "sort_name": named.sort_name,
            "name_en": None,
            "slug": slug(named.name) or "author",
        }
        made = self.contributors.add(Contributor(**facts))
        self.audit.note(by, "contributor", made.id, "create", {}, facts)
        return made.id
