"""One registry of errors, three faces: a page, a fragment, a problem document."""

import io
import json
import logging
import re
import sys

import pytest
from gunicorn.http.errors import InvalidChunkSize

from shop.config import Locale
from shop.errors import Conflict, FieldError, Invalid, NotFound, Stale, Unavailable
from shop.logging import RecordFormatter
from shop.web.access import public
from tests import markup
from tests.visitor import HTMX, Visitor

FIELD = FieldError("title", "Too short.", "short")
RAISED = {
    "not_found": (404, NotFound("There is no such thing.")),
    "invalid": (422, Invalid("Look again.", (FIELD,))),
    "conflict": (409, Conflict("Somebody has it.")),
    "stale": (412, Stale()),
    "unavailable": (503, Unavailable()),
    "error": (500, ZeroDivisionError("the secret of the house")),
}


PAGE, API = "/terms", "/api/v1/books"


@pytest.fixture
def troubled(app, monkeypatch):
    """`troubled(kind)` is a visitor of a shop where one page and one address of the API fail so."""

    def make(kind: str) -> Visitor:
        @public
        def fail() -> None:
            raise RAISED[kind][1]

        for endpoint in ("legal.terms", "api_books.index"):
            monkeypatch.setitem(app.view_functions, endpoint, fail)
        return Visitor(app)

    return make


@pytest.mark.parametrize("kind", RAISED)
def test_a_whole_page_says_what_is_wrong_and_leads_on(troubled, kind):
    answer = troubled(kind).get(PAGE)
    assert answer.status_code == RAISED[kind][0]
    assert answer.headers["Cache-Control"] == "no-store"
    main = markup.page(answer).find("body/main")
    assert str(answer.status_code) in markup.text(main)
    assert markup.text(main.find(".//h1"))
    assert "/" in markup.hrefs(main)
    assert str(RAISED[kind][1].args[0] if kind not in ("stale", "error") else "") in markup.text(
        main
    )


@pytest.mark.parametrize("kind", RAISED)
def test_htmx_puts_it_where_notices_are_and_leaves_the_rest(troubled, kind):
    answer = troubled(kind).get(PAGE, headers=HTMX)
    assert answer.status_code == RAISED[kind][0]
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert answer.headers["Cache-Control"] == "no-store"
    (root,) = markup.parse(answer.text)
    assert "notice" in root.get("class")
    assert "HX-Request" in answer.vary


@pytest.mark.parametrize("kind", RAISED)
def test_the_api_answers_with_a_problem_document(troubled, kind):
    answer = troubled(kind).get(API)
    assert answer.status_code == RAISED[kind][0]
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert set(problem) == {"type", "title", "status", "detail", "code", "errors"}
    assert (problem["status"], problem["code"]) == (answer.status_code, kind)
    assert problem["type"] == f"urn:colophon:problem:{kind}"
    fields = [{"field": "title", "code": "short", "message": "Too short."}]
    assert problem["errors"] == (fields if kind == "invalid" else [])


def test_what_htmx_sends_makes_no_fragment_of_the_api(troubled):
    answer = troubled("not_found").get(API, headers=HTMX)
    assert answer.mimetype == "application/problem+json"
    assert "HX-Retarget" not in answer.headers


@pytest.mark.parametrize("path", [PAGE, API])
def test_who_has_to_wait_is_told_for_how_long(troubled, path):
    for headers in ({}, HTMX):
        assert (
            0 < int(troubled("unavailable").get(path, headers=headers).headers["Retry-After"]) < 60
        )


@pytest.fixture
def written():
    """`written()` is what was logged meanwhile, as the JSON that goes to standard output."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(RecordFormatter("web", "here"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in lines.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("path", [PAGE, API])
def test_a_bug_is_logged_once_with_its_request_and_shown_to_nobody(troubled, written, path):
    answer = troubled("error").get(path)
    assert answer.status_code == 500
    for secret in ("ZeroDivisionError", "Traceback", "secret of the house"):
        assert secret not in answer.text
    (bug,) = [record for record in written() if record["level"] == "ERROR"]
    assert "ZeroDivisionError" in bug["traceback"]
    assert bug["request_id"] == answer.headers["X-Request-Id"]


def test_what_the_shop_refuses_is_no_error_in_the_log(troubled, caplog):
    with caplog.at_level(logging.INFO):
        for kind in ("not_found", "invalid", "conflict", "stale"):
            troubled(kind).get(PAGE)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_request_leaves_one_record_with_its_id_and_without_its_query(visitor, written):
    answer = visitor.get("/books?q=secret")
    (record,) = written()
    assert record["request_id"] == answer.headers["X-Request-Id"]
    assert (record["route"], record["status"]) == ("catalogue.index", 200)
    assert record["message"] == "GET /books: 200"
    assert "secret" not in str(record)


@pytest.mark.parametrize("given", ["abcdefgh", "0123456789abcdef.-_AZ", "x" * 64])
def test_a_sane_request_id_of_a_proxy_of_ours_is_handed_on(other_shop, visitor, given):
    behind, headers = Visitor(other_shop(trusted_proxies=1)), {"X-Request-Id": given}
    assert behind.get("/healthz", headers=headers).headers["X-Request-Id"] == given
    # A stranger has no proxy, and no say in what is written down.
    assert visitor.get("/healthz", headers=headers).headers["X-Request-Id"] != given


@pytest.mark.parametrize(
    "given", [None, "", "short", "x" * 65, "with space", "a;b=c1234", "ünïcödé-id", '"quoted12"']
)
def test_any_other_request_id_is_replaced(other_shop, given):
    visitor = Visitor(other_shop(trusted_proxies=1))
    headers = {} if given is None else {"X-Request-Id": given}
    answers = [visitor.get("/healthz", headers=headers).headers["X-Request-Id"] for _ in range(2)]
    assert given not in answers
    assert len({*answers}) == 2
    assert all(len(each) == 32 for each in answers)


@pytest.mark.parametrize("path", [PAGE, API])
def test_a_body_that_gunicorn_cannot_read_is_refused_and_not_repeated(
    app, monkeypatch, written, path
):
    @public
    def fail() -> None:
        raise InvalidChunkSize(b"anna@example.org")

    for endpoint in ("legal.terms", "api_books.index"):
        monkeypatch.setitem(app.view_functions, endpoint, fail)
    assert Visitor(app).get(path).status_code == 400
    assert "anna" not in json.dumps(written())
    assert {each["level"] for each in written()} == {"INFO"}


@pytest.mark.parametrize("host", ["..", "a" * 64 + ".example", ".example"])
def test_a_host_whose_name_is_none_is_refused_before_anything_is_asked(visitor, written, host):
    secret = "/password/reset/akey?email=anna@example.org&card=4111111111111111"
    answer = visitor.client.get(secret, headers={"Host": host})
    assert answer.status_code == 400
    assert written() == []


def test_a_form_from_an_address_that_is_none_leads_home(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    typed = {"current_password": "mine"}
    answer = Visitor(app).client.post(
        "/login", data=typed, headers={"Referer": "http://[", "Sec-Fetch-Site": "same-origin"}
    )
    assert (answer.status_code, answer.location) == (303, "/")


def test_an_error_that_no_page_can_tell_of_is_written_down_without_its_address(app, written):
    with app.test_request_context("/books/anna-1?email=anna@example.org"):
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            app.log_exception(sys.exc_info())
    (bug,) = written()
    assert bug["message"] == "a bug at /books/<slug>-<int:book_id> that no page could tell of"
    assert "ZeroDivisionError" in bug["traceback"]
    assert "anna" not in json.dumps(bug)


def test_errors_speak_the_language_of_the_address(visitor, other_shop):
    for shown in (
        visitor.get("/ru/nothing"),
        Visitor(other_shop(default_locale=Locale.RU)).get("/x"),
    ):
        tree = markup.page(shown)
        assert tree.get("lang") == "ru"
        assert re.search("[а-я]", markup.text(tree.find(".//h1")))


def test_an_address_that_is_not_there(visitor):
    answer = visitor.get("/nothing")
    assert answer.status_code == 404
    problem = visitor.get("/api/v1/nothing")
    assert (problem.status_code, problem.get_json()["code"]) == (404, "not_found")
    for path in ("/ru/api/v1/books", "/api", "/static/nothing.css", "/static/../shop/config.py"):
        assert visitor.get(path).status_code == 404, path


def test_an_error_page_is_not_for_search_engines(visitor):
    robots = [
        e.get("content")
        for e in markup.page(visitor.get("/nothing")).iter("meta")
        if e.get("name") == "robots"
    ]
    assert robots == ["noindex"]
