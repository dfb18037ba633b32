"""Reports, to the kopeck: held against sums that Python makes of the orders themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, text, update

from dev.bench.many_orders import STEPS
from shop.extensions import db
from shop.models import Book, Order, OrderState, Payment, Refund, SalesEntry
from shop.models.orders import NUMBER_ALPHABET
from shop.repositories.reports import Days, Dimension, Shelving, Span, Unit
from shop.repositories.reports.vat import RATES
from shop.services.order_returns import GivenBack
from shop.services.registry import Services
from tests import factories as make
from tests.rivals import meanwhile, until_blocked

MOSCOW = ZoneInfo("Europe/Moscow")
LAST = datetime.now(MOSCOW).date()
SPAN = Span.of_days(Days(LAST - timedelta(days=399), LAST), MOSCOW)
KOPECK = Decimal("0.01")
MONEY = defaultdict[object, Decimal]


@pytest.fixture
def years(services: Services) -> list[Order]:
    """Three years of orders, of books by nobody, by one and by two, in several categories."""
    services.shipping.seed()
    fiction = make.save(make.category("fiction", name_ru="Проза"))
    poems = make.save(make.category("poems", parent=fiction))
    letters = make.save(make.category("letters", parent=fiction))
    people = [make.author(f"Author {number}") for number in range(3)]
    press = make.publisher("Press")
    for number in range(12):
        book = make.book(
            authors=people[: number % 3],
            publisher=press if number % 4 else None,
            list_price=Decimal("333.33") + number,
            vat_code=(3, 4, 1)[number % 3],
        )
        book.categories = [poems, letters] if number % 2 else [fiction][: number % 3]
        make.save(book)
    given = {"orders": 600, "accounts": 20, "alphabet": NUMBER_ALPHABET, "consent": "1"}
    for _, statement in STEPS:
        used = {key: value for key, value in given.items() if f":{key}" in statement}
        db.session.execute(text(statement), used)
    # One title is not kept any more.
    db.session.execute(delete(Book).where(Book.id == select(Book.id).limit(1).scalar_subquery()))
    db.session.commit()
    query = select(Order).options(*services.orders.orders.loads())
    return list(db.session.scalars(query.order_by(Order.id)).unique())


def sold(orders: list[Order], days: Days) -> list[Order]:
    return [order for order in paid(orders, days) if order.state is not OrderState.CANCELLED]


def added(orders: list[Order], keys_of: dict[object, list[object]], days: Days) -> MONEY:
    """Money that was left, by what each book belongs to; a sum for no copies is nobody's."""
    sums: MONEY = defaultdict(Decimal)
    for sign, group in (
        (1, sold(orders, days)),
        (-1, [o for o, r in sent_back(orders, days) if r]),
    ):
        for order in group:
            for line in order.lines:
                for key in keys_of.get(line.book_id, [None]):
                    sums[key] += sign * line.price * line.quantity
    return defaultdict(Decimal, {key: total for key, total in sums.items() if total})


def paid(orders: list[Order], days: Days) -> list[Order]:
    """Also what was cancelled since."""
    return [o for o in orders if o.paid_at and days.first <= _day(o.paid_at) <= days.last]


def _day(moment: datetime) -> date:
    return moment.astimezone(MOSCOW).date()


def sent_back(
    orders: list[Order], days: Days, *, of_cancelled: bool = False
) -> list[tuple[Order, bool]]:
    """Orders of which money went back in these days, and whether that was all of it."""
    return [
        (order, refund.amount == order.total)
        for order in orders
        if of_cancelled or order.state is not OrderState.CANCELLED
        for payment in order.payments
        for refund in payment.refunds
        if refund.status != "cancelled" and days.first <= _day(refund.created_at) <= days.last
    ]


def keys_by_dimension(services: Services) -> dict[Dimension, dict[object, list[object]]]:
    books = services.catalogue.books.by_ids(db.session.scalars(select(Book.id)))
    above = {
        book.id: {p for c in book.categories for p in paths(c.path)} for book in books.values()
    }
    return {
        Dimension.BOOKS: {key: [str(key)] for key in books},
        Dimension.AUTHORS: {
            key: [str(a.id) for a in book.authors] or [None] for key, book in books.items()
        },
        Dimension.CATEGORIES: {key: list(above[key]) or [None] for key in books},
        Dimension.PUBLISHERS: {
            key: [str(book.publisher_id) if book.publisher_id else None]
            for key, book in books.items()
        },
    }


def paths(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]


def test_rankings_are_exact_and_their_totals_count_everything_once(services, years):
    for by, keys_of in keys_by_dimension(services).items():
        now, before = (added(years, keys_of, days) for days in (SPAN.now, SPAN.before))
        rows = {row.key: row for row in services.reports.whole_ranking(by, SPAN, "-net")}
        assert {key: row.net for key, row in rows.items() if row.net} == dict(now), by
        assert {key: row.before for key, row in rows.items() if row.before} == dict(before), by
        shown = services.reports.ranking(by, SPAN, "-net", 1, 5)
        assert [row.net for row in shown.page] == sorted(
            [row.net for row in rows.values()], reverse=True
        )[:5]
        assert shown.page.total == len(rows)
        whole = sold(years, SPAN.now)
        assert shown.total.sales == sum(order.items_total for order in whole), by
        assert shown.total.copies == sum(line.quantity for o in whole for line in o.lines)
        assert shown.total.returned == sum(
            o.items_total for o in whole if o.state is OrderState.RETURNED
        )


def test_a_page_after_the_last_one_is_empty_and_knows_the_total(services, years):
    found = services.reports.ranking(Dimension.BOOKS, SPAN, "name", 9, 50)
    assert (list(found.page), found.page.total > 5, found.total.sales > 0) == ([], True, True)


def test_shipping_methods_are_ranked_by_whole_orders(services, years):
    whole = sold(years, SPAN.now)
    found = services.reports.ranking(Dimension.SHIPPING, SPAN, "-copies", 1, 50)
    assert {row.key: row.copies for row in found.page} == Counter(o.shipping_code for o in whole)
    assert found.total.sales == sum(order.total for order in whole)


@pytest.mark.parametrize("unit", Unit)
def test_periods_come_to_what_was_sold_and_sent_back(services, years, unit):
    periods = services.reports.by_period(unit, SPAN)
    whole, before = sold(years, SPAN.now), sold(years, SPAN.before)
    assert sum(period.orders for period in periods) == len(whole)
    assert sum(period.orders_before for period in periods) == len(before)
    assert sum(period.sales for period in periods) == sum(order.total for order in whole)
    back = [
        refund
        for order in years
        if order.state is not OrderState.CANCELLED
        for payment in order.payments
        for refund in payment.refunds
        if refund.status != "cancelled"
        and SPAN.now.first <= refund.created_at.astimezone(MOSCOW).date() <= SPAN.now.last
    ]
    assert sum(period.refunded for period in periods) == sum(refund.amount for refund in back)
    assert back
    day = date(LAST.year, LAST.month, 1) - timedelta(days=40)
    if unit is Unit.DAY:
        here = next(period for period in periods if period.begins == day)
        assert here.sales == sum(o.total for o in sold(years, Days(day, day)))


def test_the_day_begins_when_it_does_in_moscow(services):
    order = make.order(services)
    midnight = SPAN.begins(LAST)
    for moment, counted in ((midnight, 1), (midnight - timedelta(microseconds=1), 0)):
        db.session.execute(update(Order).values(paid_at=moment, state="paid"))
        db.session.commit()
        [period] = services.reports.by_period(Unit.DAY, Span.of_days(Days(LAST, LAST), MOSCOW))
        assert (period.orders, period.orders_before) == (counted, 1 - counted)
    assert order.total


def test_what_is_cancelled_is_not_sold_nor_is_its_money_sent_back(services):
    order = make.order(services)
    db.session.execute(update(Order).values(paid_at=SPAN.begins(LAST), state="cancelled"))
    refund = Refund(amount=order.total, created_at=SPAN.begins(LAST))
    payment = Payment(order_id=order.id, amount=order.total, status="captured", refunds=[refund])
    make.save(payment)
    [period] = services.reports.by_period(Unit.DAY, Span.of_days(Days(LAST, LAST), MOSCOW))
    assert (period.orders, period.sales, period.refunded) == (0, 0, 0)


def test_vat_is_rounded_for_each_line_of_a_receipt(services, years):
    """Also those of orders that were cancelled since: their receipts are what they are."""
    expected: MONEY = defaultdict(Decimal)
    for order in paid(years, SPAN.now):
        for line in order.lines:
            expected[line.vat_code, False] += vat(line.price * line.quantity, line.vat_code)
        if order.shipping_total:
            expected[11, True] += vat(order.shipping_total, 11)
    rows = services.reports.vat(SPAN)
    assert {(row.vat_code, row.is_shipping): row.vat for row in rows} == dict(expected)
    assert sum(row.sales for row in rows) == sum(o.total for o in paid(years, SPAN.now))
    back = sent_back(years, SPAN.now, of_cancelled=True)
    assert {True, False} == {is_whole for _, is_whole in back}
    assert sum(row.returned for row in rows) == sum(
        order.total if is_whole else 100 for order, is_whole in back
    )


def test_what_went_back_is_taken_off_when_it_did_and_for_what_it_did(services, sandbox):
    anna = make.save(make.staff())
    book = make.save(make.book(stock=9, list_price=Decimal("500.00"), vat_code=3))
    dear = make.save(make.book(stock=9, list_price=Decimal("700.00"), vat_code=4))
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    order = make.paid(services, book, dear, quantity=2, shipping_method="post", **address)
    services.orders.start_packing(order.number, anna)
    services.orders.ship(order.number, anna, "Post", "RA1")
    [line] = [each for each in order.lines if each.book_id == book.id]
    kept = make.paid(services, book)
    services.orders.start_packing(kept.number, anna)
    services.orders.ship(kept.number, anna, "Post", "RA2")
    today = Span.of_days(Days(LAST, LAST), MOSCOW)
    # It was sold long ago, and goes back now.
    db.session.execute(update(Order).values(paid_at=SPAN.begins(LAST) - timedelta(days=30)))
    db.session.commit()

    def back() -> tuple[dict[str | None, Decimal], dict[tuple[int, bool], Decimal], list[Decimal]]:
        ranked = services.reports.whole_ranking(Dimension.BOOKS, today, "name")
        [shipped] = services.reports.whole_ranking(Dimension.SHIPPING, today, "name")
        [period] = services.reports.by_period(Unit.DAY, today)
        rates = {
            (row.vat_code, row.is_shipping): row.returned for row in services.reports.vat(today)
        }
        assert sum(rates.values()) == shipped.returned == period.refunded
        return {row.key: row.returned for row in ranked}, rates, [period.refunded]

    give = services.order_returns
    give.refund_part(order.number, None, anna, "Torn", copies={line.id: 1}, amount=Decimal(30))
    assert back()[:2] == ({str(book.id): 500}, {(3, False): 500, (4, False): 30})
    # A parcel that came back with nothing sent back is sold still.
    give.take_back(kept.number, None, anna, "Lost", restock=False, refund=GivenBack.NOTHING)
    assert back()[0] == {str(book.id): 500}
    give.take_back(order.number, None, anna, "Why", restock=False, refund=GivenBack.ALL)
    books, rates, [all_of_it] = back()
    # The sum was a part of the dearer book's price, which goes back once.
    assert (books, all_of_it) == ({str(book.id): 1000, str(dear.id): 1370}, order.total)
    assert rates == {(3, False): 1000, (4, False): 1400, (11, True): order.shipping_total}


def vat(amount: Decimal, code: int) -> Decimal:
    rate = RATES[code] or 0
    return (amount * rate / (100 + rate)).quantize(KOPECK, ROUND_HALF_UP)


def test_stock_is_worth_what_its_copies_cost(services):
    shelf = make.save(make.category("shelf"))
    dear = make.book(stock=3, list_price=Decimal("100.10"), discount_percent=50)
    dear.categories = [shelf]
    make.save(dear, make.book(stock=0), make.book(stock=2, list_price=Decimal("10.00")))
    page, total = services.reports.stock_value(Shelving.CATEGORIES, "-at_price", 1, 50)
    assert [(row.key, row.at_list, row.at_price) for row in page] == [
        ("shelf", Decimal("300.30"), Decimal("150.15")),
        (None, Decimal("20.00"), Decimal("20.00")),
    ]
    assert (total.titles, total.copies, total.at_list) == (2, 5, Decimal("320.30"))
    assert [row.titles for row in services.reports.whole_stock_value("publishers", "name")] == [2]


def test_slow_movers_were_there_and_nobody_bought_them_since(services):
    long_ago = SPAN.begins(LAST) - timedelta(days=200)
    old, sold_book, sold_out = (
        make.book(stock=stock, created_at=long_ago, list_price=Decimal("10.00"))
        for stock in (4, 5, 0)
    )
    make.save(old, sold_book, sold_out, make.book(stock=5))
    order = make.order(services, old, sold_book)
    since = SPAN.begins(LAST) - timedelta(days=90)
    for paid_at, slow in ((since - timedelta(days=1), {old.id, sold_book.id}), (since, {old.id})):
        db.session.execute(update(Order).values(paid_at=paid_at, state="delivered"))
        first = order.lines[0].id
        db.session.execute(text(f"UPDATE order_lines SET book_id = NULL WHERE id = {first}"))
        db.session.commit()
        for sort in ("-value", "last_sold"):
            found, value = services.reports.slow_movers(since, sort, 1, 50)
            assert {mover.book_id for mover in found} == slow
            assert value == sum(mover.value for mover in found)
    assert [mover.last_sold for mover in services.reports.all_slow_movers(since, "value")] == [None]


def test_months_and_years_are_held_against_the_same_part():
    spans = {
        Span.of_month(Days(date(2026, 3, 1), date(2026, 3, 31)), MOSCOW): (2026, 2, 1, 2026, 2, 28),
        Span.of_month(Days(date(2026, 3, 1), date(2026, 3, 30)), MOSCOW): (2026, 2, 1, 2026, 2, 28),
        Span.of_month(Days(date(2026, 1, 1), date(2026, 1, 9)), MOSCOW): (2025, 12, 1, 2025, 12, 9),
        Span.of_year(Days(date(2024, 1, 1), date(2024, 2, 29)), MOSCOW): (2023, 1, 1, 2023, 2, 28),
        Span.of_days(Days(date(2026, 3, 1), date(2026, 3, 7)), MOSCOW): (2026, 2, 22, 2026, 2, 28),
    }
    for span, expected in spans.items():
        assert span.before == Days(date(*expected[:3]), date(*expected[3:]))


def test_two_changes_of_an_order_at_once_are_both_in_the_ledger(app, services, rival):
    """A refund is promised while the order is cancelled, and is not seen there yet."""
    order = make.order(services)
    db.session.execute(update(Order).values(paid_at=SPAN.begins(LAST), state="paid"))
    payment = make.save(Payment(order_id=order.id, amount=order.total, status="captured"))
    rival.execute(
        "INSERT INTO refunds (payment_id, status, amount, currency, reason, copies,"
        " idempotence_key, created_at) SELECT %s, 'pending', total, 'RUB', '', '[]', 'k', now()"
        " FROM orders WHERE id = %s",
        [payment.id, order.id],
    )

    def cancel() -> None:
        db.session.execute(update(Order).values(state="cancelled"))
        db.session.commit()

    with meanwhile(app, cancel) as ended:
        until_blocked(rival)
        rival.commit()
        ended()
    db.session.rollback()
    entries = db.session.scalars(select(SalesEntry)).all()
    assert {entry.is_cancelled for entry in entries} == {True}
    assert sum(-e.kopecks if e.is_return else e.kopecks for e in entries) == 0
    assert {entry.is_return for entry in entries} == {True, False}
