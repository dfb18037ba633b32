"""A thing for each name in an address: all of them exist, and what can be owned is the owner's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask

from shop.models import AuditEntry, SupplierFile, User
from shop.services.accounts.sessions import Handle
from shop.web.services import CONFIG
from tests import factories, pictures
from tests.backstage import Backstage
from tests.views.every_page import picture

NAME = re.compile(r"<[^>]+>")
# The names of an author, a publisher and so on are of one kind in the API.
KINDS = re.compile(r"^(?:/api/v1|/admin)/(authors|publishers|series|categories)/")


class Things:
    """What somebody may take away is made anew for each address that names it."""

    def __init__(self, app: Flask, backstage: Backstage, owner: User) -> None:
        self.backstage = backstage
        self.owner = owner
        self.author, self.category = factories.author(), factories.category()
        self.book = backstage.book(
            authors=[self.author],
            categories=[self.category],
            publisher=factories.publisher(),
            series=factories.series(),
            images=[picture()],
        )
        self.shelf = backstage.save(factories.shelf(self.book))
        self.page = backstage.save(factories.content_page())
        for slug in ("about", "delivery"):
            backstage.save(factories.content_page(slug=slug))
        self.order = backstage.order(self.book, user=owner)
        self.role = backstage.role("Somebody")
        media = Path(app.extensions[CONFIG].media_root) / self.book.images[0].renditions[0].key
        media.parent.mkdir(parents=True, exist_ok=True)
        media.write_bytes(b"a picture")
        with backstage.services() as services:
            services.notifications.send_order_mail("placed", self.order.id, "order_placed")
        self.names = self._names()

    def address(self, path: str) -> str:
        """The path of a route with a thing for each name in it."""
        if path.startswith("/shelves/"):
            return f"/shelves/{self.shelf.slug}"
        if path.startswith("/pages/"):
            return f"/pages/{self.page.slug}"
        if kind := KINDS.match(path):
            path = path.replace("<int:key>", str(self._keys()[kind[1]]))
        return NAME.sub(lambda name: self.names[name[0]](), path)

    def _keys(self) -> Mapping[str, int]:
        return {
            "authors": self.author.id,
            "publishers": self.book.publisher.id,
            "series": self.book.series.id,
            "categories": self.category.id,
        }

    def _names(self) -> Mapping[str, Callable[[], str]]:
        book, order = self.book, self.order
        known = {
            "<int:book_id>": book.id,
            "<int:author_id>": self.author.id,
            "<int:publisher_id>": book.publisher.id,
            "<int:series_id>": book.series.id,
            "<int:role_id>": self.role.id,
            "<int:user_id>": self.owner.id,
            "<int:category_id>": self.category.id,
            "<int:page_id>": self.page.id,
            "<int:shelf_id>": self.shelf.id,
            "<int:line_id>": order.lines[0].id,
            "<request_id>": "0123456789abcdef",
            "<int:number>": 1,
            "<number>": order.number,
            "<isbn>": book.isbn,
            "<slug>": book.slug,
            "<path:path>": self.category.path,
            "<path:key>": book.images[0].renditions[0].key,
            "<path:filename>": "css/base.css",
            "<any(author, publisher):name>": "author",
            "<any(person, publisher, series):kind>": "person",
            "<any(books, authors, categories, publishers, shipping):by>": "authors",
            "<kind>": "books",
            "<any(csv, xlsx):form>": "csv",
            "<job_id>": "none",
            "<name>": "placed",
        }
        fixed = {name: lambda value=value: str(value) for name, value in known.items()}
        return fixed | {
            "<int:image_id>": self._new_picture,
            "<int:method_id>": self._new_method,
            "<int:file_id>": lambda: str(self.backstage.save(SupplierFile(name="x")).id),
            "<int:address_id>": self._new_address,
            "<int:entry_id>": self._new_entry,
            "<int:key_id>": self._new_key,
            "<int:edit_id>": lambda: str(self.backstage.bulk_edit().id),
            "<digest>": self._new_session,
            "<family_id>": self._new_family,
        }

    def _new_method(self) -> str:
        return str(self.backstage.save(factories.shipping_method()).id)

    def _new_picture(self) -> str:
        with self.backstage.services() as services:
            return str(services.images.attach_cover(self.book.id, pictures.picture(), "").id)

    def _new_entry(self) -> str:
        """A change of the book that nobody has taken back."""
        changed = AuditEntry(
            entity="book", entity_id=self.book.id, action="undo", before={}, after={}
        )
        return str(self.backstage.save(changed).id)

    def _new_address(self) -> str:
        return str(self.backstage.save(factories.address(self.owner)).id)

    def _new_key(self) -> str:
        with self.backstage.services() as services:
            key = services.api_keys.make(self.owner, "A key", ["read"], None).key
            services.api_keys.revoke(self.owner, key.id)
            return str(key.id)

    def _new_session(self) -> str:
        with self.backstage.services() as services:
            handle = Handle.parse(services.sessions.open(self.owner, "127.0.0.1", "a test"))
        assert handle is not None
        return handle.digest

    def _new_family(self) -> str:
        with self.backstage.services() as services:
            pair = services.tokens.open(services.accounts.get(self.owner.id), "a test")
            return services.tokens.family_of(pair.access_token)
