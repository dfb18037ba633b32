"""The pages that lead to books."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from shop.config import Locale
from shop.models import Category, Contributor, Publisher, Series
from shop.web.assets import asset
from shop.web.formats import localised
from shop.web.front import front
from shop.web.locales import current
from shop.web.services import config
from shop.web.structured.nodes import Crumb, Node, crumbs, graph, node, shop_id
from shop.web.urls import absolute, author_url, category_url, publisher_url, series_url


def home_graph() -> Node:
    """The shop itself, and how it is searched."""
    return graph(_website(), _shop())


def list_graph(heading: str) -> Node:
    return graph(crumbs((str(heading), None)))


def series_graph(series: Series) -> Node:
    address = absolute(series_url(series))
    about = node("BookSeries", id=f"{address}#series", name=series.name, url=address)
    return graph(about, crumbs((series.name, None)))


def publisher_graph(publisher: Publisher) -> Node:
    address = absolute(publisher_url(publisher))
    about = node("Organization", id=f"{address}#publisher", name=publisher.name, url=address)
    return graph(about, crumbs((publisher.name, None)))


def catalogue_graph(trail: Sequence[Category] = (), author: Contributor | None = None) -> Node:
    """An author with their page, or the way to a category; else all books."""
    if author is not None:
        name = author.name_in(current())
        address = absolute(author_url(author))
        person = node("Person", id=f"{address}#author", name=name, url=address)
        return graph(person, crumbs((name, None)))
    above: list[Crumb] = [(localised(each), category_url(each)) for each in trail[:-1]]
    here: list[Crumb] = [(localised(each), None) for each in trail[-1:]]
    return graph(crumbs(*above, *here))


def _website() -> Node:
    address = absolute(url_for("home.index"))
    # Not through url_for: the braces are a program's to fill in.
    found = f"{absolute(url_for('catalogue.index'))}?q={{search_term_string}}"
    search = node("SearchAction", target=node("EntryPoint", urlTemplate=found))
    return node(
        "WebSite",
        id=f"{address}#website",
        url=address,
        name=config.seller_name,
        inLanguage=[str(locale) for locale in Locale],
        publisher={"@id": shop_id()},
        # A notation of schema.org's for actions, beside its properties.
        potentialAction={**search, "query-input": "required name=search_term_string"},
    )


def _shop() -> Node:
    contacts = front().contacts
    return node(
        "BookStore",
        id=shop_id(),
        name=config.seller_name,
        legalName=config.seller_legal_name,
        url=absolute("/"),
        logo=absolute(asset("icons/icon-512.png")),
        image=absolute(asset("icons/icon-512.png")),
        email=contacts.email,
        telephone=contacts.phone,
        address=config.seller_address,
        currenciesAccepted="RUB",
    )
