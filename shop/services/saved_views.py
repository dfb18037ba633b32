"""Views of lists that somebody of the staff keeps: the same filters with one click."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, FieldError, Invalid, NotFound
from shop.models import SavedView, User
from shop.models.saved_views import LONGEST_QUERY, LONGEST_VIEW_NAME
from shop.repositories.base import Sessions
from shop.repositories.saved_views import SavedViewRepository
from shop.services.base import EntityBaseService

MOST = 30


class SavedViewService(EntityBaseService[SavedView]):
    """`by` is whose they are; nobody sees another's. `list_name` is "books"."""

    def __init__(self, session: Sessions, views: SavedViewRepository) -> None:
        super().__init__(session, views)
        self.views = views

    def of(self, by: User, list_name: str) -> Sequence[SavedView]:
        with self.transaction():
            return self.views.of(by.id, list_name)

    def save(self, by: User, list_name: str, name: str, query: str) -> SavedView:
        """Keep this query under this name, in the place of what had it before."""
        name = _checked(name)
        if len(query) > LONGEST_QUERY or "\x00" in query:
            raise Invalid(_l("These filters are too long to be kept."))
        with self.transaction():
            known = self.views.named(by.id, list_name, name)
            if known is not None:
                known.query = query
                return known
            if len(self.views.of(by.id, list_name)) >= MOST:
                raise Conflict(_l("You keep %(most)s views already: delete one.", most=MOST))
            view = SavedView(user_id=by.id, list=list_name, name=name, query=query)
            return self.views.add(view)

    def rename(self, by: User, view_id: int, name: str) -> SavedView:
        """Conflict where another of the same list has the name."""
        name = _checked(name)
        with self.transaction():
            view = self._own(by, view_id)
            other = self.views.named(by.id, view.list, name)
            if other is not None and other.id != view.id:
                message = _l("Another view has this name.")
                raise Conflict(message, (FieldError("name", message),))
            view.name = name
            return view

    def remove(self, by: User, view_id: int) -> None:
        with self.transaction():
            self.views.delete(self._own(by, view_id))

    def _own(self, by: User, view_id: int) -> SavedView:
        view = self.views.by_ids([view_id]).get(view_id)
        if view is None or view.user_id != by.id:
            raise NotFound(_l("This view is not there any more."))
        return view


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_VIEW_NAME or "\x00" in name:
        message = _l("Type a name of at most 100 characters.")
        raise Invalid(message, (FieldError("name", message),))
    return name
