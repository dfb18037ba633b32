"""What no browser sends by itself and the internet sends every day: refused, never a 500."""

import pytest

from shop.models import RoleCode
from tests import factories, markup
from tests.visitor import Visitor

LONG = "x" * 10_000
NASTY = {
    "NUL": "a%00b",
    "half a letter": "%D0",
    "bytes that are no text": "%FF%FE%80",
    "overlong": "%C0%AF",
    "lone surrogate": "%ED%A0%80",
    "long": LONG,
    "controls": "%0D%0A%09%1B%7F",
    "quotes": "%27%22%3C%3E%7B%7B7*7%7D%7D%25s",
    "dots": "..%2F..%2Fetc%2Fpasswd",
    "emoji": "%F0%9F%93%9A%E2%80%AE",
    "many digits": "9" * 5000,
}
PATHS = [
    "/{}",
    "/books/{}-1",
    "/books/x-{}",
    "/isbn/{}",
    "/authors/{}-1",
    "/categories/{}",
    "/shelves/{}",
    "/orders/{}",
    "/orders/{}/return",
    "/orders/ABCD-2345?token={}",
    "/books?q={0}&category={0}&author={0}&language={0}&format={0}&series={0}&publisher={0}",
    "/books?price_from={0}&year_to={0}&in_stock={0}&sort={0}&page={0}",
    "/books?{}=1",
    "/checkout?shipping_method={0}&{0}=1",
    "/login?next={}",
    "/media/{}",
    "/static/{}",
    "/dev/mail/{}",
    "/api/v1/books/{}",
    "/api/v1/books?q={0}&title__ilike={0}&{0}=1",
    "/ru/{}",
]
STAFF_PATHS = [
    "/admin/orders?q={0}&state={0}&page={0}",
    "/admin/orders/{}",
    "/admin/books?q={0}&page={0}",
    "/admin/books/{}",
]
FORMS = [
    "/cart/items",
    "/cart/items/1",
    "/checkout",
    "/orders/ABCD-2345/pay",
]


@pytest.mark.parametrize("text", NASTY.values(), ids=list(NASTY))
def test_an_address_is_answered_whatever_stands_in_it(visitor, text):
    for path in PATHS:
        answer = visitor.get(path.format(text), buffered=True)
        assert answer.status_code in (200, 301, 302, 303, 308, 400, 404, 422), path


def test_an_address_with_a_nul_in_it_names_nothing(visitor):
    for path in PATHS:
        if "?" not in path:
            assert visitor.get(path.format("a%00b")).status_code == 404, path


@pytest.mark.parametrize("text", NASTY.values(), ids=list(NASTY))
def test_staff_pages_are_answered_whatever_stands_in_the_address(app, backstage, text):
    clerk = Visitor(app, backstage.user(RoleCode.ADMIN))
    for path in STAFF_PATHS:
        assert clerk.get(path.format(text)).status_code in (200, 400, 404, 422), path


VALUES = ["a\x00b", "\udc80", LONG, "\r\n\t\x1b", "9" * 5000, "🕮\u202e", "{{7*7}}", "NaN"]
FIELDS = (
    *("book_id", "quantity", "email", "password", "next", "phone", "full_name", "city", "street"),
    *("postal_code", "comment", "shipping_method", "checkout_key", "consent", "total_pickup"),
    "consent_words",
)


def typed(value: str) -> dict[str, bytes]:
    return {name: value.encode("utf-8", "surrogateescape") for name in FIELDS}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_answered_whatever_stands_in_it(visitor, backstage, path):
    backstage.shipping()
    book = backstage.book()
    visitor.post("/cart/items", {"book_id": book.id})
    sensible = {"shipping_method": "pickup", "book_id": str(book.id)}
    for value in VALUES:
        for fields in (typed(value), typed(value) | sensible):
            assert visitor.post(path, fields).status_code in (400, 404, 409, 422), value[:20]
    assert backstage.orders() == []


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value[:8]))
def test_nobody_logs_in_with_nonsense(visitor, value):
    assert visitor.post("/login", typed(value)).status_code == 422


@pytest.mark.parametrize("path", [*FORMS, "/login"])
def test_every_field_may_come_many_times(visitor, path):
    fields = {name: ["1", "2", "abc", ""] for name in FIELDS}
    answer = visitor.post(path, {**fields, "csrf_token": visitor.token()})
    assert answer.status_code in (400, 404, 409, 422)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"book_id": 1}'),
        ("application/json", b"{"),
        ("text/plain", b"book_id=1"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nnot a part"),
        ("multipart/form-data; boundary=" + "x" * 500, b""),
        ("application/x-www-form-urlencoded; charset=nonsense", b"book_id=\xff"),
        ("application/x-www-form-urlencoded", b"&&&===&%%%"),
        ("", b"\x00\x01"),
        ("nonsense", b""),
    ],
)
@pytest.mark.parametrize("with_token", [True, False])
def test_a_body_of_another_kind_is_an_empty_form(visitor, content_type, body, with_token):
    token = visitor.token()
    headers = {"X-CSRFToken": token} if with_token else {}
    answer = visitor.send("/cart/items", body, content_type=content_type, headers=headers)
    assert answer.status_code == (422 if with_token else 400)
    markup.page(answer)


def multipart(fields: dict[str, str]) -> bytes:
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return ("".join(parts) + "--x--\r\n").encode()


@pytest.mark.parametrize(
    "fields", [{"note": "x" * 600_000}, {f"field{n}": "1" for n in range(1100)}]
)
def test_a_form_larger_than_any_of_ours_is_too_large(visitor, fields):
    for path in ("/cart/items", "/login", "/checkout"):
        answer = visitor.send(
            path, multipart(fields), content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code == 413
        assert "413" in markup.text(markup.page(answer))


def test_a_body_that_says_it_is_huge_is_not_read(visitor):
    huge = {"CONTENT_LENGTH": str(2**40)}
    for path in ("/cart/items", "/api/v1/payments/yookassa/webhook"):
        answer = visitor.send(path, b"a=1", environ_overrides=huge)
        assert answer.status_code == 413, path


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/books", "POST", {"GET", "HEAD", "OPTIONS"}),
        ("/cart/items", "GET", {"POST", "OPTIONS"}),
        ("/cart", "DELETE", {"GET", "HEAD", "OPTIONS"}),
        ("/login", "PUT", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/logout", "GET", {"POST", "OPTIONS"}),
        ("/healthz", "POST", {"GET", "HEAD", "OPTIONS"}),
        ("/api/v1/shipping-methods", "POST", {"GET", "HEAD", "OPTIONS"}),
        ("/api/v1/payments/yookassa/webhook", "GET", {"POST", "OPTIONS"}),
    ],
)
def test_a_method_that_is_not_there_is_refused_with_those_that_are(visitor, path, method, allowed):
    answer = visitor.client.open(path, method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == allowed
    # The body says the same as the status line.
    if path.startswith("/api"):
        assert answer.get_json()["status"] == 405
        assert answer.mimetype == "application/problem+json"
    else:
        assert "405" in markup.text(markup.page(answer))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_head_and_options_have_no_body(visitor, method):
    answer = visitor.client.open("/books", method=method)
    assert (answer.status_code, answer.data) == (200, b"")


def test_a_method_that_nobody_knows_is_refused(visitor):
    assert visitor.client.open("/books", method="BREW").status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "session=\xff\xfe; cart=\x80"},
        {"Cookie": "session=.eJw; session=x; ;;=;cart"},
        {"Cookie": "a=" + LONG},
        {"Accept-Language": LONG},
        {"Accept-Language": ";;q=,,*;q=abc"},
        {"Host": "elsewhere.example"},
        {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"},
        {"HX-Request": "true", "HX-Target": "<x>", "HX-Current-URL": "\xff"},
        {"If-None-Match": "*", "Range": "bytes=0-1"},
        {"User-Agent": "\xff" * 1000},
    ],
)
def test_headers_may_say_anything(app, headers):
    answer = Visitor(app).get("/books", headers=headers)
    assert answer.status_code == 200
    assert "elsewhere.example" not in answer.text


def test_nobody_chooses_how_addresses_of_pages_are_built(app, backstage):
    """`url_for` takes keywords of its own; a query string must not reach them."""
    backstage.save(*(factories.book() for _ in range(31)))
    clerk = Visitor(app, backstage.user(RoleCode.ADMIN))
    for query in ("_scheme=javascript", "_external=1", "_anchor=x", "endpoint=x", "_method=POST"):
        answer = clerk.get(f"/admin/books?{query}")
        assert answer.status_code == 200, query
        (following,) = [a for a in markup.page(answer).iter("a") if a.get("rel") == "next"]
        assert following.get("href").startswith("/admin/books?")
        assert "page=2" in following.get("href")
