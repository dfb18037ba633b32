"""Loading the demo catalogue into a migrated, empty shop."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from dev.demo import books, orders, pictures
from dev.demo.__main__ import load
from dev.demo.accounts import ACCOUNTS, PASSWORD
from dev.demo.invention import VAT_10_PERCENT
from dev.demo.reading import Catalogue, read
from shop.config import Config, Environment
from shop.extensions import Base, db
from shop.models import (
    Book,
    Category,
    Contributor,
    ContributorRole,
    Image,
    ImageState,
    Order,
    Payment,
    RoleCode,
    StockRecord,
)
from shop.web.services import services
from tests import factories as make
from tests.stored import stored


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def few() -> Catalogue:
    """Three works are enough where covers are drawn."""
    catalogue = read()
    return dataclasses.replace(
        catalogue, works=catalogue.works[:2] + catalogue.works[-1:], shelves=()
    )


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    found = {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return found


def test_all_works_become_books() -> None:
    catalogue = read()
    assert books.load(services, catalogue) == len(catalogue.works)
    assert stored(Book) == len(catalogue.works)
    assert stored(Contributor) == len(catalogue.people)
    assert stored(Category) == len(catalogue.paths)
    copies = db.session.scalars(select(StockRecord.num_in_stock)).all()
    assert copies.count(1) == 1
    assert 0 in copies
    assert set(db.session.scalars(select(Book.vat_code))) == {VAT_10_PERCENT}


def test_a_book_has_all_that_its_entry_says() -> None:
    catalogue = read()
    works = tuple(work for work in catalogue.works if work.title == "Мёртвые души")
    books.load(services, dataclasses.replace(catalogue, works=works, shelves=()))
    db.session.expunge_all()
    query = select(Book).where(Book.title == "Мёртвые души")
    found = db.session.scalars(query.options(*services.catalogue.books.loads())).one()
    assert [author.name_en for author in found.authors] == ["Nikolai Gogol"]
    assert [each.contributor.name for each in found.contributors][1:] == ["Александр Агин"]
    assert found.contributors[1].role is ContributorRole.ILLUSTRATOR
    assert [category.path for category in found.categories] == [
        "fiction/humour",
        "fiction/russian-classics",
    ]
    assert found.series is not None
    assert (found.series.name, found.series_number) == ("Северная полка", 3)
    assert (found.language, found.published_year, found.slug) == ("ru", 1842, "myortvye-dushi")


def test_categories_hang_on_their_parents(few: Catalogue) -> None:
    books.load(services, few)
    parent = Category.__table__.alias("parent")
    paths = db.session.execute(
        select(Category.path, Category.slug, parent.c.path).join(
            parent, parent.c.id == Category.parent_id
        )
    ).all()
    assert len(paths) >= 20
    assert all(path == f"{above}/{slug}" for path, slug, above in paths)


def test_a_shop_with_books_of_its_own_gets_none(few: Catalogue) -> None:
    books.load(services, few)
    assert books.load(services, read()) == 0
    assert stored(Book) == len(few.works)


def test_a_shop_with_an_order_or_without_our_books_gets_none() -> None:
    make.save(make.book(isbn="9780306406157"))
    assert orders.load(services) == 0
    make.order(services)
    assert orders.load(services) == 0
    assert (stored(Order), stored(Payment)) == (1, 1)


def test_loading_twice_changes_nothing(config: Config, few: Catalogue) -> None:
    said: list[str] = []
    load(config, said.append, few)
    before = contents()
    assert [line.split(",")[0] for line in said] == [
        "books 3/3",
        "covers 3/3",
        "accounts 2/2",
        "orders 240/240",
        "demo catalogue loaded",
    ]
    said.clear()
    load(config, said.append, few)
    assert [line.split(",")[0] for line in said] == ["nothing to load"]
    assert contents() == before


def test_covers_are_ready_in_every_size(config: Config, few: Catalogue) -> None:
    load(config, lambda line: None, few)
    images = db.session.scalars(select(Image).options(*services.images.images.loads())).all()
    assert len(images) == len(few.works)
    for image in images:
        assert image.state is ImageState.READY
        assert image.widths == [180, 360, 560, 800]
        assert services.picture_files.shown(image.renditions[0].key)


def test_a_load_that_was_cut_off_goes_on(config: Config, few: Catalogue) -> None:
    """Cut off while a cover was kept and its sizes were not made yet."""
    books.load(services, few)
    some = pictures.missing(services, few)[:1]
    assert list(pictures.make_all(config, some)) == [1]
    bare = {"state": ImageState.PENDING, "folder": None, "widths": [], "colour": None}
    db.session.execute(update(Image).values(bare))
    db.session.commit()
    load(config, lambda line: None, few)
    ready = select(func.count()).select_from(Image).where(Image.state == ImageState.READY)
    assert db.session.scalar(ready) == stored(Image) == len(few.works)


def test_many_covers_are_made_by_processes(config: Config) -> None:
    whole = read()
    many = dataclasses.replace(whole, works=whole.works[: pictures.WORTH_PROCESSES], shelves=())
    load(config, lambda line: None, many)
    assert pictures.missing(services, many) == []
    assert stored(Image) == len(many.works)


def test_the_demo_accounts_can_log_in(config: Config, few: Catalogue) -> None:
    load(config, lambda line: None, few)
    roles = {
        each.email: services.accounts.authenticate(each.email, PASSWORD).role.code
        for each in ACCOUNTS
    }
    assert roles == {
        "admin@example.org": RoleCode.ADMIN,
        "customer@example.org": RoleCode.CUSTOMER,
    }


def test_production_refuses_it(config: Config, few: Catalogue) -> None:
    with pytest.raises(SystemExit, match="not for production"):
        load(
            config.model_copy(update={"environment": Environment.PRODUCTION}),
            lambda line: None,
            few,
        )
    assert stored(Book) == 0
