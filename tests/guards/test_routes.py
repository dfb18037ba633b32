"""Every route and who may come there. A new one is written down here, or this fails."""

import re

import pytest
from flask import Flask

from shop.extensions import csrf
from shop.web.access import rule_of
from tests.visitor import Visitor

RULES = {
    # The shop.
    "GET /": "public",
    "GET /books": "public",
    "GET /books/<slug>-<int:book_id>": "public",
    "GET /books/facets/<any(author, publisher):name>": "public",
    "GET /isbn/<isbn>": "public",
    "GET /authors/<slug>-<int:author_id>": "public",
    "GET /categories/<path:path>": "public",
    "GET /shelves/<slug>": "public",
    "GET /publishers/<slug>-<int:publisher_id>": "public",
    "GET /series/<slug>-<int:series_id>": "public",
    "GET /new": "public",
    "GET /coming": "public",
    "GET /discounted": "public",
    "GET /bestsellers": "public",
    "GET /recently-viewed": "public",
    "GET /search/suggest": "public",
    "GET /cart": "public",
    "POST /cart/items": "public",
    "POST /cart/items/<int:book_id>": "public",
    "POST /cart/items/<int:book_id>/restore": "public",
    "GET /checkout": "public",
    "POST /checkout": "public",
    "GET /privacy": "public",
    "GET /terms": "public",
    "GET /seller": "public",
    # Orders: their customer's, or whoever has the link.
    "GET /orders/<number>": "owner",
    "GET /orders/<number>/return": "owner",
    "POST /orders/<number>/pay": "owner",
    # Accounts.
    "GET /login": "public",
    "POST /login": "public",
    "POST /logout": "public",
    "GET /account": "signed in",
    # Address books; the service looks at whose an address is.
    "GET /account/addresses": "signed in",
    "POST /account/addresses": "signed in",
    "GET /account/addresses/new": "signed in",
    "GET /account/addresses/<int:address_id>": "signed in",
    "POST /account/addresses/<int:address_id>": "signed in",
    "POST /account/addresses/<int:address_id>/default": "signed in",
    "POST /account/addresses/<int:address_id>/delete": "signed in",
    "GET /login/code": "public",
    "POST /login/code": "public",
    "GET /register": "public",
    "POST /register": "public",
    "GET /register/written": "public",
    "GET /account/confirm": "public",
    "POST /account/confirm": "public",
    "POST /account/confirm/again": "signed in",
    "GET /password/forgotten": "public",
    "POST /password/forgotten": "public",
    "GET /password/asked": "public",
    "GET /password/reset": "public",
    "POST /password/reset": "public",
    "GET /account/profile": "signed in",
    "POST /account/profile": "signed in",
    "GET /account/security": "signed in",
    "POST /account/security/password": "signed in",
    "POST /account/security/email": "signed in",
    "GET /account/email/confirm": "public",
    "POST /account/email/confirm": "public",
    "POST /account/security/sessions/<digest>/end": "signed in",
    "POST /account/security/programs/<family_id>/end": "signed in",
    "POST /account/security/sessions/end": "signed in",
    "GET /account/second-factor": "signed in",
    "POST /account/second-factor": "signed in",
    "POST /account/second-factor/off": "signed in",
    "POST /account/second-factor/codes": "signed in",
    "GET /account/keys": "signed in",
    "POST /account/keys": "signed in",
    "POST /account/keys/<int:key_id>/revoke": "signed in",
    "GET /account/data": "signed in",
    "GET /account/data/export": "signed in",
    "POST /account/data/delete": "signed in",
    # Staff. The first page sends each role where it works.
    "GET /admin": "signed in",
    "GET /admin/orders": "permission see_orders",
    "GET /admin/orders/<number>": "permission see_orders",
    "POST /admin/orders/<number>/pack": "permission fulfil_orders",
    "POST /admin/orders/<number>/ship": "permission fulfil_orders",
    "POST /admin/orders/<number>/deliver": "permission fulfil_orders",
    "POST /admin/orders/<number>/cancel": "permission cancel_orders",
    "POST /admin/orders/<number>/refund": "permission cancel_orders",
    "POST /admin/orders/<number>/return": "permission cancel_orders",
    "POST /admin/orders/<number>/refunds": "permission cancel_orders",
    "POST /admin/orders/<number>/notes": "permission see_orders",
    "POST /admin/orders/<number>/mails": "permission edit_orders",
    "POST /admin/orders/<number>/contact": "permission edit_orders",
    "GET /admin/orders/<number>/presence": "permission see_orders",
    "GET /admin/orders/<number>/as-of": "permission see_orders",
    "GET /admin/orders/<number>/packing-list.pdf": "permission fulfil_orders",
    "GET /admin/orders/<number>/label.pdf": "permission fulfil_orders",
    "POST /admin/orders/batch/pack": "permission fulfil_orders",
    "POST /admin/orders/batch/deliver": "permission fulfil_orders",
    "GET /admin/orders/batch/parcels": "permission fulfil_orders",
    "POST /admin/orders/batch/parcels": "permission fulfil_orders",
    "POST /admin/orders/batch/ship": "permission fulfil_orders",
    "POST /admin/orders/batch/packing-lists": "permission fulfil_orders",
    "POST /admin/orders/batch/labels": "permission fulfil_orders",
    "GET /admin/books": "permission edit_books",
    "GET /admin/books/<int:book_id>": "permission edit_books",
    "POST /admin/books/<int:book_id>/price": "permission edit_books",
    "POST /admin/books/<int:book_id>/stock": "permission edit_books",
    "GET /admin/books/<int:book_id>/pictures": "permission edit_books",
    "GET /admin/books/<int:book_id>/pictures/progress": "permission edit_books",
    "POST /admin/books/<int:book_id>/pictures": "permission edit_books",
    "POST /admin/books/<int:book_id>/pictures/address": "permission edit_books",
    "POST /admin/books/<int:book_id>/pictures/order": "permission edit_books",
    "POST /admin/books/<int:book_id>/pictures/<int:image_id>": "permission edit_books",
    "POST /admin/books/<int:book_id>/pictures/<int:image_id>/delete": "permission edit_books",
    "POST /admin/books/<int:book_id>/pictures/<int:image_id>/try-again": "permission edit_books",
    "GET /admin/books/<int:book_id>/pictures/<int:image_id>/original": "permission edit_books",
    "GET /admin/bulk-edits": "permission edit_books",
    "POST /admin/bulk-edits": "permission edit_books",
    "GET /admin/bulk-edits/new": "permission edit_books",
    "GET /admin/bulk-edits/<int:edit_id>": "permission edit_books",
    "POST /admin/bulk-edits/<int:edit_id>/apply": "permission edit_books",
    "POST /admin/bulk-edits/<int:edit_id>/revert": "permission edit_books",
    "POST /admin/bulk-edits/<int:edit_id>/abandon": "permission edit_books",
    "GET /admin/pictures": "permission edit_books",
    "POST /admin/pictures/try-again": "permission edit_books",
    "POST /admin/pictures/<int:image_id>/try-again": "permission edit_books",
    "GET /admin/books/<int:book_id>/history": "permission edit_books",
    "POST /admin/books/<int:book_id>/history/<int:entry_id>/undo": "permission edit_books",
    "GET /admin/books/<int:book_id>/as-of": "permission edit_books",
    "GET /admin/audit": "permission see_audit",
    "POST /admin/audit/<int:entry_id>/undo": "permission see_audit",
    "GET /admin/users": "permission see_users",
    "GET /admin/users/<int:user_id>": "permission see_users",
    "POST /admin/users/<int:user_id>/role": "permission edit_users",
    "POST /admin/users/<int:user_id>/close": "permission edit_users",
    "POST /admin/users/<int:user_id>/reopen": "permission edit_users",
    "POST /admin/users/<int:user_id>/log-out": "permission edit_users",
    "GET /admin/users/invite": "permission edit_users",
    "POST /admin/users/invite": "permission edit_users",
    "GET /admin/roles": "permission edit_roles",
    "POST /admin/roles": "permission edit_roles",
    "GET /admin/roles/new": "permission edit_roles",
    "GET /admin/roles/<int:role_id>": "permission edit_roles",
    "POST /admin/roles/<int:role_id>": "permission edit_roles",
    "POST /admin/roles/<int:role_id>/delete": "permission edit_roles",
    # Programs.
    "GET /api/v1/books": "public",
    "GET /api/v1/books/<int:book_id>": "public",
    "POST /api/v1/books": "permission edit_books",
    "PUT /api/v1/books/<int:book_id>": "permission edit_books",
    "PATCH /api/v1/books/<int:book_id>": "permission edit_books",
    "DELETE /api/v1/books/<int:book_id>": "permission edit_books",
    "GET /api/v1/authors": "public",
    "GET /api/v1/authors/<int:key>": "public",
    "POST /api/v1/authors": "permission edit_books",
    "PUT /api/v1/authors/<int:key>": "permission edit_books",
    "PATCH /api/v1/authors/<int:key>": "permission edit_books",
    "DELETE /api/v1/authors/<int:key>": "permission edit_books",
    "GET /api/v1/publishers": "public",
    "GET /api/v1/publishers/<int:key>": "public",
    "POST /api/v1/publishers": "permission edit_books",
    "PUT /api/v1/publishers/<int:key>": "permission edit_books",
    "PATCH /api/v1/publishers/<int:key>": "permission edit_books",
    "DELETE /api/v1/publishers/<int:key>": "permission edit_books",
    "GET /api/v1/series": "public",
    "GET /api/v1/series/<int:key>": "public",
    "POST /api/v1/series": "permission edit_books",
    "PUT /api/v1/series/<int:key>": "permission edit_books",
    "PATCH /api/v1/series/<int:key>": "permission edit_books",
    "DELETE /api/v1/series/<int:key>": "permission edit_books",
    "GET /api/v1/categories": "public",
    "GET /api/v1/categories/<int:key>": "public",
    "POST /api/v1/categories": "permission edit_books",
    "PUT /api/v1/categories/<int:key>": "permission edit_books",
    "PATCH /api/v1/categories/<int:key>": "permission edit_books",
    "DELETE /api/v1/categories/<int:key>": "permission edit_books",
    "GET /api/v1/cart": "public",
    "DELETE /api/v1/cart": "public",
    "POST /api/v1/cart/items": "public",
    "PATCH /api/v1/cart/items/<int:book_id>": "public",
    "DELETE /api/v1/cart/items/<int:book_id>": "public",
    "GET /api/v1/shipping-methods": "public",
    "POST /api/v1/checkout": "public",
    "GET /api/v1/orders": "signed in",
    "GET /api/v1/users/<int:user_id>/orders": "signed in",
    "GET /api/v1/orders/<number>": "owner",
    "POST /api/v1/orders/<number>/pay": "owner",
    "GET /api/v1/orders/<number>/lines": "owner",
    "POST /api/v1/orders": "permission edit_orders",
    "PATCH /api/v1/orders/<number>": "owner",
    "POST /api/v1/orders/<number>/cancel": "owner",
    "POST /api/v1/orders/<number>/pack": "permission fulfil_orders",
    "POST /api/v1/orders/<number>/ship": "permission fulfil_orders",
    "POST /api/v1/orders/<number>/deliver": "permission fulfil_orders",
    "PATCH /api/v1/orders/<number>/lines/<int:line_id>": "permission edit_orders",
    "DELETE /api/v1/orders/<number>/lines/<int:line_id>": "permission edit_orders",
    "GET /api/v1/images/books/<isbn>": "public",
    "POST /api/v1/images/books/<isbn>": "permission edit_books",
    "GET /api/v1/images/books/<isbn>/<int:image_id>": "public",
    "PATCH /api/v1/images/books/<isbn>/<int:image_id>": "permission edit_books",
    "DELETE /api/v1/images/books/<isbn>/<int:image_id>": "permission edit_books",
    "GET /api/v1/openapi.json": "public",
    "GET /api/v1/docs": "public",
    "POST /api/v1/auth/register": "public",
    "POST /api/v1/auth/login": "public",
    "POST /api/v1/auth/refresh": "public",
    "POST /api/v1/auth/logout": "signed in",
    "GET /api/v1/auth/me": "signed in",
    "PATCH /api/v1/auth/me": "signed in",
    "GET /api/v1/auth/keys": "signed in",
    "POST /api/v1/auth/keys": "signed in",
    "DELETE /api/v1/auth/keys/<int:key_id>": "signed in",
    "GET /api/v1/users": "permission see_users",
    "GET /api/v1/users/<int:user_id>": "signed in",
    "POST /api/v1/users": "permission edit_users",
    "PATCH /api/v1/users/<int:user_id>": "signed in",
    "DELETE /api/v1/users/<int:user_id>": "permission edit_users",
    "POST /api/v1/payments/yookassa/webhook": "public",
    "GET /healthz": "public",
    "GET /readyz": "public",
    "GET /robots.txt": "public",
    "GET /sitemap.xml": "public",
    "GET /sitemaps/pages.xml": "public",
    "GET /sitemaps/<kind>-<int:number>.xml": "public",
    "GET /opensearch.xml": "public",
    "GET /feeds/new.atom": "public",
    "GET /media/<path:key>": "public",
    "GET /static/<path:filename>": "public",
    # Not there in production.
    "GET /dev/mail": "public",
    "GET /dev/mail/<name>": "public",
}
# Programs see no page, so they have no token of one; what a page of another site sends there is
# refused by its origin: tests/api/test_cross_site.py.
WITHOUT_TOKEN = "/api/v1/"


def routes(app: Flask) -> dict[str, str]:
    """`METHOD /address` of each route, and its endpoint."""
    return {
        f"{method} {rule.rule}": rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_the_rule_that_is_written_here(app):
    rules = {route: rule_of(app, endpoint) for route, endpoint in routes(app).items()}
    assert {route: rule and rule.name for route, rule in rules.items()} == RULES


def test_a_route_that_says_nothing_is_closed_to_all(app, monkeypatch, backstage):
    monkeypatch.setitem(app.view_functions, "legal.terms", lambda: "forgotten")
    for visitor in (Visitor(app), Visitor(app, backstage.user("admin"))):
        assert visitor.get("/terms").status_code == 403


def test_nothing_that_reads_changes_and_nothing_that_changes_reads():
    """A link or a crawler cannot do what only a form may, nor a form what programs do."""
    pages = [route for route in RULES if WITHOUT_TOKEN not in route]
    assert {route.split()[0] for route in pages} == {"GET", "POST"}
    assert {route.split()[0] for route in RULES} <= {"GET", "POST", "PUT", "PATCH", "DELETE"}
    verbs = ("pay", "pack", "ship", "deliver", "cancel", "price", "stock", "logout", "items")
    verbs += ("default", "delete", "role", "close", "reopen", "log-out", "address", "order")
    verbs += ("try-again", "refunds", "notes", "mails", "contact", "packing-lists", "labels")
    for route in pages:
        assert route.endswith(verbs) <= route.startswith("POST"), route


@pytest.mark.parametrize("route", [route for route in RULES if route.startswith("POST")])
def test_whatever_changes_something_needs_the_token_of_a_page(app, visitor, route):
    path = route.split()[1].replace("<number>", "ABCD-2345")
    path = re.sub(r"<int:\w+>", "1", path)
    if WITHOUT_TOKEN in route:
        assert app.blueprints[routes(app)[route].split(".")[0]] in csrf._exempt_blueprints
        return
    answer = visitor.send(path, {"book_id": "1", "quantity": "1"})
    assert answer.status_code == 400
    assert "resend" in answer.text or 'name="csrf_token"' in answer.text
