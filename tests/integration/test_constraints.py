"""The database keeps its own rules, whoever writes; the shop says which field broke one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from shop.errors import Conflict, Invalid
from shop.extensions import db
from shop.models import (
    BookSales,
    Consent,
    ConsentKind,
    Image,
    MergedName,
    OrderNote,
    Payment,
    Refund,
    Rendering,
    Shipment,
)
from shop.services.bulk_edits import Rule
from tests import factories as make

# Constraint, the change that it refuses, and the field that is named.
CHECKS = [
    ("ck_addresses_city_given", "addresses SET city = ''", "city"),
    ("ck_addresses_street_given", "addresses SET street = ''", "street"),
    ("ck_addresses_postal_code_six_digits", "addresses SET postal_code = '12345'", "postal_code"),
    ("ck_books_isbn_check_digit", "books SET isbn = '9799900000019'", "isbn"),
    ("ck_books_title_given", "books SET title = ''", "title"),
    ("ck_books_title_indexable", "books SET title = repeat('書', 900)", "title"),
    ("ck_books_language_iso_639_1", "books SET language = 'EN'", "language"),
    ("ck_books_age_mark_known", "books SET age_mark = 7", "age_mark"),
    ("ck_books_discount_percent_range", "books SET discount_percent = 91", "discount_percent"),
    ("ck_books_list_price_positive", "books SET list_price = 0", "list_price"),
    (
        "ck_books_price_positive",
        "books SET list_price = 0.01, discount_percent = 90",
        "price",
    ),
    ("ck_books_pages_positive", "books SET pages = 0", "pages"),
    ("ck_books_published_year_range", "books SET published_year = 2201", "published_year"),
    ("ck_books_vat_code_known", "books SET vat_code = 13", "vat_code"),
    ("ck_books_weight_grams_positive", "books SET weight_grams = 0", "weight_grams"),
    ("ck_books_format", "books SET format = 'scroll'", "format"),
    ("ck_bulk_edits_kind", "bulk_edits SET kind = 'gift'", "kind"),
    ("ck_bulk_edits_state", "bulk_edits SET state = 'lost'", "state"),
    ("ck_bulk_rows_state", "bulk_rows SET state = 'lost'", "state"),
    ("ck_books_status", "books SET status = 'sold'", "status"),
    ("ck_book_contributors_role", "book_contributors SET role = 'reader'", "role"),
    ("ck_book_sales_copies_not_negative", "book_sales SET copies = -1", "copies"),
    ("ck_categories_path_ends_with_slug", "categories SET path = 'a/b', slug = 'c'", "path"),
    (
        "ck_stock_records_num_allocated_not_negative",
        "stock_records SET num_allocated = -1",
        "num_allocated",
    ),
    (
        "ck_stock_records_num_allocated_covered",
        "stock_records SET num_allocated = num_in_stock + 1",
        "num_allocated",
    ),
    ("ck_shipping_methods_price_not_negative", "shipping_methods SET price = -1", "price"),
    ("ck_users_email_lower", "users SET email = 'Anna@example.org'", "email"),
    ("ck_users_deleted_is_closed", "users SET deleted_at = now()", "deleted_is_closed"),
    ("ck_roles_code_plain", "roles SET code = 'a king'", "code"),
    ("ck_roles_permissions_fixed", "roles SET permissions = '{see_orders}'", "permissions"),
    ("ck_consents_kind", "consents SET kind = 'all'", "kind"),
    ("ck_orders_total_adds_up", "orders SET total = total + 0.01", "total"),
    (
        "ck_orders_totals_not_negative",
        "orders SET items_total = -1, total = -1",
        "totals_not_negative",
    ),
    ("ck_orders_state", "orders SET state = 'lost'", "state"),
    ("ck_order_lines_quantity_positive", "order_lines SET quantity = 0", "quantity"),
    ("ck_order_lines_price_not_negative", "order_lines SET price = -1", "price"),
    ("ck_order_notes_text_given", "order_notes SET text = ''", "text"),
    ("ck_payments_amount_positive", "payments SET amount = 0", "amount"),
    ("ck_payments_status", "payments SET status = 'paid'", "status"),
    ("ck_refunds_amount_positive", "refunds SET amount = 0", "amount"),
    ("ck_refunds_status", "refunds SET status = 'paid'", "status"),
    ("ck_images_size_positive", "images SET width = 0", "size_positive"),
    ("ck_images_state", "images SET state = 'lost'", "state"),
    ("ck_shelves_kind", "shelves SET kind = 'sale'", "kind"),
    ("ck_shelves_slug_plain", "shelves SET slug = 'A shelf'", "slug"),
    ("ck_merged_names_kind_known", "merged_names SET kind = 'book'", "kind"),
    ("ck_content_pages_slug_plain", "content_pages SET slug = 'A page'", "slug"),
    ("ck_book_changes_kind_known", "book_changes SET kind = 'rumour', book_id = NULL", "kind"),
    ("ck_book_changes_book_id_given", "book_changes SET book_id = NULL", "book_id"),
    ("ck_images_folder_with_sizes", "images SET folder = 'f'", "folder"),
    ("ck_images_store", "images SET store = 'x'", "store"),
    ("ck_renderings_made_at_most_all", "renderings SET made = 1", "made"),
    ("ck_renderings_trouble", "renderings SET trouble = 'x'", "trouble"),
]
# What breaks it breaks another one as well, which is named then.
IMPLIED = {"ck_stock_records_num_in_stock_not_negative"}
# Where a row with these values is there already.
TAKEN = [
    ("books", "isbn"),
    ("books", "sku"),
    ("publishers", "name"),
    ("publishers", "slug"),
    ("series", "name"),
    ("series", "slug"),
    ("shelves", "slug"),
    ("content_pages", "slug"),
    ("users", "email"),
    ("orders", "number"),
    ("orders", "placement_key"),
    ("outbox", "dedupe_key"),
]


@pytest.fixture
def shop(services):
    """One row of everything that has a check constraint."""
    book = make.book(categories=[make.category()], publisher=make.publisher(), series=make.series())
    book.images = [Image(key="k", media_type="image/png", width=1, height=1, rendering=Rendering())]
    person = make.save(make.staff())
    make.save(book, make.shelf(book), make.address(person, is_default=True))
    make.save(Consent(user_id=person.id, kind=ConsentKind.PERSONAL_DATA, text_version="1"))
    services.bulk_edits.begin(Rule(discount_percent=9), {}, person)
    order = make.order(services, book)
    make.save(OrderNote(order_id=order.id, author_id=person.id, text="Ring first"))
    payment = db.session.get(Payment, order.payment.id)
    make.save(make.content_page(), MergedName(kind="series", old_id=9, old_slug="", new_id=1))
    make.save(BookSales(book_id=book.id, copies=1))
    make.save(Refund(payment_id=payment.id, amount=Decimal(1)))
    return services


def refused(services, statement: str) -> Conflict:
    """The refusal, which holds nothing of the SQL and nothing of the data."""
    with pytest.raises(Conflict) as refusal, services.catalogue.transaction():
        db.session.execute(text(statement))
    conflict = refusal.value
    shown = " ".join([str(conflict.detail), *(str(e.message) for e in conflict.errors)])
    for hidden in ("UPDATE", "INSERT", "SET", "DETAIL", "constraint", "97999", "psycopg"):
        assert hidden not in shown
    return conflict


@pytest.mark.parametrize(("constraint", "change", "field"), CHECKS, ids=[c[0] for c in CHECKS])
def test_a_broken_rule_names_its_field(shop, constraint, change, field):
    [problem] = refused(shop, f"UPDATE {change}").errors
    assert (problem.code, problem.field) == (constraint, field)


def test_every_check_of_the_database_is_tried_here(services):
    query = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
    tried = {constraint for constraint, _, _ in CHECKS}
    assert set(db.session.scalars(text(query))) == tried | IMPLIED


def test_stock_never_goes_below_zero(shop):
    refused(shop, "UPDATE stock_records SET num_in_stock = -1")
    refused(shop, "UPDATE stock_records SET num_in_stock = -1, num_allocated = -1")


@pytest.mark.parametrize(("table", "column"), TAKEN)
def test_a_value_that_is_taken_names_its_field(shop, table, column):
    columns = {
        name: name if name == column else f"{name} || 'x'"
        for name in ("isbn", "sku", "name", "slug", "email", "number", "placement_key")
    }
    [problem] = refused(shop, copy(table, columns | {column: column})).errors
    assert (problem.code, problem.field) == (f"uq_{table}_{column}", column)


def copy(table: str, changed: dict[str, str]) -> str:
    """Insert the row of a table once more, with some columns changed."""
    wanted = "column_name <> 'id' AND is_generated = 'NEVER'"
    query = text(
        f"SELECT column_name FROM information_schema.columns WHERE table_name = :table AND {wanted}"
    )
    names = list(db.session.scalars(query, {"table": table}))
    # An ISBN has to stay one, so another valid one takes its place.
    values = [
        f"'{make.isbn()}'" if n == "isbn" and changed[n] != n else changed.get(n, n) for n in names
    ]
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} LIMIT 1"
    )


def test_an_order_has_one_open_payment(shop):
    changed = {"idempotence_key": "'k'", "provider_payment_id": "NULL"}
    [problem] = refused(shop, copy("payments", changed)).errors
    assert problem.code == "uq_payments_open_order_id"


def test_an_account_has_one_default_address(shop):
    [problem] = refused(shop, copy("addresses", {})).errors
    assert problem.code == "uq_addresses_default_user_id"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("UPDATE books SET title = NULL", "title"),
        ("UPDATE books SET publisher_id = 2147483647", "publisher_id"),
        ("DELETE FROM publishers", "publisher_id"),
        ("DELETE FROM contributors", "contributor_id"),
    ],
)
def test_what_is_missing_or_still_needed_names_its_field(shop, change, field):
    [problem] = refused(shop, change).errors
    assert problem.field == field


@pytest.mark.parametrize(
    "change",
    [
        "books SET title = repeat('x', 1001)",
        "books SET list_price = 100000000",
        "books SET pages = 2147483648",
        "books SET created_at = 'yesterday-ish'",
    ],
)
def test_a_value_that_does_not_fit_is_invalid(shop, change):
    with pytest.raises(Invalid) as refusal, shop.catalogue.transaction():
        db.session.execute(text(f"UPDATE {change}"))
    assert str(refusal.value.detail) == ""


def test_a_book_leaves_with_all_that_hangs_on_it_and_the_order_keeps_its_line(shop):
    book_id = db.session.scalar(text("SELECT id FROM books"))
    shop.catalogue.delete(book_id)
    for table in ("stock_records", "images", "renderings", "book_contributors", "book_categories"):
        assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    [kept] = db.session.execute(text("SELECT book_id, title FROM order_lines")).all()
    assert kept.book_id is None
    assert kept.title


def test_an_order_is_shipped_once(shop):
    order_id = db.session.scalar(text("SELECT id FROM orders"))
    make.save(Shipment(order_id=order_id, carrier="Post"))
    [problem] = refused(shop, copy("shipments", {})).errors
    assert problem.field == "order_id"
