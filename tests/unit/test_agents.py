"""A list of one's logins names browsers as people do."""

import pytest
from flask import Flask
from flask_babel import Babel

from shop.web.agents import browser_name

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0 Safari/537.36"
)
EDGE = f"{CHROME.replace('X11; Linux x86_64', 'Windows NT 10.0; Win64; x64')} Edg/142.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Version/18.1 Safari/604"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome, Linux"),
        (EDGE, "Edge, Windows"),
        (IPHONE, "Safari, iPhone"),
        (CHROME.replace("Safari", "YaBrowser/25.10 Safari"), "Yandex Browser, Linux"),
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
            "Firefox, Android",
        ),
        ("stock-scanner/2.1 (shelf 4)", "stock-scanner/2.1"),
        ("<script>alert(1)</script>", "<script>alert"),
    ],
)
def test_a_browser_and_its_system_are_named(agent, name):
    assert browser_name(agent) == name


def test_one_that_says_nothing_is_unknown():
    app = Flask("agents")
    Babel(app)
    with app.app_context():
        assert browser_name("") == "An unknown browser"
