"""The feed of new books, and the shop as a browser's search engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import feedparser
import pytest
from lxml import etree

from tests import factories, markup
from tests.views.every_page import picture

ATOM = "{http://www.w3.org/2005/Atom}"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
# RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry have exactly once, and what at most once.
ONCE = ("id", "title", "updated")
AT_MOST_ONCE = ("subtitle", "icon", "summary", "published", "content", "rights")


@pytest.fixture
def books(backstage):
    author = factories.author("Лев Толстой", name_en="Leo Tolstoy")
    war = backstage.book(
        title="War & <Peace>\x0b",
        authors=[author],
        description="Long.\x00".replace("\x00", "\x1f"),
        images=[picture()],
        created_at=NOON,
        updated_at=NOON,
    )
    emma = backstage.book(
        title="Emma", created_at=NOON - timedelta(days=1), updated_at=NOON - timedelta(days=1)
    )
    return [war, emma]


def feed(visitor, path="/feeds/new.atom", **headers):
    return visitor.get(path, headers=headers)


@pytest.mark.parametrize("prefix", ["", "/ru"])
def test_a_parser_reads_what_is_new_the_latest_first(visitor, books, prefix):
    answer = feed(visitor, f"{prefix}/feeds/new.atom")
    assert answer.mimetype == "application/atom+xml"
    parsed = feedparser.parse(answer.data)
    assert (parsed.bozo, parsed.version) == (False, "atom10")
    assert [entry.title for entry in parsed.entries] == ["War & <Peace>", "Emma"]
    first = parsed.entries[0]
    war = books[0]
    assert first.id == f"http://localhost/books/{war.id}"
    assert first.link == f"http://localhost{prefix}/books/{war.slug}-{war.id}"
    assert [author.name for author in first.authors] == ["Leo Tolstoy"]
    assert first.summary == "Long."
    assert first.published == first.updated == "2026-11-20T12:00:00Z"
    (cover,) = first.enclosures
    assert (cover.type, cover.href) == ("image/jpeg", first.media_thumbnail[0]["url"])


def test_it_has_what_the_rfc_asks_for(visitor, books, backstage):
    for document in (feed(visitor).data, feed(visitor, "/ru/feeds/new.atom").data):
        root = etree.fromstring(document)
        assert root.tag == f"{ATOM}feed"
        entries = root.findall(f"{ATOM}entry")
        for place in (root, *entries):
            for name in ONCE:
                assert len(place.findall(f"{ATOM}{name}")) == 1, name
            for name in AT_MOST_ONCE:
                assert len(place.findall(f"{ATOM}{name}")) <= 1, name
            # An address without a scheme, or a day without a zone, is no id and no date.
            assert place.findtext(f"{ATOM}id").startswith("http://")
            stamp = place.findtext(f"{ATOM}updated")
            assert datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S%z").tzinfo
            kinds = [
                (e.get("rel"), e.get("type"), e.get("hreflang")) for e in place if e.get("href")
            ]
            alternates = [kind for kind in kinds if kind[0] == "alternate"]
            assert len(set(alternates)) == len(alternates) == 1
        # Whoever wrote it: each entry's own, or the feed's.
        assert root.find(f"{ATOM}author") is not None
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(set(ids)) == len(ids) == 2
        assert [e.get("href") for e in root.findall(f"{ATOM}link") if e.get("rel") == "self"]


def test_an_empty_shop_has_an_empty_feed(visitor):
    parsed = feedparser.parse(feed(visitor).data)
    assert (parsed.bozo, parsed.entries) == (False, [])
    assert "Last-Modified" not in feed(visitor).headers


def test_who_asks_again_is_told_that_nothing_is_new(visitor, books, backstage):
    answer = feed(visitor)
    assert answer.headers["Last-Modified"] == format_datetime(NOON, usegmt=True)
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    again = feed(visitor, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert (
        feed(visitor, **{"If-Modified-Since": answer.headers["Last-Modified"]}).status_code == 304
    )
    backstage.book(title="Persuasion")
    assert feed(visitor, **{"If-None-Match": answer.headers["ETag"]}).status_code == 200
    since = answer.headers["Last-Modified"]
    assert feed(visitor, **{"If-Modified-Since": since}).status_code == 200


def test_each_language_has_a_feed_and_a_search_engine_that_its_pages_name(visitor, books):
    for prefix in ("", "/ru"):
        links = list(markup.page(visitor.get(f"{prefix}/")).iter("link"))
        named = {e.get("type"): e.get("href") for e in links if e.get("type")}
        assert named["application/atom+xml"] == f"{prefix}/feeds/new.atom"
        path = named["application/opensearchdescription+xml"]
        assert path == f"{prefix}/opensearch.xml"
        answer = visitor.get(path)
        assert answer.mimetype == "application/opensearchdescription+xml"
        root = etree.fromstring(answer.data)
        space = "{http://a9.com/-/spec/opensearch/1.1/}"
        assert root.tag == f"{space}OpenSearchDescription"
        assert 0 < len(root.findtext(f"{space}ShortName")) <= 16
        assert 0 < len(root.findtext(f"{space}Description")) <= 1024
        assert root.findtext(f"{space}Language") == (prefix[1:] or "en")
        (search,) = [e for e in root.findall(f"{space}Url") if e.get("type") == "text/html"]
        template = search.get("template")
        assert template == f"http://localhost{prefix}/books?q={{searchTerms}}"
        found = visitor.get(template.removeprefix("http://localhost").format(searchTerms="Emma"))
        assert "Emma" in found.text
