"""A store that is gone: every method that needs it says so with a 503, and the others go on."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import FunctionType
from typing import get_type_hints
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pyotp
import pytest
from flask import Flask
from PIL import Image as Pillow
from sqlalchemy import text

from shop.bootstrap import Parts
from shop.config import MediaStore
from shop.errors import ShopError, Unavailable
from shop.extensions import db
from shop.gateways.payments import SeenPayment
from shop.models import (
    BookStatus,
    ContentPage,
    NameKind,
    Order,
    OrderState,
    PaymentStatus,
    Permission,
    Role,
    RoleCode,
    Shelf,
    ShippingMethod,
    User,
)
from shop.models.columns import utcnow
from shop.repositories.audit import Wanted
from shop.repositories.book_filters import BookFilters
from shop.repositories.bulk_edits import Shown
from shop.repositories.filters import Filters
from shop.repositories.kept_answers import KeptAnswer
from shop.repositories.name_filters import (
    CategoryFilters,
    ContributorFilters,
    PublisherFilters,
    SeriesFilters,
)
from shop.repositories.order_filters import OrderFilters
from shop.repositories.reports import Days, Dimension, Shelving, Span, Unit
from shop.repositories.sessions import StoredSession
from shop.repositories.sitemap import Kind
from shop.repositories.user_filters import UserFilters
from shop.services.accounts import AccountLinks, Passwords, TokenService
from shop.services.accounts.people import Change
from shop.services.accounts.registration import SignUp
from shop.services.accounts.service import Profile
from shop.services.accounts.tokens import Pair
from shop.services.address_details import AddressDetails
from shop.services.backup import Manifest
from shop.services.backup.archive import ArchiveWriter
from shop.services.base import EntityBaseService, Turn
from shop.services.book_import import SourceRow
from shop.services.book_import.names import PersonName
from shop.services.bulk_edits import Rule
from shop.services.category_tree import Step
from shop.services.order_batches import Chosen, Parcel
from shop.services.order_care import OrderMail
from shop.services.order_returns import GivenBack
from shop.services.registry import Services
from shop.services.settings import ShopSettings
from shop.services.written_books import Written
from tests import factories as make
from tests.stored import messages

# Methods that ask PostgreSQL nothing.
NEED_NO_DATABASE = {
    "jobs.forget",
    "jobs.forget_all",
    "jobs.now",
    "jobs.reading",
    "jobs.try_again",
    "jobs.try_all_again",
    "parts.is_there",  # it says so
    "account_mails.send",  # to an address that has no account
    "cart.count",
    "cart.empty",
    "cart.id_of_user",
    "cart.merge",
    "cart.new_id",
    "cart.take_out",
    "checkout.totals",
    "picture_files.shown",
    "picture_files.sweep",  # of a store that has no files
    "picture_files.sweep_part",
    "order_links.opens",
    "order_links.page",
    "order_care.mails",
    "order_links.return_url",
    "order_links.token",
    "order_links.url",
    "log_shipping.ship",
    "log_shipping.standing",
    "order_queue.look_in",
    "passwords.require",
    "registration.check",
    "second_factor.address",
    "second_factor.new_secret",
    "tokens.family_of",
    "recently_viewed.forget",
    "recently_viewed.new_id",
    "repeats.begin",
    "repeats.finish",
    "repeats.forget",
    "restoring.look_at",
    "sessions.close_one",
    "sessions.forget",
    "sessions.is_this",
    "sessions.list",
    "sessions.open",
    "settings.forget",
    "settings.front",  # pages go by what was read before
}
# Without Redis nobody knows what is in a cart.
NEED_REDIS = {
    "jobs.forget",
    "jobs.forget_all",
    "jobs.now",
    "jobs.reading",
    "jobs.try_again",
    "jobs.try_all_again",
    "cart.add",
    "cart.empty",
    "cart.merge",
    "cart.resize",
    "cart.restore",
    "cart.set_quantity",
    "cart.view",
    "checkout.place",
    "repeats.begin",
    "sessions.close_one",
    "sessions.list",
    "sessions.open",
}


class Gateway:
    """A provider that has every payment, so that what comes after reading one is tried too."""

    def read(self, payment_id: str) -> SeenPayment:
        return SeenPayment(payment_id, PaymentStatus.CAPTURED, Decimal(1), "RUB")


class RemotePictures:
    """Every address leads to a picture."""

    def fetch(self, url: str) -> bytes:
        return png()


def png() -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (4, 6)).save(out, "PNG")
    return out.getvalue()


OUTSIDE = Parts(gateway=Gateway(), remote_pictures=RemotePictures())
SECRET = pyotp.random_base32()
HASH = Passwords().hash(make.PASSWORD)


def person(code: str) -> User:
    """Nobody whom the stores know."""
    return User(
        id=1,
        email="a@example.org",
        active=True,
        first_name="",
        last_name="",
        locale="en",
        session_epoch=1,
        password_hash=HASH,
        role=Role(code=code, permissions=[]),
    )


ADMIN, SOMEBODY = person("admin"), person("customer")
KEYS = ["a key that only tests sign with"]
LINKS = AccountLinks(KEYS, "http://localhost", "en")
TOKENS = TokenService(None, None, None, KEYS, "http://localhost")  # type: ignore[arg-type]


def pair() -> Pair:
    """Made where it is needed: a run may take longer than an access token is good."""
    return TOKENS._pair(1, "0" * 32, "secret", utcnow())


def token(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


# An argument for each parameter of a service's method, by its name.
SPAN = Span.of_days(Days(date(2026, 1, 1), date(2026, 1, 2)), ZoneInfo("Europe/Moscow"))
VALUES = ("stock_value", "whole_stock_value")
ARGUMENTS = {
    "since": utcnow(),
    "sort": "-copies",
    "span": SPAN,
    "unit": Unit.DAY,
    "address_id": 1,
    "edit_id": 1,
    "list_name": "books",
    "view_id": 1,
    "query": "",
    "rule": Rule(status=BookStatus.DRAFT),
    "selection": {},
    "shown": Shown.CHANGES,
    "after": 0,
    "at": utcnow(),
    "before": None,
    "drafts": True,
    "entry_id": 1,
    "facts": {"name": "A", "slug": "a"},
    "for_staff": False,
    "noun": "book",
    "of": None,
    "seen": 1,
    "undoes": 1,
    "alt": "",
    "amount": Decimal(1),
    "chosen": [Chosen("2345-6789")],
    "copies": {},
    "mail": OrderMail.PAID,
    "moment": utcnow(),
    "numbers": ["2345-6789"],
    "orders": [],
    "parcels": [Parcel("2345-6789")],
    "refund": GivenBack.ALL,
    "restock": True,
    "book": "9780306406157",
    "hour": 0,
    "image_ids": [1],
    "shards": ["ab"],
    "store": MediaStore.LOCAL,
    "task": "jobs.outbox.deliver",
    "tell": print,
    "to": MediaStore.LOCAL,
    "turn": lambda: Turn(),
    "author_id": 1,
    "book_id": 1,
    "slug": "rain",
    "book_ids": [1],
    "bought_at": utcnow(),
    "access_token": lambda: pair().access_token,
    "address": "127.0.0.1",
    "agent": "a browser",
    "answer": KeptAnswer("0"),
    "by": ADMIN,
    "card": {},
    "carrier": "Post",
    "change": Change(),
    "code": lambda: pyotp.TOTP(SECRET).now(),
    "consent_version": "1",
    "current": make.PASSWORD,
    "cart_id": "a",
    "changes": {},
    "counted": 1,
    "data": png(),
    "details": make.details(),
    "discount_percent": 0,
    "email": "a@example.org",
    "deeds": (),
    "digest": "0",
    "expires_at": None,
    "family_id": "0" * 32,
    "filters": BookFilters(),
    "fingerprint": "0",
    "from_id": "a",
    "given": {},
    "gone_id": 2,
    "image_id": 1,
    "into_id": "b",
    "isbn": "9780306406157",
    "items": Decimal(1),
    "key": 1,  # an entity's, or a mail's
    "keys": [1],
    "kept_id": 1,
    "kind": Kind.BOOKS,
    "key_id": 1,
    "language": "en",
    "limit": 10,
    "line_id": 1,
    "list_price": Decimal(1),
    "locale": "en",
    "method": None,
    "name": "order_paid",
    "name_kind": NameKind.CONTRIBUTOR,
    "order": Order(number="2345-6789", locale="en", updated_at=utcnow()),
    "number": "2345-6789",
    "order_id": 1,
    "other_key": 2,
    "owner": User(id=1),
    "page": 1,
    "parent_id": None,
    "part_number": 1,
    "password": make.PASSWORD,
    "path": "fiction",
    "payment_id": 1,
    "permissions": (),
    "place": 0,
    "places": 1,
    "profile": Profile(),
    "provider_payment_id": "p1",
    "position": None,
    "quantity": 1,
    "publisher_id": 1,
    "reason": "",
    "refresh_token": lambda: pair().refresh_token,
    "refund_id": 1,
    "removed": None,
    "role": RoleCode.CUSTOMER,
    "role_id": 1,
    "rows": [SourceRow(1, {"sku": "A"})],
    "scopes": ["read"],
    "secret": SECRET,
    "seen_alt": "",
    "series_id": 1,
    "shelf_id": 1,
    "state": None,
    "step": Step.UP,
    "stored": StoredSession("0", 1, utcnow(), utcnow(), "", ""),
    "token": "",
    "text": "9780306406157",
    "tracking_number": "1",
    "url": "https://example.org/a.png",
    "user": SOMEBODY,
    "user_id": 1,
    "values": {"name": "Anna", "slug": "anna"},
    "version": 1,
    "viewer_id": "v",
    "wanted": {1: 1},
    "provider_refund_id": "a refund that is not ours",
}


def bare_backup() -> io.BytesIO:
    """One of a shop without any table."""
    out = io.BytesIO()
    facts = {"shop": "", "revision": "0001", "postgresql": "", "tables": (), "counters": ()}
    ArchiveWriter(out, utcnow()).close(Manifest(made_at=utcnow(), **facts))
    return out


PLACE = {name: value for name, value in make.PLACE.items() if name != "label"}


class Pages(Filters, entity=ContentPage):
    """What nobody filters yet."""


class Shelves(Filters, entity=Shelf):
    """What nobody filters yet."""


class Ways(Filters, entity=ShippingMethod):
    """What nobody filters yet."""


# Where a name means something else.
WRITTEN = Written({"title": "A", "sku": "A", "list_price": Decimal(1)}, (), None, None)
OTHERS: dict[str, dict[str, object]] = {
    "backups.make": {"out": lambda: io.BytesIO(), "pictures": False},
    "restoring.look_at": {"file": lambda: bare_backup()},
    "restoring.restore": {"file": lambda: bare_backup(), "replace": False, "upgrade": False},
    "picture_files.delete_unused": {"keys": [f"ab/{'0' * 64}.png"]},
    "picture_files.shown": {"key": "a file that is not there"},
    "desk.low_stock": {"threshold": 3},
    "desk.sales": {"month": SPAN},
    "jobs.forget": {"job_id": "none"},
    "jobs.try_again": {"job_id": "none"},
    "staff_search.exact": {"text": "ABCD-2345", "granted": list(Permission)},
    "staff_search.find": {"text": "anna", "granted": list(Permission), "language": "en"},
    **{f"reports.{name}": {"by": Dimension.BOOKS} for name in ("ranking", "whole_ranking")},
    **{f"reports.{name}": {"by": Shelving.CATEGORIES, "sort": "name"} for name in VALUES},
    "book_editing.add": {"values": {"title": "A", "sku": "A", "list_price": Decimal(1)}},
    "book_editing.amend": {"values": {"title": "A"}},
    "book_editing.draft_of": {"text": "9780306406157"},
    "book_editing.write": {"written": WRITTEN},
    "book_editing.imagined": {"written": WRITTEN},
    "book_merging.merge": {"seen": {1: 1, 2: 1}, "taken": []},
    "supplies.forget": {"file_id": 1},
    "supplies.take": {"rows": [SourceRow(1, {"isbn": "9780306406157"})]},
    "supplies.told_of": {"isbns": ["9780306406157"]},
    "book_editing.unknown": {"people": [PersonName("Leo Tolstoy", "Tolstoy, Leo")], "houses": {}},
    "merging.merge": {"seen": {1: 1, 2: 1}},
    "categories.merge": {"seen": {1: 1, 2: 1}},
    "categories.listed": {"filters": CategoryFilters()},
    "contributors.listed": {"filters": ContributorFilters()},
    "publishers.listed": {"filters": PublisherFilters()},
    "series.listed": {"filters": SeriesFilters()},
    "categories.every": {"filters": CategoryFilters()},
    "contributors.every": {"filters": ContributorFilters()},
    "publishers.every": {"filters": PublisherFilters()},
    "series.every": {"filters": SeriesFilters()},
    "order_queue.all": {"filters": OrderFilters()},
    "parts.is_there": {"name": "redis"},
    "people.all": {"filters": UserFilters()},
    "trail.all": {"wanted": Wanted(), "viewer": ADMIN},
    "content.find": {"filters": Pages()},
    "shelves.find": {"filters": Shelves()},
    "shipping.find": {"filters": Ways()},
    "settings.choose": {"wanted": ShopSettings()},
    "categories.find": {"filters": CategoryFilters()},
    "contributors.find": {"filters": ContributorFilters()},
    "publishers.find": {"filters": PublisherFilters()},
    "series.find": {"filters": SeriesFilters()},
    "trail.history": {"viewer": ADMIN},
    "trail.latest": {"wanted": Wanted(), "viewer": ADMIN},
    "orders.find": {"filters": OrderFilters()},
    "addresses.add": {"address": AddressDetails(**make.PLACE)},
    "addresses.change": {"address": AddressDetails(**make.PLACE)},
    "addresses.keep": {"order": Order(needs_address=True, **PLACE)},
    "account_mails.send": {"name": "no_account"},
    "api_keys.person": {"text": "colophon_abcd_secret"},
    "emails.ask_to_move": {"email": "b@example.org"},
    "emails.move": {"token": token(LINKS.move(SOMEBODY, "b@example.org"))},
    "passwords.require": {"password": make.PASSWORD},
    "passwords.reset_password": {"token": token(LINKS.reset(SOMEBODY)), "password": "lantern over"},
    "passwords.resettable": {"token": token(LINKS.reset(SOMEBODY))},
    "registration.check": {
        "wanted": SignUp(email="a@example.org", password="lantern over quiet water")
    },
    "registration.sign_up": {
        "wanted": SignUp(email="a@example.org", password="lantern over quiet water")
    },
    "registration.confirm": {"token": token(LINKS.confirm(SOMEBODY))},
    "repeats.begin": {"key": "a key"},
    "repeats.finish": {"key": "a key"},
    "repeats.forget": {"key": "a key"},
    "order_care.mails": {"order": Order(state=OrderState.PAID, email="", paid_at=None)},
    "order_care.history": {"order": Order(id=1, email="a@example.org")},
    "order_queue.look_through": {"filters": OrderFilters()},
    "people.find": {"filters": UserFilters()},
    "people.look_through": {"filters": UserFilters()},
    "people.refuse_last_admin": {"user": ADMIN},
    "sessions.close": {"text": "1.1.1.secret"},
    "sessions.person": {"text": "1.1.1.secret"},
    "checkout.placed": {"key": "a form that was not sent"},
}
METHODS = sorted(
    f"{service}.{name}"
    for service, kind in get_type_hints(Services).items()
    for name, method in inspect.getmembers(kind, inspect.isfunction)
    if not name.startswith("_") and not hasattr(EntityBaseService, name)
    # It asks neither: what it knows is another program's.
    if service != "logs"
) + [f"shipping.{verb}" for verb in ("get", "page", "create", "update", "delete")]


@pytest.fixture(scope="module")
def without_postgresql(another_shop, closed_port) -> Flask:
    url = f"postgresql://shop@127.0.0.1:{closed_port}/shop"
    return another_shop(OUTSIDE, database_url=url)


@pytest.fixture(scope="module")
def without_redis(another_shop, closed_port) -> Flask:
    url = f"redis://127.0.0.1:{closed_port}/0"
    return another_shop(OUTSIDE, redis_url=url)


def call(app: Flask, path: str, **known: object) -> object:
    """What the method answers or raises, with arguments by the names of its parameters."""
    service, name = path.split(".")
    with app.app_context():
        method = getattr(getattr(app.extensions["services"], service), name)
        needed = [
            parameter.name
            for parameter in inspect.signature(method).parameters.values()
            if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
        ]
        arguments = {**ARGUMENTS, **OTHERS.get(path, {}), **known}
        try:
            given = {parameter: arguments[parameter] for parameter in needed}
            outcome = method(
                **{k: v() if isinstance(v, FunctionType) else v for k, v in given.items()}
            )
            # What is read as it is taken is read then.
            return list(outcome) if isinstance(outcome, Iterator) else outcome
        except ShopError as refusal:
            return refusal


@pytest.mark.parametrize("path", METHODS)
def test_without_postgresql(services, without_postgresql, path):
    services.cart.carts.put("a", 1, 1, most=9, add=True)
    outcome = call(without_postgresql, path)
    assert isinstance(outcome, Unavailable) is (path not in NEED_NO_DATABASE)


@pytest.mark.parametrize("path", METHODS)
def test_without_redis(services, without_redis, path):
    book = make.save(make.book())
    outcome = call(without_redis, path, book_id=book.id)
    assert isinstance(outcome, Unavailable) is (path in NEED_REDIS)


def test_without_redis_there_is_no_badge_and_no_harm(without_redis):
    with without_redis.app_context():
        cart = without_redis.extensions["services"].cart
        assert (cart.count("a"), cart.count(None)) == (None, 0)
        cart.take_out("a", [1], utcnow())


def test_without_redis_orders_move_on_and_their_mails_wait(services, without_redis):
    order, staff = make.order(services), make.save(make.staff())
    with without_redis.app_context():
        without_redis.extensions["services"].orders.cancel(order.number, staff, "no")
    assert services.orders.by_number(order.number).state is OrderState.CANCELLED
    assert f"cancelled-{order.id}" in {message.dedupe_key for message in messages()}


def test_the_shop_is_ready_when_it_is_migrated_and_seeded(services):
    assert services.health.state() == {"migrated": True, "seeded": False}
    services.shipping.seed()
    assert services.health.state() == {"migrated": True, "seeded": True}
    # Staff may take away the last one, and come back to put in another.
    admin = make.save(make.staff())
    for method in services.shipping.in_order():
        services.shipping.remove(method.id, None, admin)
    assert services.health.state() == {"migrated": True, "seeded": True}


@pytest.mark.parametrize(("version", "ready"), [("0022", False), ("9999", True)])
def test_a_database_may_be_newer_than_the_code_and_never_older(services, version, ready):
    """While a release has migrated it, the former version goes on to serve."""
    found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    put = text("UPDATE alembic_version SET version_num = :version")
    db.session.execute(put, {"version": version})
    db.session.commit()
    try:
        assert services.health.state()["migrated"] is ready
    finally:
        db.session.execute(put, {"version": found})
        db.session.commit()


def test_a_database_without_tables_is_not_ready(another_shop, database_url):
    bare = urlsplit(database_url)._replace(path="/postgres").geturl()
    ready = call(another_shop(database_url=bare), "health.state")
    assert ready == {"migrated": False, "seeded": False}
