"""Every route and the class of its limit. A new one is written down here, or this fails."""

import pytest

from shop.config import Config
from shop.extensions import limiter
from shop.web.limits import LIMITED, class_of
from tests.guards.test_routes import routes

CLASSES = {
    "reading": """
        GET /
        GET /books/<slug>-<int:book_id>
        GET /isbn/<isbn>
        GET /shelves/<slug>
        GET /publishers/<slug>-<int:publisher_id>
        GET /series/<slug>-<int:series_id>
        GET /new
        GET /coming
        GET /discounted
        GET /bestsellers
        GET /recently-viewed
        GET /cart
        GET /checkout
        GET /privacy
        GET /terms
        GET /seller
        GET /pages/<slug>
        GET /about
        GET /delivery
        GET /orders/<number>
        GET /orders/<number>/return
        GET /login
        GET /account
        GET /account/addresses
        GET /account/addresses/new
        GET /account/addresses/<int:address_id>
        GET /admin
        GET /admin/jobs
        GET /admin/jobs/work
        GET /admin/reports
        GET /admin/reports/<any(books, authors, categories, publishers, shipping):by>
        GET /admin/reports/vat
        GET /admin/reports/stock-value
        GET /admin/reports/slow
        GET /admin/orders
        GET /admin/orders/<number>
        GET /admin/orders/<number>/presence
        GET /admin/orders/<number>/as-of
        GET /admin/orders/<number>/packing-list.pdf
        GET /admin/orders/<number>/label.pdf
        GET /admin/orders/batch/parcels
        GET /admin/books
        GET /admin/books/<int:book_id>
        GET /admin/books/new
        GET /admin/books/by-isbn
        GET /admin/books/doubles
        GET /admin/books/<int:book_id>/merge
        GET /admin/supplier-files
        GET /admin/books/<int:book_id>/edit
        GET /admin/books/names/<any(person, publisher, series):kind>
        GET /admin/books/<int:book_id>/pictures
        GET /admin/books/<int:book_id>/pictures/progress
        GET /admin/books/<int:book_id>/pictures/<int:image_id>/original
        GET /admin/bulk-edits
        GET /admin/bulk-edits/new
        GET /admin/bulk-edits/import
        GET /admin/bulk-edits/<int:edit_id>
        GET /admin/books/<int:book_id>/history
        GET /admin/books/<int:book_id>/as-of
        GET /admin/audit
        GET /admin/logs
        GET /admin/logs/requests/<request_id>
        GET /admin/books/chosen
        GET /admin/books/books.<any(csv, xlsx):form>
        GET /admin/books/<int:book_id>/row
        GET /admin/pictures
        GET /admin/users
        GET /admin/users/<int:user_id>
        GET /admin/users/invite
        GET /admin/roles
        GET /admin/roles/new
        GET /admin/roles/<int:role_id>
        GET /admin/authors
        GET /admin/authors/doubles
        GET /admin/authors/new
        GET /admin/authors/<int:key>
        GET /admin/authors/<int:key>/merge
        GET /admin/publishers
        GET /admin/publishers/doubles
        GET /admin/publishers/new
        GET /admin/publishers/<int:key>
        GET /admin/publishers/<int:key>/merge
        GET /admin/series
        GET /admin/series/doubles
        GET /admin/series/new
        GET /admin/series/<int:key>
        GET /admin/series/<int:key>/merge
        GET /admin/categories
        GET /admin/categories/new
        GET /admin/categories/<int:category_id>
        GET /admin/pages
        GET /admin/pages/new
        GET /admin/pages/<int:page_id>
        GET /admin/shelves
        GET /admin/shelves/new
        GET /admin/shelves/<int:shelf_id>
        GET /admin/shipping
        GET /admin/shipping/new
        GET /admin/shipping/<int:method_id>
        GET /admin/settings
        GET /robots.txt
        GET /sitemap.xml
        GET /sitemaps/pages.xml
        GET /sitemaps/<kind>-<int:number>.xml
        GET /opensearch.xml
        GET /feeds/new.atom
        GET /dev/mail
        GET /dev/mail/<name>
        GET /login/code
        GET /register
        GET /register/written
        GET /account/confirm
        GET /password/forgotten
        GET /password/asked
        GET /password/reset
        GET /account/profile
        GET /account/security
        GET /account/email/confirm
        GET /account/second-factor
        GET /account/keys
        GET /account/data
        GET /account/data/export
    """,
    "searching": """
        GET /books
        GET /books/facets/<any(author, publisher):name>
        GET /authors/<slug>-<int:author_id>
        GET /categories/<path:path>
        GET /search/suggest
        GET /admin/search
    """,
    "changing": """
        POST /cart/items
        POST /cart/items/<int:book_id>
        POST /cart/items/<int:book_id>/restore
        POST /checkout
        POST /orders/<number>/pay
        POST /logout
        POST /account/addresses
        POST /account/addresses/<int:address_id>
        POST /account/addresses/<int:address_id>/default
        POST /account/addresses/<int:address_id>/delete
        POST /admin/jobs/failed/try-again
        POST /admin/jobs/failed/delete
        POST /admin/jobs/<job_id>/try-again
        POST /admin/jobs/<job_id>/delete
        POST /admin/orders/<number>/pack
        POST /admin/orders/<number>/ship
        POST /admin/orders/<number>/deliver
        POST /admin/orders/<number>/cancel
        POST /admin/orders/<number>/refund
        POST /admin/bulk-edits
        POST /admin/bulk-edits/import
        POST /admin/bulk-edits/<int:edit_id>/apply
        POST /admin/bulk-edits/<int:edit_id>/revert
        POST /admin/bulk-edits/<int:edit_id>/abandon
        POST /admin/bulk-edits/<int:edit_id>/stop
        POST /admin/orders/<number>/return
        POST /admin/orders/<number>/refunds
        POST /admin/orders/<number>/notes
        POST /admin/orders/<number>/mails
        POST /admin/orders/<number>/contact
        POST /admin/orders/batch/pack
        POST /admin/orders/batch/deliver
        POST /admin/orders/batch/parcels
        POST /admin/orders/batch/ship
        POST /admin/orders/batch/packing-lists
        POST /admin/orders/batch/labels
        POST /admin/books/<int:book_id>/price
        POST /admin/books/new
        POST /admin/books/by-isbn
        POST /admin/books/<int:book_id>/merge
        POST /admin/supplier-files
        POST /admin/supplier-files/<int:file_id>/forget
        POST /admin/books/<int:book_id>/edit
        POST /admin/books/preview
        POST /admin/books/<int:book_id>/stock
        POST /admin/books/<int:book_id>/pictures/order
        POST /admin/books/<int:book_id>/pictures/<int:image_id>
        POST /admin/books/<int:book_id>/pictures/<int:image_id>/delete
        POST /admin/books/<int:book_id>/pictures/<int:image_id>/try-again
        POST /admin/books/<int:book_id>/history/<int:entry_id>/undo
        POST /admin/audit/<int:entry_id>/undo
        POST /admin/books/<int:book_id>/row
        POST /admin/views
        POST /admin/pictures/try-again
        POST /admin/pictures/<int:image_id>/try-again
        POST /admin/users/<int:user_id>/role
        POST /admin/users/<int:user_id>/close
        POST /admin/users/<int:user_id>/reopen
        POST /admin/users/<int:user_id>/log-out
        POST /admin/users/invite
        POST /admin/roles
        POST /admin/roles/<int:role_id>
        POST /admin/roles/<int:role_id>/delete
        POST /admin/authors
        POST /admin/authors/<int:key>
        POST /admin/authors/<int:key>/delete
        POST /admin/authors/<int:key>/merge
        POST /admin/authors/<int:key>/part
        POST /admin/publishers
        POST /admin/publishers/<int:key>
        POST /admin/publishers/<int:key>/delete
        POST /admin/publishers/<int:key>/merge
        POST /admin/publishers/<int:key>/part
        POST /admin/series
        POST /admin/series/<int:key>
        POST /admin/series/<int:key>/delete
        POST /admin/series/<int:key>/merge
        POST /admin/series/<int:key>/part
        POST /admin/categories
        POST /admin/categories/<int:category_id>
        POST /admin/categories/<int:category_id>/step
        POST /admin/categories/<int:category_id>/place
        POST /admin/categories/<int:category_id>/merge
        POST /admin/categories/<int:category_id>/delete
        POST /admin/pages
        POST /admin/pages/preview
        POST /admin/pages/<int:page_id>
        POST /admin/pages/<int:page_id>/move
        POST /admin/pages/<int:page_id>/delete
        POST /admin/shelves
        POST /admin/shelves/<int:shelf_id>
        POST /admin/shelves/<int:shelf_id>/move
        POST /admin/shelves/<int:shelf_id>/delete
        POST /admin/shelves/<int:shelf_id>/books
        POST /admin/shelves/<int:shelf_id>/books/<int:book_id>/place
        POST /admin/shelves/<int:shelf_id>/books/<int:book_id>/card
        POST /admin/shelves/<int:shelf_id>/books/<int:book_id>/delete
        POST /admin/shipping
        POST /admin/shipping/<int:method_id>
        POST /admin/shipping/<int:method_id>/move
        POST /admin/shipping/<int:method_id>/delete
        POST /admin/settings
        POST /account/confirm/again
        POST /account/profile
        POST /account/security/sessions/<digest>/end
        POST /account/security/programs/<family_id>/end
        POST /account/security/sessions/end
        POST /account/keys/<int:key_id>/revoke
    """,
    "login": """
        POST /login
        POST /login/code
        POST /register
        POST /account/confirm
        POST /password/forgotten
        POST /password/reset
        POST /account/security/password
        POST /account/security/email
        POST /account/email/confirm
        POST /account/second-factor
        POST /account/second-factor/off
        POST /account/second-factor/codes
        POST /account/keys
        POST /account/data/delete
        POST /api/v1/auth/register
        POST /api/v1/auth/login
        POST /api/v1/auth/keys
    """,
    "api_reading": """
        GET /api/v1/books
        GET /api/v1/books/<int:book_id>
        GET /api/v1/authors
        GET /api/v1/authors/<int:key>
        GET /api/v1/publishers
        GET /api/v1/publishers/<int:key>
        GET /api/v1/series
        GET /api/v1/series/<int:key>
        GET /api/v1/categories
        GET /api/v1/categories/<int:key>
        GET /api/v1/cart
        GET /api/v1/shipping-methods
        GET /api/v1/orders
        GET /api/v1/users/<int:user_id>/orders
        GET /api/v1/orders/<number>
        GET /api/v1/orders/<number>/lines
        GET /api/v1/images/books/<isbn>
        GET /api/v1/images/books/<isbn>/<int:image_id>
        GET /api/v1/openapi.json
        GET /api/v1/docs
        GET /api/v1/auth/me
        GET /api/v1/auth/keys
        GET /api/v1/users
        GET /api/v1/users/<int:user_id>
    """,
    "api_writing": """
        POST /api/v1/books
        PUT /api/v1/books/<int:book_id>
        PATCH /api/v1/books/<int:book_id>
        DELETE /api/v1/books/<int:book_id>
        POST /api/v1/authors
        PUT /api/v1/authors/<int:key>
        PATCH /api/v1/authors/<int:key>
        DELETE /api/v1/authors/<int:key>
        POST /api/v1/publishers
        PUT /api/v1/publishers/<int:key>
        PATCH /api/v1/publishers/<int:key>
        DELETE /api/v1/publishers/<int:key>
        POST /api/v1/series
        PUT /api/v1/series/<int:key>
        PATCH /api/v1/series/<int:key>
        DELETE /api/v1/series/<int:key>
        POST /api/v1/categories
        PUT /api/v1/categories/<int:key>
        PATCH /api/v1/categories/<int:key>
        DELETE /api/v1/categories/<int:key>
        DELETE /api/v1/cart
        POST /api/v1/cart/items
        PATCH /api/v1/cart/items/<int:book_id>
        DELETE /api/v1/cart/items/<int:book_id>
        POST /api/v1/checkout
        POST /api/v1/orders/<number>/pay
        POST /api/v1/orders
        PATCH /api/v1/orders/<number>
        POST /api/v1/orders/<number>/cancel
        POST /api/v1/orders/<number>/pack
        POST /api/v1/orders/<number>/ship
        POST /api/v1/orders/<number>/deliver
        PATCH /api/v1/orders/<number>/lines/<int:line_id>
        DELETE /api/v1/orders/<number>/lines/<int:line_id>
        PATCH /api/v1/images/books/<isbn>/<int:image_id>
        DELETE /api/v1/images/books/<isbn>/<int:image_id>
        POST /api/v1/auth/logout
        PATCH /api/v1/auth/me
        DELETE /api/v1/auth/keys/<int:key_id>
        POST /api/v1/users
        PATCH /api/v1/users/<int:user_id>
        DELETE /api/v1/users/<int:user_id>
    """,
    "upload": """
        POST /admin/books/<int:book_id>/pictures
        POST /admin/books/<int:book_id>/pictures/address
        POST /api/v1/images/books/<isbn>
    """,
    "refresh": """
        POST /api/v1/auth/refresh
    """,
    # Asked by machines that must not be sent away: watchers, browsers for pictures, YooKassa.
    "unlimited": """
        GET /healthz
        GET /readyz
        GET /metrics
        GET /status
        GET /media/<path:key>
        GET /static/<path:filename>
        POST /api/v1/payments/yookassa/webhook
    """,
}
LISTED = [
    (route, name) for name, text in CLASSES.items() for route in map(str.strip, text.splitlines())
]
WRITTEN = {route: name for route, name in LISTED if route}


def test_every_route_is_of_the_class_that_is_written_here(app):
    found = {}
    for route, endpoint in routes(app).items():
        method, path = route.split(" ", 1)
        found[route] = class_of(app, endpoint, method, api=path.startswith("/api/")).name
    assert found == WRITTEN


def test_no_route_is_written_twice():
    assert len([route for route, _ in LISTED if route]) == len(WRITTEN)


def test_every_class_has_its_setting_and_every_setting_its_class():
    settings = {name for name in Config.model_fields if name.endswith("_limit")}
    assert settings == {f"{each.name}_limit" for each in LIMITED}


def test_what_can_be_guessed_is_closed_while_nothing_is_counted():
    closed = {each.name for each in LIMITED if not each.stays_open}
    assert closed == {"login", "refresh"}
    assert {each.name for each in LIMITED if each.guessed} <= closed


@pytest.mark.usefixtures("app")
def test_nothing_is_limited_beside_the_classes():
    """Flask-Limiter's own decorators would count once more, and send headers of their own."""
    manager = limiter.limit_manager
    limits = (manager._decorated_limits, manager._blueprint_limits)
    assert not any((*limits, manager.application_limits, manager.default_limits))
