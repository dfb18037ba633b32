"""Static files: an address for each content, kept for ever and sent small."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest
from werkzeug.test import Client

from shop.web import assets
from shop.web.assets.building import OLD, build, drop_old, ready
from shop.web.assets.compression import QUICK
from shop.web.assets.shown import Shown
from shop.web.assets.static_files import StaticFiles

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate"
HASHED = re.compile(r"/static/[\w/.-]+\.[0-9a-f]{12}\.\w+")
ROOT = Path(__file__).resolve().parents[2]


def nobody(environ, start_response):
    start_response("404 Not Found", [])
    return []


class Version:
    """A version of the shop's static files, as one of its processes shows them."""

    def __init__(self, folder: Path, built: Path, *, watching: bool = False) -> None:
        self.folder = folder
        self.shown = Shown(folder, built, watching=watching)
        self.client = Client(StaticFiles(nobody, self.shown))

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def build(self) -> None:
        build(self.folder, self.shown.built, QUICK)

    def address(self, name: str) -> str:
        return f"/static/{self.shown.now().names[name]}"

    def get(self, address: str, **headers: str):
        return self.client.get(address, headers=headers, buffered=True)


@pytest.fixture
def old(tmp_path) -> Version:
    version = Version(tmp_path / "old", tmp_path / "old built")
    version.write("css/a.css", "a { color: red }")
    return version


@pytest.fixture
def new(tmp_path) -> Version:
    version = Version(tmp_path / "new", tmp_path / "new built")
    version.write("css/a.css", "a { color: tan }")
    return version


def test_every_address_on_a_page_carries_a_hash_and_may_be_kept_for_ever(visitor):
    page = visitor.get("/ru/").text
    named = set(re.findall(r"/static/[^\"'<>\s]+", page))
    assert len(named) > 20
    for address in named:
        assert HASHED.fullmatch(address), address
        answer = visitor.get(address, buffered=True)
        assert answer.headers["Cache-Control"] == FOR_EVER


def test_what_a_stylesheet_refers_to_carries_a_hash_too(app, visitor):
    with app.app_context():
        stylesheet = assets.asset("css/fonts.css")
        font = assets.asset("fonts/literata-latin-400.woff2")
    text = visitor.get(stylesheet, buffered=True).text
    fonts = {urljoin(stylesheet, found) for found in re.findall(r'url\("(.+?)"\)', text)}
    assert font in fonts, "what a page loads ahead is what its stylesheet asks for"
    for address in fonts:
        assert visitor.get(address, buffered=True).headers["Cache-Control"] == FOR_EVER


def test_no_script_loads_another_by_its_plain_name():
    for script in (ROOT / "static/js").glob("*.js"):
        assert not re.search(r"^\s*(import|export)\b.*[\"']\.{1,2}/", script.read_text(), re.M)


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("", None, bytes)],
)
def test_a_browser_gets_the_smallest_that_it_takes(app, visitor, accepted, encoding, unpack):
    with app.app_context():
        address = assets.asset("css/base.css")
    headers = {"Accept-Encoding": accepted}
    answer = visitor.get(address, headers=headers, buffered=True)
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.mimetype == "text/css"
    assert unpack(answer.data) == (ROOT / "static/css/base.css").read_bytes()


def test_a_page_of_another_version_gets_the_present_file_and_nobody_keeps_it(old, new):
    old.build()
    new.build()
    for asked, answering in ((old, new), (new, old)):
        answer = answering.get(asked.address("css/a.css"))
        assert answer.status_code == 200
        assert answer.text == (answering.folder / "css/a.css").read_text()
        assert answer.headers["Cache-Control"] == ASK_AGAIN
        # Of the same size and age, and yet not the same.
        own = asked.get(asked.address("css/a.css"))
        assert answer.headers["ETag"] != own.headers["ETag"]
        again = asked.get(asked.address("css/a.css"), **{"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 200


def test_the_same_file_is_the_same_on_another_host(old, tmp_path):
    shutil.copytree(old.folder, tmp_path / "host")
    os.utime(tmp_path / "host/css/a.css", (1, 1))
    host = Version(tmp_path / "host", tmp_path / "host built")
    known = old.get("/static/css/a.css").headers["ETag"]
    assert host.get("/static/css/a.css", **{"If-None-Match": known}).status_code == 304


@pytest.mark.parametrize("name", ["css/b.css", "css/b.0123456789ab.css", "../config.py", ""])
def test_what_is_not_there_is_not_found(old, name):
    assert old.get(f"/static/{name}").status_code == 404


def test_what_a_deployment_built_is_shown_and_what_it_built_before_stays(old, tmp_path):
    old.build()
    before = old.address("css/a.css")
    assert old.shown.now().folder == tmp_path / "old built/files"
    newer = Version(tmp_path / "newer", tmp_path / "old built")
    newer.write("css/a.css", "a { color: blue }")
    newer.build()
    answer = newer.get(before)
    assert (answer.text, answer.headers["Cache-Control"]) == ("a { color: red }", FOR_EVER)
    assert old.get(before).text == "a { color: red }"


def test_files_are_deleted_a_month_after_they_were_shown_last(old, tmp_path):
    target = tmp_path / "old built"
    old.build()
    first = target / "files" / old.shown.now().names["css/a.css"]
    os.utime(first, (1, 1))  # shown for years, and until this moment
    old.write("css/a.css", "a { color: blue }")
    built = build(old.folder, target, QUICK)
    assert drop_old(built) == 0
    os.utime(first, (1, first.stat().st_mtime - OLD - 1))
    assert drop_old(built) == 1
    assert not first.exists()
    assert ready(old.folder, target) == built


def test_what_was_built_of_other_files_is_not_shown(old):
    old.build()
    old.write("css/a.css", "a { color: blue }")
    assert old.get(old.address("css/a.css")).text == "a { color: blue }"


def test_a_file_is_shown_as_it_is_while_somebody_works_on_it(tmp_path):
    version = Version(tmp_path / "work", tmp_path / "built", watching=True)
    for colour in ("red", "rebeccapurple"):
        version.write("css/a.css", f"a {{ color: {colour} }}")
        address = version.address("css/a.css")
        assert colour in version.get(address).text
        assert version.get(address).headers["Cache-Control"] == FOR_EVER
    assert "rebeccapurple" in version.get("/static/css/a.css").text


def test_a_stylesheet_that_refers_to_nothing_is_told_of_at_once(old, tmp_path):
    old.write("css/a.css", 'a { background: url("../icons/none.svg") }')
    with pytest.raises(KeyError):
        build(old.folder, tmp_path / "built", QUICK)
