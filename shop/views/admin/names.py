"""Authors, publishers and series, for staff: alike but for their words and their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, Merged, NotFound, ShopError, Stale
from shop.models import NameKind, Permission
from shop.models.columns import LARGEST_INTEGER
from shop.repositories import name_filters
from shop.repositories.filters import Filters
from shop.services.merging import Comparison
from shop.services.names import NameService
from shop.web.access import allowed_to
from shop.web.exports import Cell, Sheet, asked_file, export
from shop.web.forms import Blank, Form, Pair, Seen, form_page, in_words, parse, version_seen
from shop.web.htmx import page_or_fragment
from shop.web.leafing import page_asked
from shop.web.listing import asked
from shop.web.services import services
from shop.web.urls import author_url, publisher_url, series_url

PER_PAGE = 50
GROUPS = 20
FOUND = 12
# Of a list as a file: whose books are counted at once, and what is told.
AT_ONCE = 500
HEADINGS = (
    *(_l("Number"), _l("Name"), _l("Name in Latin letters"), _l("Listed as")),
    *(_l("Address"), _l("Books")),
)
CHANGED = _l("Somebody else has changed this. Compare, and save again.")
TAKEN = _l("There is one of this name already. Merge the two, or choose another name.")
# The longest name that has its place in a column.
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


Optional = Annotated[ShortText | None, Blank]


class HouseForm(BaseModel):
    """`version` is the one seen; None of a new one."""

    model_config = ConfigDict(extra="ignore")

    name: Given
    version: int | None = None

    def values(self) -> dict[str, Any]:
        return self.model_dump(exclude={"version"})


class NewHouse(HouseForm):
    def values(self) -> dict[str, Any]:
        """The address is made of the name."""
        return super().values() | {"slug": None}


class PersonForm(HouseForm):
    """Empty, `sort_name` is made of the name."""

    sort_name: Optional = None
    name_en: Optional = None


class NewPerson(PersonForm, NewHouse):
    pass


class Entry(BaseModel):
    """The entry of the trail that tells of a merge."""

    entry: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]


@dataclass(frozen=True)
class Words:
    title: object
    new: object
    find: object
    doubles: object
    none: object


@dataclass(frozen=True)
class Kind:
    """`plural` is the last part of the address, `filter` narrows a list of books to one's own."""

    name: NameKind
    plural: str
    words: Words
    service: Callable[[], NameService[Any]]
    filters: type[Filters]
    form: type[HouseForm]
    new: type[HouseForm]
    order: str
    filter: str
    public_url: Callable[[Any], str]

    @property
    def is_person(self) -> bool:
        return self.name is NameKind.CONTRIBUTOR

    def url(self, verb: str, **values: Any) -> str:
        return url_for(f"admin_{self.plural}.{verb}", **values)


def blueprint_of(kind: Kind) -> Blueprint:
    pages = Blueprint(f"admin_{kind.plural}", __name__, url_prefix=f"/admin/{kind.plural}")
    _add_list(pages, kind)
    _add_form(pages, kind)
    _add_changes(pages, kind)
    _add_merging(pages, kind)
    _add_parting(pages, kind)
    return pages


def _add_list(pages: Blueprint, kind: Kind) -> None:
    @pages.get("")
    @allowed_to(Permission.EDIT_BOOKS)
    def index() -> Response:
        """All of them by name, found by a part of it."""
        wanted = asked(kind.filters, order_by=kind.order)
        if form := asked_file():
            rows = _rows(kind, kind.service().every(wanted.filters))
            return export(Sheet(kind.plural, HEADINGS, rows), form)
        found = kind.service().listed(wanted.filters, wanted.page, PER_PAGE)
        return page_or_fragment(
            "admin/names/page.html",
            "admin/names/_list.html",
            kind=kind,
            names=found,
            books=kind.service().held([each.id for each in found]),
            wanted=wanted,
        )

    @pages.get("/doubles")
    @allowed_to(Permission.EDIT_BOOKS)
    def doubles() -> Response:
        """Those that sound alike, in whichever letters and order, group by group."""
        groups = services.merging.groups(kind.name, page_asked(), GROUPS)
        ids = [each.id for group in groups for each in group]
        return page_or_fragment(
            "admin/names/doubles.html",
            "admin/names/_doubles.html",
            kind=kind,
            groups=groups,
            books=kind.service().held(ids),
        )


def _rows(kind: Kind, names: Iterator[Any]) -> Iterator[tuple[Cell, ...]]:
    for part in iter(lambda: list(islice(names, AT_ONCE)), []):
        books = kind.service().held([each.id for each in part])
        for each in part:
            other, listed_as = getattr(each, "name_en", None), getattr(each, "sort_name", None)
            yield each.id, each.name, other, listed_as, each.slug, books.get(each.id, 0)


def _add_form(pages: Blueprint, kind: Kind) -> None:
    @pages.get("/new")
    @allowed_to(Permission.EDIT_BOOKS)
    def new() -> Response:
        """An empty form."""
        return _form(kind, Form({}))

    @pages.post("")
    @allowed_to(Permission.EDIT_BOOKS)
    def add() -> Response:
        """A new one."""
        try:
            given = parse(kind.new, request.form, {})
            made = kind.service().add(given.values(), current_user)
        except (Invalid, Conflict) as problem:
            return _form(kind, Form(request.form, _told(problem)))
        return _done(gettext("“%(name)s” is added.", name=made.name), kind, made.id)

    @pages.get("/<int:key>")
    @allowed_to(Permission.EDIT_BOOKS)
    def show(key: int) -> Response:
        """What it is called, what is like it, and what was done to it."""
        try:
            return _form(kind, Form({}), kind.service().get(key))
        except Merged as merged:
            return redirect(kind.url("show", key=merged.into), 301)


def _add_changes(pages: Blueprint, kind: Kind) -> None:
    @pages.post("/<int:key>")
    @allowed_to(Permission.EDIT_BOOKS)
    def change(key: int) -> Response:
        """Call it otherwise. Its books are found by the new name at once."""
        try:
            given = parse(kind.form, request.form, {})
            kind.service().amend(key, version_seen(given.version), given.values(), current_user)
        except (Invalid, Conflict, Stale) as problem:
            form = Form(request.form, _told(problem))
            return _form(kind, form, kind.service().get(key))
        return _done(gettext("The change is saved."), kind, key)

    @pages.post("/<int:key>/delete")
    @allowed_to(Permission.EDIT_BOOKS)
    def remove(key: int) -> Response:
        """Take away what no book needs."""
        shown = kind.service().get(key)
        try:
            seen = parse(Seen, request.form, {})
            kind.service().remove(key, seen.version, current_user)
        except (Invalid, Conflict, Stale) as problem:
            return _form(kind, Form({}, _told(problem)), shown)
        flash(gettext("“%(name)s” is deleted.", name=shown.name), "success")
        return redirect(kind.url("index"), 303)


def _add_merging(pages: Blueprint, kind: Kind) -> None:
    @pages.get("/<int:key>/merge")
    @allowed_to(Permission.EDIT_BOOKS)
    def compare(key: int) -> Response:
        """Choose the double; then see both, and what moves."""
        return _merging(kind, key, request.args.get("with", 0, type=int))

    @pages.post("/<int:key>/merge")
    @allowed_to(Permission.EDIT_BOOKS)
    def merge(key: int) -> Response:
        """Make one of two; the address of the other leads there from now on."""
        try:
            pair = parse(Pair, request.form, {"keep": _l("Choose which of the two is kept.")})
            seen = {key: pair.version, pair.other: pair.other_version}
            gone = pair.other if pair.keep == key else key
            if {pair.keep, gone} != {key, pair.other}:
                raise NotFound()
            kept = services.merging.merge(kind.name, pair.keep, gone, seen, current_user)
        except (Invalid, Conflict, Stale) as problem:
            other = request.form.get("other", 0, type=int)
            return _merging(kind, key, other, _told(problem))
        notice = gettext(
            "They are one now: “%(name)s”. The old address leads here.", name=kept.name
        )
        return _done(notice, kind, kept.id)


def _add_parting(pages: Blueprint, kind: Kind) -> None:
    @pages.post("/<int:key>/part")
    @allowed_to(Permission.EDIT_BOOKS)
    def part(key: int) -> Response:
        """Take a merge back: the double is there again with what came from it."""
        shown = kind.service().get(key)
        try:
            told = parse(Entry, request.form, {})
            back = services.merging.take_apart(kind.name, key, told.entry, current_user)
        except (Invalid, Conflict) as problem:
            return _form(kind, Form({}, problem), shown)
        return _done(gettext("“%(name)s” is there again.", name=back.name), kind, back.id)


def _merging(kind: Kind, key: int, other: int, problem: ShopError | None = None) -> Response:
    """The page of merging; without the other one it offers some that it may be."""
    shown = kind.service().get(key)
    text = request.args.get("q", "").strip().replace("\0", "")[:200]
    compared: Comparison | None = None
    if other and other != key:
        compared = services.merging.compared(kind.name, key, other)
    page = render_template(
        "admin/names/merge.html",
        kind=kind,
        shown=shown,
        text=text,
        compared=compared,
        similar=() if compared else _candidates(kind, key, text),
        form=Form(request.form, problem),
    )
    return make_response(page, problem.status if problem else 200)


def _candidates(kind: Kind, key: int, text: str) -> list[Any]:
    """What was searched for, or else what sounds and looks alike."""
    if not text:
        return list(services.merging.similar(kind.name, key))
    filters = kind.filters.parse({"q": text, "order_by": kind.order})
    found = kind.service().listed(filters, 1, FOUND + 1)
    return [each for each in found if each.id != key][:FOUND]


def _told(problem: ShopError) -> ShopError:
    """The refusal in the words of these pages."""
    is_taken = any(each.code.endswith("_name") for each in problem.errors)
    return in_words(problem, CHANGED, TAKEN if is_taken else None)


def _done(notice: str, kind: Kind, key: int) -> Response:
    flash(notice, "success")
    return redirect(kind.url("show", key=key), 303)


def _form(kind: Kind, form: Form, shown: Any = None) -> Response:
    """A new one, or this one as it is changed."""
    known: Mapping[str, object] = {}
    if shown is not None:
        known = {
            "books": kind.service().held([shown.id]).get(shown.id, 0),
            "similar": services.merging.similar(kind.name, shown.id),
            "history": (history := services.trail.history(kind.name, shown.id, current_user)),
            "parted": services.merging.can_be_parted([step.deed for step in history.steps]),
        }
    return form_page("admin/names/name.html", form, kind=kind, shown=shown, **known)


KINDS = (
    Kind(
        NameKind.CONTRIBUTOR,
        "authors",
        Words(
            title=_l("Authors"),
            new=_l("New person"),
            find=_l("Name, in any letters"),
            doubles=_l("People who may be one"),
            none=_l("Nobody matches."),
        ),
        lambda: services.contributors,
        name_filters.ContributorFilters,
        PersonForm,
        NewPerson,
        "sort_name",
        "contributor__id__eq",
        author_url,
    ),
    Kind(
        NameKind.PUBLISHER,
        "publishers",
        Words(
            title=_l("Publishers"),
            new=_l("New publisher"),
            find=_l("Name of the publisher"),
            doubles=_l("Publishers that may be one"),
            none=_l("No publishers match."),
        ),
        lambda: services.publishers,
        name_filters.PublisherFilters,
        HouseForm,
        NewHouse,
        "name",
        "publisher__id__eq",
        publisher_url,
    ),
    Kind(
        NameKind.SERIES,
        "series",
        Words(
            title=lazy_pgettext("several", "Series"),
            new=_l("New series"),
            find=_l("Name of the series"),
            doubles=_l("Series that may be one"),
            none=_l("No series match."),
        ),
        lambda: services.series,
        name_filters.SeriesFilters,
        HouseForm,
        NewHouse,
        "name",
        "series__id__eq",
        series_url,
    ),
)
BLUEPRINTS = tuple(blueprint_of(kind) for kind in KINDS)
