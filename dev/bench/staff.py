"""``python -m dev.bench.staff``: pages of staff at a large shop, in milliseconds of server time.

DATABASE_URL names a shop that `dev.bench.large_shop` has filled, REDIS_URL a Redis; the shop is
migrated if it is not. Each address is asked again and again, once before the clock runs. What
stands beside the times is how many times longer than the page of one's own account each takes,
which has next to nothing to do: that compares machines, and busy hours of one machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import flask_migrate
from flask import Flask
from flask_login import FlaskLoginClient
from sqlalchemy import text

from dev.bench.measuring import heard
from dev.bench.shops import configuration
from dev.problems import Problem, told_plainly
from shop.app import create_app
from shop.extensions import db
from shop.models import RoleCode
from shop.web.services import services

NEXT_TO_NOTHING = "/account/profile"
REPORTS = {
    "report in time, this month": "/admin/reports?period=month",
    "report in time, this year": "/admin/reports?period=year",
    **{
        f"report by {by}, {period}": f"/admin/reports/{by}?period={period}"
        for by in ("books", "authors", "categories", "publishers", "shipping")
        for period in ("month", "year")
    },
    "report of VAT, month": "/admin/reports/vat?period=month",
    "report of VAT, year": "/admin/reports/vat?period=year",
    "stock value by category": "/admin/reports/stock-value",
    "stock value by publisher": "/admin/reports/stock-value?by=publishers",
    "slow movers, 90 days": "/admin/reports/slow?days=90",
    "slow movers, a year": "/admin/reports/slow?days=365",
}
PAGES = {
    "home": "/admin",
    "parts and jobs": "/admin/jobs",
    "orders": "/admin/orders",
    "orders, paid": "/admin/orders?state=paid",
    "orders, delivered": "/admin/orders?state=delivered",
    "orders, a page far on": "/admin/orders?page=150",
    "orders by a part of an e-mail": "/admin/orders?q=reader-1234",
    "order": "/admin/orders/{number}",
    "books": "/admin/books",
    "books, a page far on": "/admin/books?page=40",
    "books by words": "/admin/books?q=tolstoy",
    "books by ISBN": "/admin/books?q={isbn}",
    "books on sale": "/admin/books?status__eq=on_sale",
    "drafts": "/admin/books?status__eq=draft",
    "books by price": "/admin/books?order_by=-price",
    "books by title": "/admin/books?order_by=title",
    "books by change": "/admin/books?order_by=-updated_at",
    "books of a category": "/admin/books?category={category}",
    "books by a part of an author's name": "/admin/books?author__name__ilike=tolst",
    "books by a part of a publisher's name": "/admin/books?publisher__name__ilike=pr",
    "books, few copies": "/admin/books?stock=low",
    "books, sold out": "/admin/books?stock=sold_out",
    "books without a cover": "/admin/books?has_cover=false",
    "books without a description": "/admin/books?has_description=false",
    "books changed since a day": "/admin/books?updated_at__gte={day}",
    "book": "/admin/books/{book}",
    "book's form": "/admin/books/{book}/edit",
    "book's history": "/admin/books/{book}/history",
    "doubles of books": "/admin/books/doubles",
    "pictures without sizes": "/admin/pictures",
    "suppliers' files": "/admin/supplier-files",
    "people": "/admin/users",
    "people by a part of an e-mail": "/admin/users?q=reader-1234",
    "person": "/admin/users/{person}",
    "bulk edits": "/admin/bulk-edits",
    "categories": "/admin/categories",
    "authors": "/admin/authors",
    "authors by a part of a name": "/admin/authors?q=tolst",
    "authors without books": "/admin/authors?unused=true",
    "doubles of authors": "/admin/authors/doubles",
    "author": "/admin/authors/{author}",
    "publishers": "/admin/publishers",
    "doubles of publishers": "/admin/publishers/doubles",
    "series": "/admin/series",
    "texts": "/admin/pages",
    "shelves": "/admin/shelves",
    "ways of shipping": "/admin/shipping",
    "settings": "/admin/settings",
    "roles": "/admin/roles",
    "changes": "/admin/audit",
    "search: part of an e-mail": "/admin/search?q=reader-1234",
    "search: a name that many have": "/admin/search?q=%D0%A1%D0%BE%D0%BA%D0%BE%D0%BB",
    "search: the end of a telephone": "/admin/search?q=1234567",
    "search: a title with a slip": "/admin/search?q=anna%20karenena",
}

# What addresses are of.
THINGS = {
    "book": "SELECT book_id FROM book_sales ORDER BY copies DESC LIMIT 1",
    "isbn": "SELECT isbn FROM books WHERE isbn IS NOT NULL LIMIT 1",
    "category": "SELECT path FROM categories ORDER BY id LIMIT 1",
    "author": "SELECT min(contributor_id) FROM book_contributors",
    "day": "SELECT CURRENT_DATE - 7",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.bench.staff", description=__doc__)
    parser.add_argument("--times", type=int, default=15, metavar="N", help="of each page")
    parser.add_argument("--only", default="", metavar="WORDS", help="pages whose name has them")
    wanted = parser.parse_args()
    with told_plainly(), tempfile.TemporaryDirectory() as folder:
        app = _shop(Path(folder))
        client, known = _admin(app)
        chosen = {n: p for n, p in (PAGES | REPORTS).items() if wanted.only in n}
        _measure(app, client, chosen, known, wanted.times)


def _shop(folder: Path) -> Flask:
    try:
        addresses = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    except KeyError as missing:
        raise Problem(f"{missing.args[0]} is needed: see --help.") from None
    config = configuration(*addresses, folder).model_copy(update={"staff_2fa": False})
    app = create_app(config)
    with app.app_context():
        flask_migrate.upgrade()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE orders, sales_entries, refunds"))
            connection.execute(text("RESET statement_timeout"))
    return app


def _admin(app: Flask) -> tuple[FlaskLoginClient, Mapping[str, object]]:
    """An administrator with a browser, and things whose pages are asked for."""
    email = "bench-admin@example.org"
    with app.app_context():
        with services.accounts.transaction():
            person = services.accounts.users.by_email(email)
        person = person or services.accounts.register(
            email, "lantern over quiet water", role=RoleCode.ADMIN
        )
        session = services.sessions.open(person, "127.0.0.1", "the bench")
        order = "SELECT number, user_id FROM orders WHERE user_id IS NOT NULL ORDER BY id DESC"
        number, reader = db.session.execute(text(f"{order} LIMIT 1")).one()
        known = {name: db.session.scalar(text(query)) for name, query in THINGS.items()}
        db.session.remove()
    person.session_id = session
    client = FlaskLoginClient(app, app.response_class, use_cookies=True, user=person)
    return client, known | {"number": number, "person": reader}


def _measure(
    app: Flask,
    client: FlaskLoginClient,
    pages: Mapping[str, str],
    known: Mapping[str, object],
    times: int,
) -> None:
    """A line for each as it is known: all of them take minutes."""
    plain, _ = _median(app, client, NEXT_TO_NOTHING, times)
    print("| staff page | median, ms | times a page with nothing on it | SQL statements |")
    print("| --- | ---: | ---: | ---: |")
    for name, path in pages.items():
        median, statements = _median(app, client, path.format(**known), times)
        print(f"| {name} | {median:.0f} | {median / plain:.1f} | {statements} |", flush=True)
    print(f"\nThe page with nothing on it takes {plain:.1f} ms.")


def _median(app: Flask, client: FlaskLoginClient, path: str, times: int) -> tuple[float, int]:
    taken = []
    with heard(app) as statements:
        for _ in range(times + 1):
            statements.clear()
            began = time.perf_counter()
            answer = client.get(path)
            answer.get_data()
            taken.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise Problem(f"{path} answered {answer.status_code}.")
    return statistics.median(taken[1:]), len(statements)


if __name__ == "__main__":
    main()
