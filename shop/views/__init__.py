"""The pages. A view reads what was asked, calls one service, and renders."""

from __future__ import annotations

from flask import Flask

from shop.config import Config
from shop.views import (
    account,
    accounts,
    addresses,
    cart,
    catalogue,
    checkout,
    content,
    discovery,
    health,
    home,
    legal,
    lists,
    mailbox,
    media,
    metrics,
    orders,
    recently_viewed,
    search,
    seo,
    shelves,
    sitemap,
    status,
)
from shop.views.admin import book_drafts as admin_book_drafts
from shop.views.admin import book_form as admin_book_form
from shop.views.admin import book_list as admin_book_list
from shop.views.admin import book_merging as admin_book_merging
from shop.views.admin import books as admin_books
from shop.views.admin import bulk_edits as admin_bulk_edits
from shop.views.admin import categories as admin_categories
from shop.views.admin import content_pages as admin_content_pages
from shop.views.admin import home as admin_home
from shop.views.admin import invitations as admin_invitations
from shop.views.admin import jobs as admin_jobs
from shop.views.admin import logs as admin_logs
from shop.views.admin import names as admin_names
from shop.views.admin import order_batches as admin_order_batches
from shop.views.admin import order_care as admin_order_care
from shop.views.admin import order_returns as admin_order_returns
from shop.views.admin import orders as admin_orders
from shop.views.admin import pictures as admin_pictures
from shop.views.admin import reports as admin_reports
from shop.views.admin import roles as admin_roles
from shop.views.admin import saved_views as admin_saved_views
from shop.views.admin import search as admin_search
from shop.views.admin import settings as admin_settings
from shop.views.admin import shelves as admin_shelves
from shop.views.admin import shipping as admin_shipping
from shop.views.admin import supplier_files as admin_supplier_files
from shop.views.admin import trail as admin_trail
from shop.views.admin import unmade_pictures as admin_unmade_pictures
from shop.views.admin import users as admin_users

BLUEPRINTS = (
    home.pages,
    catalogue.pages,
    search.pages,
    shelves.pages,
    lists.pages,
    discovery.pages,
    recently_viewed.pages,
    cart.pages,
    checkout.pages,
    orders.pages,
    accounts.pages,
    *account.BLUEPRINTS,
    addresses.pages,
    legal.pages,
    content.pages,
    media.pages,
    seo.pages,
    sitemap.pages,
    health.pages,
    metrics.pages,
    status.pages,
    admin_home.pages,
    admin_orders.pages,
    admin_order_batches.pages,
    admin_order_batches.papers,
    admin_order_care.pages,
    admin_order_returns.pages,
    admin_books.pages,
    admin_book_list.pages,
    admin_saved_views.pages,
    admin_book_form.pages,
    admin_book_merging.pages,
    admin_book_drafts.pages,
    admin_supplier_files.pages,
    admin_bulk_edits.pages,
    admin_pictures.pages,
    admin_unmade_pictures.pages,
    admin_users.pages,
    admin_invitations.pages,
    admin_jobs.pages,
    admin_search.pages,
    admin_reports.pages,
    admin_roles.pages,
    admin_trail.pages,
    admin_logs.pages,
    *admin_names.BLUEPRINTS,
    admin_categories.pages,
    admin_content_pages.pages,
    admin_shelves.pages,
    admin_shipping.pages,
    admin_settings.pages,
)


def register(app: Flask, config: Config) -> None:
    """Put the pages' blueprints on the app."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if not config.production and config.mail_url.startswith("file:"):
        app.register_blueprint(mailbox.pages)
