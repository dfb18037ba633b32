"""The payment page, with a client that runs no JavaScript."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
import requests

from dev.yookassa_sandbox.testing import DEADLINE

RETURN = "https://shop.example/return"


class Forms(HTMLParser):
    """The forms of a page by id: method and address. `buttons` counts what can be pressed."""

    def __init__(self, page):
        super().__init__()
        self.found = {}
        self.buttons = 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.found[values["id"]] = (values["method"], values["action"])
        self.buttons += tag == "button"


@pytest.fixture
def visit():
    """GET without following."""
    with requests.Session() as browser:
        yield lambda url, **headers: browser.get(url, headers=headers, timeout=DEADLINE)


def submit(page_url, form):
    method, action = form
    return requests.request(
        method, urljoin(page_url, action), timeout=DEADLINE, allow_redirects=False
    )


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("succeed", "waiting_for_capture"),
        ("decline", "canceled"),
        ("fail-3ds", "canceled"),
        ("leave", "pending"),
    ],
)
def test_each_form_ends_the_payment_its_way_and_leads_back(http, visit, outcome, status):
    payment = http.create()
    url = payment["confirmation"]["confirmation_url"]
    forms = Forms(visit(url).text)
    assert list(forms.found) == ["succeed", "decline", "fail-3ds", "leave"]
    assert forms.buttons == 4

    answer = submit(url, forms.found[outcome])
    assert (answer.status_code, answer.headers["Location"]) == (303, RETURN)
    assert http.get(f"/payments/{payment['id']}").json()["status"] == status


def test_the_page_says_what_is_paid_for(http, visit):
    payment = http.create(
        amount={"value": "12345.60", "currency": "RUB"}, description="Order <b>7</b>"
    )
    page = visit(payment["confirmation"]["confirmation_url"]).text
    assert "12\N{NO-BREAK SPACE}345,60\N{NO-BREAK SPACE}₽" in page
    assert "Order &lt;b&gt;7&lt;/b&gt;" in page
    assert 'data-payment-status="pending"' in page


def test_a_second_press_changes_nothing_and_shows_what_became_of_it(http, visit):
    payment = http.create()
    url = payment["confirmation"]["confirmation_url"]
    http.press(payment, "decline")
    again = requests.post(f"{url}/succeed", timeout=DEADLINE)
    assert again.url == url
    assert 'data-payment-status="canceled"' in again.text
    assert "insufficient_funds" in again.text
    assert Forms(again.text).found == {}
    assert f'href="{RETURN}"' in again.text
    assert http.get(f"/payments/{payment['id']}").json()["status"] == "canceled"


def test_it_speaks_the_language_of_the_browser_or_the_one_the_shop_asked_for(http, visit):
    url = http.create()["confirmation"]["confirmation_url"]
    assert '<html lang="en">' in visit(url).text
    assert "Оплатить" in visit(url, **{"Accept-Language": "ru-RU,ru;q=0.9"}).text
    confirmation = {"type": "redirect", "return_url": RETURN, "locale": "ru_RU"}
    url = http.create("other", confirmation=confirmation)["confirmation"]["confirmation_url"]
    assert '<html lang="ru">' in visit(url, **{"Accept-Language": "en"}).text


def test_it_loads_its_own_style_and_nothing_foreign(http, visit):
    url = http.create()["confirmation"]["confirmation_url"]
    page = visit(url)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text
    assert visit(f"{http.sandbox.url}/look/sandbox.css").status_code == 200


def test_an_unknown_payment_or_outcome_is_404(http, visit):
    url = http.create()["confirmation"]["confirmation_url"]
    assert visit(f"{http.sandbox.url}/checkout/none").status_code == 404
    assert requests.post(f"{http.sandbox.url}/checkout/none/succeed", timeout=10).status_code == 404
    assert requests.post(f"{url}/steal", timeout=DEADLINE).status_code == 404


def test_the_public_address_is_used_where_there_is_one(running):
    with running(public_url="https://pay.example/") as http:
        url = http.create()["confirmation"]["confirmation_url"]
    assert url.startswith("https://pay.example/checkout/")
