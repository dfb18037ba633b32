"""Backup, wipe, restore: the shop is what it was, to the last row, and goes on."""

from __future__ import annotations

import io

import psycopg
import pytest
from sqlalchemy import select, text

from shop.errors import Unavailable
from shop.extensions import db
from shop.gateways.migrations import Migrations
from shop.models import BookChange, Image, Order, SalesEntry
from shop.repositories.orders import OrderRepository
from shop.services.backup import NotPossible
from shop.services.backup.archive import ArchiveReader
from tests import factories as make
from tests.integration.backup.conftest import House, quiet
from tests.integration.lives import accounts
from tests.rivals import meanwhile
from tests.visitor import Visitor


def orders() -> list[Order]:
    found = list(db.session.scalars(select(Order).order_by(Order.id)))
    db.session.rollback()
    return found


def test_a_wiped_shop_is_what_it_was_and_sells_on(house: House, kept: bytes) -> None:
    before, last = house.checksums(), orders()[-1].id
    files = {path.name: path.read_bytes() for path in house.media.rglob("*.png")}
    house.wipe()
    done = house.restore(io.BytesIO(kept))
    assert (done.pictures, done.rehoused, done.strangers) == (1, 0, ())
    assert house.checksums() == before
    assert {path.name: path.read_bytes() for path in house.media.rglob("*.png")} == files
    assert Visitor(house.app).get("/books").status_code == 200
    # What anything was called that came after the backup, nothing is called again.
    paid = make.paid(house.services, user_id=None)
    assert paid.id > last + 1000
    # Triggers are awake again: they enter sales, and tell other processes of changes.
    assert db.session.scalars(select(SalesEntry).where(SalesEntry.order_id == paid.id)).all()
    kinds = set(db.session.scalars(select(BookChange.kind)))
    assert kinds == {"everything", "book"}


def test_a_backup_is_of_one_moment_though_people_buy_meanwhile(house: House, new_house) -> None:
    out, bought = io.BytesIO(), []

    def buy() -> None:
        with meanwhile(house.app, lambda: make.paid(house.services).id) as answer:
            bought.append(answer())

    # Somebody buys while the first table is on its way, so before that of the orders.
    house.services.backups.make(out, pictures=False, tell=lambda *_: bought or buy())
    db.session.remove()
    assert bought
    copy = new_house("copy")
    with copy.app.app_context():
        copy.restore(out)
        assert bought[0] not in {order.id for order in orders()}
        loads = OrderRepository(db.session).loads()
        found = db.session.scalars(select(Order).options(*loads)).unique()
        accounts.the_ledger_has_each_kopeck(list(found))
    assert bought[0] in {order.id for order in orders()}


def test_a_backup_of_older_tables_comes_to_the_newest(new_house) -> None:
    house = new_house("older")
    with house.app.app_context():
        migrations: Migrations = house.services.restoring.migrations
        older = migrations._order[-2]
        with db.engine.begin() as connection:
            migrations.bring(connection, None, older)
        db.session.execute(text("INSERT INTO publishers (name, slug) VALUES ('Older', 'older')"))
        db.session.commit()
        file = house.backup()
        assert ArchiveReader(file).verified(quiet).revision == older
        # Twice: the second time its own tables are newer than the backup's.
        house.restore(file, replace=True)
        house.restore(file, replace=True)
        assert house.services.restoring.revision.current() == migrations.head
        assert db.session.scalar(text("SELECT count(*) FROM publishers")) == 1


def test_nothing_is_put_over_what_is_there(house: House, kept: bytes) -> None:
    before = house.checksums()
    with pytest.raises(NotPossible, match=r"not empty \(categories, .* more\).*--replace"):
        house.restore(io.BytesIO(kept))
    assert house.checksums() == before


def test_with_leave_it_takes_the_place_of_what_is_there(house: House, kept: bytes) -> None:
    make.order(house.services)
    house.restore(io.BytesIO(kept), replace=True)
    again = house.backup()
    first, second = (ArchiveReader(each).verified(quiet) for each in (io.BytesIO(kept), again))
    assert [t.checksum for t in second.tables] == [t.checksum for t in first.tables]


def test_whoever_holds_a_table_is_waited_for_and_then_nothing_is_changed(
    house: House, kept: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.repositories.whole_tables.LOCK_SECONDS", 0.1)
    before = house.checksums()
    with psycopg.connect(house.server) as other:
        other.execute("SELECT count(*) FROM orders")
        with pytest.raises(Unavailable):
            house.restore(io.BytesIO(kept), replace=True)
    assert house.checksums() == before


def test_a_picture_that_is_gone_is_named_and_the_rest_is_kept(house: House) -> None:
    key = db.session.scalars(select(Image.key)).one()
    path = house.media / key
    data = path.read_bytes()
    path.unlink()
    try:
        manifest = house.services.backups.make(io.BytesIO(), pictures=True, tell=quiet)
    finally:
        path.write_bytes(data)
    assert manifest.pictures
    assert (manifest.pictures.count, manifest.pictures.vanished) == (0, (f"local/{key}",))


def test_pictures_of_a_store_that_is_not_here_come_home(house: House, new_house) -> None:
    db.session.execute(text("UPDATE images SET store = 's3'"))
    db.session.commit()
    stores = house.services.backups.stores.stores
    stores["s3"] = stores["local"]
    try:
        file = house.backup()
    finally:
        del stores["s3"]
        db.session.execute(text("UPDATE images SET store = 'local'"))
        db.session.commit()
    copy = new_house("rehearsal")
    with copy.app.app_context():
        assert copy.restore(file).rehoused == 1
        assert db.session.scalars(select(Image.store)).one() == "local"
        assert (copy.media / db.session.scalars(select(Image.key)).one()).is_file()


def test_a_database_without_a_shop_is_told(new_house) -> None:
    empty = new_house("empty")
    with empty.app.app_context(), pytest.raises(NotPossible, match="never migrated"):
        empty.backup()
