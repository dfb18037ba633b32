"""How often somebody may ask: who is counted together, what they are told, what is not counted."""

import re

import pyotp
import pytest
from redis import Redis

from tests import factories, markup
from tests.visitor import HTMX, Visitor

# Whatever a program is told with every answer.
FIELDS = ("RateLimit", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining")


@pytest.fixture
def small(other_shop):
    """`small(**limits)` is a shop of few requests a minute."""

    def make(**changes):
        limits = {"reading_limit": "2 per minute"} | changes
        return other_shop(**limits)

    return make


@pytest.fixture
def age(redis_url):
    """`age(seconds)` lets so much time go by for all that was counted."""

    def make(seconds: float) -> None:
        with Redis.from_url(redis_url, decode_responses=True) as store:
            for key in store.scan_iter("limit:*"):
                counted = [float(each) - seconds for each in store.lrange(key, 0, -1)]
                store.delete(key)
                store.rpush(key, *counted)

    return make


def codes(visitor, path, number, **options):
    return [visitor.get(path, **options).status_code for _ in range(number)]


def from_address(address, **headers):
    return {"environ_overrides": {"REMOTE_ADDR": address}, "headers": headers}


def test_a_page_says_when_to_come_again(small):
    visitor = Visitor(small())
    assert codes(visitor, "/terms", 2) == [200, 200]
    answer = visitor.get("/terms")
    assert answer.status_code == 429
    main = markup.page(answer).find("body/main")
    seconds = int(re.search(r"Try again in (\d+) seconds?\.", markup.text(main))[1])
    assert 0 < seconds <= 60
    assert answer.headers["Retry-After"] == str(seconds)
    assert answer.headers["Cache-Control"] == "no-store"


def test_htmx_is_told_where_notices_are(small):
    visitor = Visitor(small())
    codes(visitor, "/terms", 2)
    answer = visitor.get("/terms", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (429, "#notices")
    assert f"Try again in {answer.headers['Retry-After']} second" in answer.text
    assert len(markup.parse(answer.text)) == 1


def test_russians_are_told_in_russian(small):
    visitor = Visitor(small(reading_limit="1 per 21 seconds"))
    codes(visitor, "/ru/terms", 1)
    told = markup.text(markup.page(visitor.get("/ru/terms")))
    assert re.search(r"Попробуйте снова через (21 секунду|20 секунд)\.", told)


def test_a_long_wait_is_told_in_minutes(small):
    visitor = Visitor(small(reading_limit="1 per hour"))
    codes(visitor, "/terms", 1)
    answer = visitor.get("/terms")
    assert "Try again in 60 minutes." in markup.text(markup.page(answer))
    assert 3590 < int(answer.headers["Retry-After"]) <= 3600


def test_the_seconds_are_those_that_are_truly_left(small, age):
    """Not the whole window: when the first request leaves it, one more has its place."""
    visitor = Visitor(small())
    codes(visitor, "/terms", 1)
    age(45)
    codes(visitor, "/terms", 1)
    seconds = int(visitor.get("/terms").headers["Retry-After"])
    assert 0 < seconds <= 15
    age(seconds)
    assert codes(visitor, "/terms", 2) == [200, 429]


def test_of_several_limits_each_holds(small, age):
    visitor = Visitor(small(reading_limit="1 per second; 2 per minute"))
    assert codes(visitor, "/terms", 1) == [200]
    age(1)
    assert codes(visitor, "/terms", 1) == [200]
    age(1)
    answer = visitor.get("/terms")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 50


def test_each_class_is_counted_for_itself(small, backstage):
    visitor, book = Visitor(small()), backstage.book()
    assert codes(visitor, "/terms", 3)[-1] == 429
    assert codes(visitor, f"/books/{book.slug}-{book.id}", 1) == [429]
    assert codes(visitor, "/books", 3) == [200] * 3
    assert codes(visitor, "/api/v1/books", 3) == [200] * 3


def test_what_is_not_there_and_what_is_for_machines_is_not_counted(small):
    visitor = Visitor(small())
    for path in ("/healthz", "/media/none.webp", "/static/none.css", "/nowhere"):
        assert 429 not in codes(visitor, path, 5)
    webhook = "/api/v1/payments/yookassa/webhook"
    strict = Visitor(small(api_writing_limit="1 per hour", changing_limit="1 per hour"))
    assert {strict.client.post(webhook, json={}).status_code for _ in range(3)} == {400}
    assert codes(visitor, "/terms", 1) == [200]


def test_a_person_is_counted_wherever_they_are_and_not_with_their_neighbours(small, backstage):
    shop = small()
    anna, boris = Visitor(shop, backstage.user()), Visitor(shop, backstage.user())
    assert codes(anna, "/terms", 1) == [200]
    assert codes(anna, "/terms", 2, **from_address("198.51.100.7")) == [200, 429]
    # Boris and a guest sit in the same office.
    assert codes(boris, "/terms", 2) == [200, 200]
    assert codes(Visitor(shop), "/terms", 3) == [200, 200, 429]


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("198.51.100.7", "198.51.100.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7:40001", "198.51.100.7:40002", True),
        ("[2001:db8:1:2::1]:40001", "2001:db8:1:2::2", True),
        ("unix:one", "unix:two", False),
    ],
)
def test_addresses_of_one_household_are_counted_together(small, first, second, together):
    visitor = Visitor(small(reading_limit="1 per minute"))
    assert codes(visitor, "/terms", 1, **from_address(first)) == [200]
    expected = 429 if together else 200
    assert codes(visitor, "/terms", 1, **from_address(second)) == [expected]


def test_without_a_proxy_nobody_says_where_they_come_from(small):
    visitor = Visitor(small())
    forged = [
        visitor.get("/terms", headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(3)
    ]
    assert [answer.status_code for answer in forged] == [200, 200, 429]


@pytest.mark.parametrize("proxies", [1, 2])
def test_behind_proxies_what_the_outermost_of_them_says_counts(small, proxies):
    """Each proxy adds at the right whom it was asked by: what stands left of that is hearsay."""
    visitor = Visitor(small(trusted_proxies=proxies))
    inner = ["10.0.0.1"] * (proxies - 1)

    def ask(*chain: str) -> int:
        return visitor.get(
            "/terms", headers={"X-Forwarded-For": ", ".join([*chain, *inner])}
        ).status_code

    forged = [ask(f"203.0.113.{n}", "198.51.100.7") for n in range(3)]
    assert forged == [200, 200, 429]
    assert ask("198.51.100.7", "198.51.100.8") == 200


def test_pages_do_not_tell_how_often_somebody_came(small):
    visitor = Visitor(small())
    for answer in [visitor.get("/terms") for _ in range(3)]:
        assert not [name for name, _ in answer.headers if name.startswith("RateLimit")]
        assert ("Retry-After" in answer.headers) == (answer.status_code == 429)


def test_what_is_sent_too_often_is_not_even_looked_at(small):
    visitor = Visitor(small(changing_limit="1 per minute"))
    assert visitor.send("/cart/items", {"book_id": "1"}).status_code == 400
    assert visitor.send("/cart/items", {"book_id": "1"}).status_code == 429


def test_a_guess_counts_for_the_address_whoever_is_logged_in(small, backstage):
    """Else each new account would be six guesses more."""
    shop = small(login_limit="2 per minute", reading_limit="9 per minute")
    answers = [
        Visitor(shop, backstage.user()).post("/login", {"email": f"{n}@example.org"})
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 429]


def test_codes_are_guessed_at_one_account_wherever_the_browser_is(small, backstage):
    """Who has stolen a password would else guess six codes a minute from each of a thousand
    addresses."""
    with backstage.services() as services:
        user, secret = factories.user(services), services.second_factor.new_secret()
        services.second_factor.turn_on(user, factories.PASSWORD, secret, pyotp.TOTP(secret).now())
    visitor = Visitor(small(login_limit="2 per minute", reading_limit="9 per minute"))
    visitor.post("/login", {"email": user.email, "password": factories.PASSWORD})
    answers = [
        visitor.post("/login/code", {"code": "000000"}, **from_address(f"198.51.100.{n}"))
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 429]


def test_guesses_at_an_account_count_together_however_it_is_written(small, backstage):
    with backstage.services() as services:
        factories.user(services, email="anna@example.org")
    shop = small(login_limit="2 per minute", reading_limit="9 per minute")
    answers = [
        Visitor(shop).post("/login", {"email": written}, **from_address(f"198.51.100.{n}"))
        for n, written in enumerate(["anna@example.org", " Anna@EXAMPLE.org", "ANNA@example.org "])
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
