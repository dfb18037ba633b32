"""What a browser is called by people, from what it says of itself."""

from __future__ import annotations

import re

from flask import Flask
from flask_babel import gettext

# In this order: most say that they are several.
BROWSERS = {
    "YaBrowser": "Yandex Browser",
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser_name(agent: str) -> str:
    """“Firefox, Linux”; the beginning of what it says where it is none that is known."""
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in agent), None)
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), None)
    if browser is None:
        return re.split(r"[ ;(]", agent)[0][:60] or gettext("An unknown browser")
    return f"{browser}, {system}" if system else browser


def install(app: Flask) -> None:
    app.jinja_env.filters["browser_name"] = browser_name
