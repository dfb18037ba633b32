"""The sitemap: complete, in parts, in both languages, and as its schema says."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from dev.page_checkers import SITEMAP_XSD
from shop.repositories import sitemap
from shop.views.sitemap import PIECE
from tests import factories

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
# The schema of sitemaps.org lets in whatever another one declares. This is what Google says of
# the links to other languages:
# https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap
LINK_XSD = """<?xml version="1.0"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"
            targetNamespace="http://www.w3.org/1999/xhtml" elementFormDefault="qualified">
  <xsd:element name="link"><xsd:complexType>
    <xsd:attribute name="rel" use="required" fixed="alternate" type="xsd:string"/>
    <xsd:attribute name="hreflang" use="required" type="xsd:language"/>
    <xsd:attribute name="href" use="required" type="xsd:anyURI"/>
  </xsd:complexType></xsd:element>
</xsd:schema>
"""
BOTH_XSD = """<?xml version="1.0"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <xsd:import namespace="http://www.sitemaps.org/schemas/sitemap/0.9" schemaLocation="{}"/>
  <xsd:import namespace="http://www.w3.org/1999/xhtml" schemaLocation="link.xsd"/>
</xsd:schema>
"""
MOST_URLS, MOST_BYTES = 50_000, 50 * 2**20


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The one of sitemaps.org, as npm's `sitemap` brings it, with the links."""
    folder: Path = tmp_path_factory.mktemp("schema")
    (folder / "link.xsd").write_text(LINK_XSD)
    (folder / "both.xsd").write_text(BOTH_XSD.format(SITEMAP_XSD.as_uri()))
    return etree.XMLSchema(etree.parse(folder / "both.xsd"))


@pytest.fixture
def shop(backstage):
    """One of everything that has a page, and of what has none because it is empty."""
    author = factories.author("Лев Толстой")
    prose = backstage.save(factories.category("prose"))
    book = backstage.book(
        authors=[author],
        categories=[factories.category("novels", prose)],
        publisher=factories.publisher(),
        series=factories.series(),
        slug="a&b",
    )
    shelf = backstage.save(factories.shelf(book))
    backstage.save(factories.publisher(), factories.series(), factories.author())
    return {
        f"/books/a&b-{book.id}",
        f"/authors/{author.slug}-{author.id}",
        f"/series/{book.series.slug}-{book.series.id}",
        f"/publishers/{book.publisher.slug}-{book.publisher.id}",
        f"/shelves/{shelf.slug}",
        *("/categories/prose", "/categories/prose/novels"),
        *("/", "/books", "/new", "/bestsellers", "/discounted", "/coming"),
        *("/terms", "/privacy", "/seller"),
    }


def files(visitor) -> list[str]:
    answer = visitor.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    index = etree.fromstring(answer.data)
    assert index.tag == f"{SITEMAP}sitemapindex"
    # The protocol's own rules: nothing but `sitemap`, each with one absolute `loc` of this host.
    for entry in index:
        assert [child.tag for child in entry] == [f"{SITEMAP}loc"]
        assert entry.tag == f"{SITEMAP}sitemap"
    return [loc.text.removeprefix("http://localhost") for loc in index.iter(f"{SITEMAP}loc")]


def urls(visitor, path) -> list[etree._Element]:
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    return etree.fromstring(answer.data).findall(f"{SITEMAP}url")


def test_every_page_is_named_once_in_each_language_and_leads_there(visitor, shop):
    found = [
        url.findtext(f"{SITEMAP}loc") for path in files(visitor) for url in urls(visitor, path)
    ]
    assert len(found) == len(set(found))
    paths = [address.removeprefix("http://localhost") for address in found]
    assert sorted(paths) == sorted(prefix + path for path in shop for prefix in ("", "/ru"))
    assert all(visitor.get(path).status_code == 200 for path in paths)


def test_each_address_names_itself_in_the_other_language(visitor, shop):
    for path in files(visitor):
        for url in urls(visitor, path):
            links = {e.get("hreflang"): e.get("href") for e in url.findall(f"{XHTML}link")}
            assert set(links) == {"en", "ru", "x-default"}
            assert links["x-default"] == links["en"]
            assert url.findtext(f"{SITEMAP}loc") in (links["en"], links["ru"])


def test_a_page_says_of_itself_what_the_sitemap_says(visitor, shop):
    for path in files(visitor):
        for url in urls(visitor, path):
            loc = url.findtext(f"{SITEMAP}loc")
            page = etree.HTML(visitor.get(loc.removeprefix("http://localhost")).text)
            told = {
                e.get("hreflang"): e.get("href") for e in page.iter("link") if e.get("hreflang")
            }
            assert told == {e.get("hreflang"): e.get("href") for e in url.findall(f"{XHTML}link")}
            canonical = [e.get("href") for e in page.iter("link") if e.get("rel") == "canonical"]
            if not loc.endswith(("terms", "privacy", "seller")):
                assert canonical == [loc]


def test_the_files_are_as_their_schema_says(visitor, shop, schema):
    for path in files(visitor):
        schema.assertValid(etree.fromstring(visitor.get(path).data))


@pytest.mark.parametrize(
    "wrong",
    [
        "<url><loc>http://localhost/a-book</loc><lastmod>yesterday</lastmod></url>",
        "<url><lastmod>2026-11-25</lastmod></url>",
        "",
        '<url><loc>http://localhost/a-book</loc><x:link rel="alternate" href="/a"/></url>',
    ],
)
def test_the_schema_would_say_so(schema, wrong):
    text = f'<urlset xmlns="{SITEMAP[1:-1]}" xmlns:x="{XHTML[1:-1]}">{wrong}</urlset>'
    assert not schema.validate(etree.fromstring(text))


def test_many_books_are_in_several_files_and_each_stays_in_its_own(visitor, backstage, monkeypatch):
    monkeypatch.setattr(sitemap, "PART", 10)
    ids = [backstage.book().id for _ in range(25)]
    parts = [path for path in files(visitor) if path.startswith("/sitemaps/books-")]
    assert parts == [f"/sitemaps/books-{n}.xml" for n in sorted({(i - 1) // 10 + 1 for i in ids})]
    named = []
    for path in parts:
        found = urls(visitor, path)
        assert len(found) <= 20
        named += [int(url.findtext(f"{SITEMAP}loc").rpartition("-")[2]) for url in found]
    assert sorted(named) == sorted(ids * 2)


def test_a_file_holds_no_more_than_the_protocol_allows():
    languages, longest = 2, 700
    assert sitemap.PART * languages <= MOST_URLS
    assert sitemap.PART * languages * longest < MOST_BYTES
    assert PIECE < MOST_URLS


def test_a_book_tells_when_it_was_changed(visitor, backstage):
    book = backstage.book()
    (path,) = [path for path in files(visitor) if "books" in path]
    for url in urls(visitor, path):
        assert url.findtext(f"{SITEMAP}lastmod") == book.updated_at.date().isoformat()


@pytest.mark.parametrize(
    "path",
    [
        *("books-1", "books-0", "books-2147483648", "books-99999999999999999999"),
        *("nothing-1", "books", "books-x", "books--1"),
    ],
)
def test_a_file_that_is_not_there_is_not_found(visitor, path):
    assert visitor.get(f"/sitemaps/{path}.xml").status_code == 404
