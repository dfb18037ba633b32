"""Writing the plans of one batch: a few statements, however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shop.models import Publisher, Series
from shop.models.columns import utcnow
from shop.models.slugs import free, slug
from shop.repositories.audit import Facts
from shop.repositories.imported_books import COLUMNS, House, ImportedBookRepository
from shop.repositories.stock import StockRepository
from shop.services.book_import.columns import ROLES
from shop.services.book_import.names import PersonName
from shop.services.book_import.plan import Plan

DEFAULTS: dict[str, Any] = {
    **dict.fromkeys((*COLUMNS, "publisher_id", "series_id")),
    "age_mark": 0,
    "description": "",
    "discount_percent": 0,
}
# What no file says of a person or a category.
NAMED: Facts = {"name_en": None}
FILED: Facts = {"name_ru": None}
STOCK = "num_in_stock"
# Where a new book had nothing.
ABSENT = object()
# What a search looks into.
SEARCHED = {"title", "subtitle", "description", "publisher", "series", *ROLES}


@dataclass
class Writer:
    """`people` are ids by name; those that are missing are added here."""

    imported: ImportedBookRepository
    stock: StockRepository
    people: dict[str, int]
    actor_id: int | None
    # The bulk edit that it is a part of.
    batch_id: int | None = None

    def write(self, plans: Sequence[Plan]) -> dict[int, tuple[int, int]]:
        """The book and its new entry of the trail, by line, where something changed."""
        with self.imported.indexed_once() as searched:
            ids, written = self._write(plans)
            searched |= ids
        return written

    def _write(self, plans: Sequence[Plan]) -> tuple[set[int], dict[int, tuple[int, int]]]:
        """The ids of the books whose texts are other ones now; and as above."""
        self._learn_people(plans)
        self.publishers = self._houses(Publisher, "publisher", plans)
        self.series = self._houses(Series, "series", plans)
        self.categories = self._category_tree(plans)
        new = [plan for plan in plans if plan.stored is None]
        changed = [plan for plan in plans if plan.stored and plan.changes]
        before = self.imported.whole_facts([p.stored.id for p in changed if p.stored])
        ids = self._add(new) | {plan.given.line: plan.stored.id for plan in changed if plan.stored}
        self._change(changed, ids)
        self._put_credits([*new, *changed], ids)
        self._put_categories([*new, *changed], ids)
        entries = self._note(before, ids)
        searched = {
            ids[plan.given.line] for plan in [*new, *changed] if SEARCHED & plan.changes.keys()
        }
        return searched, {
            line: (book, entries[book]) for line, book in ids.items() if book in entries
        }

    def _learn_people(self, plans: Sequence[Plan]) -> None:
        unknown = {
            person.name: person
            for plan in plans
            for person in _people(plan)
            if person.name not in self.people
        }
        rows = [
            {
                "name": person.name,
                "sort_name": person.sort_name,
                "slug": slug(person.name) or "author",
            }
            for person in unknown.values()
        ]
        added = self.imported.add_people(rows)
        self._note_made("contributor", {added[row["name"]]: NAMED | row for row in rows})
        self.people |= added

    def _houses(self, kind: House, field: str, plans: Sequence[Plan]) -> dict[str, int]:
        """Ids of publishers or series by name."""
        given = (plan.given.values[field] for plan in plans if field in plan.changes)
        names: set[str] = {name for name in given if name}
        known = self.imported.houses(kind, names)
        unknown = sorted(names - known.keys())
        stems = {name: slug(name) or field for name in unknown}
        taken = self.imported.taken_slugs(kind, stems.values()) if unknown else set()
        rows = [{"name": name, "slug": free(stem, taken)} for name, stem in stems.items()]
        added = self.imported.add_houses(kind, rows)
        self._note_made(field, {added[row["name"]]: row for row in rows})
        return known | added

    def _category_tree(self, plans: Sequence[Plan]) -> dict[str, int]:
        """Ids by path; what is missing is added, parents first."""
        wanted = {path for plan in plans for path in plan.given.values.get("categories", ())}
        known = self.imported.category_ids() if wanted else {}
        if wanted - known.keys():
            self.imported.change_the_tree()
            known = self.imported.category_ids()
        made: dict[int, Facts] = {}
        for path in sorted(wanted - known.keys()):
            slugs = path.split("/")
            for depth in range(1, len(slugs) + 1):
                here = "/".join(slugs[:depth])
                if here not in known:
                    name = slugs[depth - 1].replace("-", " ").capitalize()
                    above = known.get("/".join(slugs[: depth - 1]))
                    row = {
                        "name": name,
                        "slug": slugs[depth - 1],
                        "parent_id": above,
                        "path": here,
                        "position": self.imported.next_position(above),
                    }
                    known[here] = self.imported.add_category(row)
                    made[known[here]] = FILED | row
        self._note_made("category", made)
        return known

    def _columns(self, values: dict[str, Any]) -> dict[str, Any]:
        """The columns of a book's row that these fields are kept in."""
        row = {name: value for name, value in values.items() if name in COLUMNS}
        if "title" in values:
            row["slug"] = slug(values["title"]) or "book"
        if "publisher" in values:
            row["publisher_id"] = self.publishers.get(values["publisher"])
        if "series" in values:
            row["series_id"] = self.series.get(values["series"])
        return row

    def _add(self, plans: Sequence[Plan]) -> dict[int, int]:
        """The ids of the new books by line."""
        rows = [
            {**DEFAULTS, **self._columns(plan.given.values), "sku": plan.given.own_sku}
            for plan in plans
        ]
        ids = self.imported.add_books(rows)
        by_line = {plan.given.line: ids[plan.given.own_sku] for plan in plans}
        counted = {plan.given.line: plan.given.values.get(STOCK, 0) for plan in plans}
        self.imported.add_stock(
            [{"book_id": by_line[line], STOCK: copies} for line, copies in counted.items()]
        )
        return by_line

    def _change(self, plans: Sequence[Plan], ids: dict[int, int]) -> None:
        rows = []
        counted = {}
        for plan in plans:
            after = {name: plan.given.values[name] for name in plan.changes}
            if STOCK in after:
                counted[ids[plan.given.line]] = after.pop(STOCK)
            if after:
                rows.append({"id": ids[plan.given.line], **self._columns(after)})
        self.imported.change_books(rows)
        if counted:
            self.stock.recount_many(counted)

    def _put_credits(self, plans: Sequence[Plan], ids: dict[int, int]) -> None:
        touched = [plan for plan in plans if ROLES.keys() & plan.changes.keys()]
        rows = []
        for plan in touched:
            for position, (role, person) in enumerate(self._credits(plan)):
                rows.append(
                    {
                        "book_id": ids[plan.given.line],
                        "contributor_id": person,
                        "role": role,
                        "position": position,
                    }
                )
        self.imported.put_credits([plan.stored.id for plan in touched if plan.stored], rows)

    def _credits(self, plan: Plan) -> list[tuple[str, int]]:
        """All parts in a book: those that the row changes, and the others as they are.

        A name that stays is the same person, also where others have it too.
        """
        credits: dict[tuple[str, int], None] = {}
        for field, role in ROLES.items():
            if field in plan.changes:
                people = [self.people[person.name] for person in plan.given.values[field]]
            else:
                stored = plan.stored.credits.get(role, []) if plan.stored else []
                people = [credit.contributor_id for credit in stored]
            credits |= dict.fromkeys((str(role), person) for person in people)
        return list(credits)

    def _put_categories(self, plans: Sequence[Plan], ids: dict[int, int]) -> None:
        touched = [plan for plan in plans if "categories" in plan.changes]
        rows = [
            {"book_id": ids[plan.given.line], "category_id": self.categories[path]}
            for plan in touched
            for path in plan.given.values["categories"]
        ]
        self.imported.put_categories([plan.stored.id for plan in touched if plan.stored], rows)

    def _note_made(self, noun: str, made: Mapping[int, Facts]) -> None:
        """Leave that these came into the shop, by id."""
        now = utcnow()
        self.imported.note(
            [
                {
                    "at": now,
                    "actor_id": self.actor_id,
                    "entity": noun,
                    "entity_id": key,
                    "action": "create",
                    "before": {},
                    "after": facts,
                    "batch_id": self.batch_id,
                }
                for key, facts in made.items()
            ]
        )

    def _note(self, before: dict[int, Facts], ids: dict[int, int]) -> dict[int, int]:
        """Leave entries of what changed, with whole columns; their ids by book."""
        now = utcnow()
        rows = []
        for book, after in self.imported.whole_facts(ids.values()).items():
            old = before.get(book, {})
            changed = [name for name in after if after[name] != old.get(name, ABSENT)]
            if changed:
                rows.append(
                    {
                        "at": now,
                        "actor_id": self.actor_id,
                        "entity": "book",
                        "entity_id": book,
                        "action": "import" if old else "create",
                        "before": {name: old[name] for name in changed if name in old},
                        "after": {name: after[name] for name in changed},
                        "batch_id": self.batch_id,
                    }
                )
        return self.imported.note(rows)


def _people(plan: Plan) -> Iterable[PersonName]:
    for field in ROLES:
        if field in plan.changes:
            yield from plan.given.values[field]
