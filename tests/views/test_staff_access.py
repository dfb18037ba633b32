"""Which of the staff may do what: every route under /admin, for every role and for nobody."""

import re

import pytest
from flask import Flask, url_for

from shop.models import RoleCode, SupplierFile
from shop.web.staff_menu import MENU
from tests import factories, markup
from tests.pictures import picture
from tests.visitor import Visitor

ORDERS = {RoleCode.ORDER_MANAGER, RoleCode.ADMIN}
ADMIN = {RoleCode.ADMIN}
REPORTS = {RoleCode.ACCOUNTANT, RoleCode.ADMIN}
BOOKS = {RoleCode.CATALOGUE_MANAGER, RoleCode.ADMIN}
STAFF = {role for role in RoleCode if role is not RoleCode.CUSTOMER}
# Endpoint and method, and who may. A route that is missing here fails below.
MAY = {
    ("admin.index", "GET"): STAFF,
    ("admin_search.index", "GET"): STAFF,
    ("admin_jobs.index", "GET"): ADMIN,
    ("admin_jobs.work", "GET"): ADMIN,
    ("admin_jobs.try_all_again", "POST"): ADMIN,
    ("admin_jobs.forget_all", "POST"): ADMIN,
    ("admin_logs.index", "GET"): ADMIN,
    ("admin_logs.story", "GET"): ADMIN,
    ("admin_jobs.try_again", "POST"): ADMIN,
    ("admin_jobs.forget", "POST"): ADMIN,
    ("admin_reports.index", "GET"): REPORTS,
    ("admin_reports.ranking", "GET"): REPORTS,
    ("admin_reports.vat", "GET"): REPORTS,
    ("admin_reports.stock", "GET"): REPORTS,
    ("admin_reports.slow", "GET"): REPORTS,
    ("admin_orders.index", "GET"): ORDERS | {RoleCode.ACCOUNTANT},
    ("admin_orders.show", "GET"): ORDERS | {RoleCode.ACCOUNTANT},
    ("admin_orders.pack", "POST"): ORDERS,
    ("admin_orders.ship", "POST"): ORDERS,
    ("admin_orders.deliver", "POST"): ORDERS,
    ("admin_orders.cancel", "POST"): ORDERS,
    ("admin_orders.refund", "POST"): ORDERS,
    ("admin_order_returns.take_back", "POST"): ORDERS,
    ("admin_order_returns.refund_part", "POST"): ORDERS,
    ("admin_order_care.write_note", "POST"): ORDERS | {RoleCode.ACCOUNTANT},
    ("admin_order_care.send_again", "POST"): ORDERS,
    ("admin_order_care.correct", "POST"): ORDERS,
    ("admin_order_care.presence", "GET"): ORDERS | {RoleCode.ACCOUNTANT},
    ("admin_order_care.as_of", "GET"): ORDERS | {RoleCode.ACCOUNTANT},
    ("admin_order_papers.packing_list", "GET"): ORDERS,
    ("admin_order_papers.one_label", "GET"): ORDERS,
    ("admin_order_batches.pack", "POST"): ORDERS,
    ("admin_order_batches.deliver", "POST"): ORDERS,
    ("admin_order_batches.choose_parcels", "POST"): ORDERS,
    ("admin_order_batches.parcels", "GET"): ORDERS,
    ("admin_order_batches.ship", "POST"): ORDERS,
    ("admin_order_batches.print_packing_lists", "POST"): ORDERS,
    ("admin_order_batches.print_labels", "POST"): ORDERS,
    ("admin_books.index", "GET"): BOOKS,
    ("admin_books.show", "GET"): BOOKS,
    ("admin_book_form.new", "GET"): BOOKS,
    ("admin_book_form.add", "POST"): BOOKS,
    ("admin_book_form.edit", "GET"): BOOKS,
    ("admin_book_form.change", "POST"): BOOKS,
    ("admin_book_form.preview", "POST"): BOOKS,
    ("admin_book_form.names", "GET"): BOOKS,
    ("admin_book_merging.doubles", "GET"): BOOKS,
    ("admin_book_merging.compare", "GET"): BOOKS,
    ("admin_book_merging.merge", "POST"): BOOKS,
    ("admin_book_drafts.index", "GET"): BOOKS,
    ("admin_book_drafts.make", "POST"): BOOKS,
    ("admin_supplier_files.index", "GET"): BOOKS,
    ("admin_supplier_files.upload", "POST"): BOOKS,
    ("admin_supplier_files.forget", "POST"): BOOKS,
    ("admin_books.reprice", "POST"): BOOKS,
    ("admin_books.recount", "POST"): BOOKS,
    ("admin_pictures.index", "GET"): BOOKS,
    ("admin_pictures.progress", "GET"): BOOKS,
    ("admin_pictures.upload", "POST"): BOOKS,
    ("admin_pictures.fetch", "POST"): BOOKS,
    ("admin_pictures.reorder", "POST"): BOOKS,
    ("admin_pictures.describe", "POST"): BOOKS,
    ("admin_pictures.delete", "POST"): BOOKS,
    ("admin_pictures.try_again", "POST"): BOOKS,
    ("admin_pictures.original", "GET"): BOOKS,
    ("admin_bulk_edits.index", "GET"): BOOKS,
    ("admin_bulk_edits.new", "GET"): BOOKS,
    ("admin_bulk_edits.begin", "POST"): BOOKS,
    ("admin_bulk_edits.choose_file", "GET"): BOOKS,
    ("admin_bulk_edits.read_file", "POST"): BOOKS,
    ("admin_bulk_edits.show", "GET"): BOOKS,
    ("admin_bulk_edits.apply", "POST"): BOOKS,
    ("admin_bulk_edits.revert", "POST"): BOOKS,
    ("admin_bulk_edits.abandon", "POST"): BOOKS,
    ("admin_bulk_edits.stop", "POST"): BOOKS,
    ("admin_unmade_pictures.index", "GET"): BOOKS,
    ("admin_unmade_pictures.try_all_again", "POST"): BOOKS,
    ("admin_unmade_pictures.try_again", "POST"): BOOKS,
    ("admin_book_list.chosen", "GET"): BOOKS,
    ("admin_book_list.file", "GET"): BOOKS,
    ("admin_book_list.row", "GET"): BOOKS,
    ("admin_book_list.edit_row", "POST"): BOOKS,
    ("admin_saved_views.change", "POST"): BOOKS,
    ("admin_trail.index", "GET"): ADMIN,
    ("admin_trail.undo", "POST"): ADMIN,
    ("admin_trail.history", "GET"): BOOKS,
    ("admin_trail.undo_of_book", "POST"): BOOKS,
    ("admin_trail.as_of", "GET"): BOOKS,
    ("admin_users.index", "GET"): ADMIN,
    ("admin_users.show", "GET"): ADMIN,
    ("admin_users.give_role", "POST"): ADMIN,
    ("admin_users.close", "POST"): ADMIN,
    ("admin_users.reopen", "POST"): ADMIN,
    ("admin_users.log_out", "POST"): ADMIN,
    ("admin_invitations.show", "GET"): ADMIN,
    ("admin_invitations.send", "POST"): ADMIN,
    ("admin_roles.index", "GET"): ADMIN,
    ("admin_roles.new", "GET"): ADMIN,
    ("admin_roles.add", "POST"): ADMIN,
    ("admin_roles.show", "GET"): ADMIN,
    ("admin_roles.change", "POST"): ADMIN,
    ("admin_roles.remove", "POST"): ADMIN,
    ("admin_authors.index", "GET"): BOOKS,
    ("admin_authors.doubles", "GET"): BOOKS,
    ("admin_authors.new", "GET"): BOOKS,
    ("admin_authors.add", "POST"): BOOKS,
    ("admin_authors.show", "GET"): BOOKS,
    ("admin_authors.change", "POST"): BOOKS,
    ("admin_authors.remove", "POST"): BOOKS,
    ("admin_authors.compare", "GET"): BOOKS,
    ("admin_authors.merge", "POST"): BOOKS,
    ("admin_authors.part", "POST"): BOOKS,
    ("admin_publishers.index", "GET"): BOOKS,
    ("admin_publishers.doubles", "GET"): BOOKS,
    ("admin_publishers.new", "GET"): BOOKS,
    ("admin_publishers.add", "POST"): BOOKS,
    ("admin_publishers.show", "GET"): BOOKS,
    ("admin_publishers.change", "POST"): BOOKS,
    ("admin_publishers.remove", "POST"): BOOKS,
    ("admin_publishers.compare", "GET"): BOOKS,
    ("admin_publishers.merge", "POST"): BOOKS,
    ("admin_publishers.part", "POST"): BOOKS,
    ("admin_series.index", "GET"): BOOKS,
    ("admin_series.doubles", "GET"): BOOKS,
    ("admin_series.new", "GET"): BOOKS,
    ("admin_series.add", "POST"): BOOKS,
    ("admin_series.show", "GET"): BOOKS,
    ("admin_series.change", "POST"): BOOKS,
    ("admin_series.remove", "POST"): BOOKS,
    ("admin_series.compare", "GET"): BOOKS,
    ("admin_series.merge", "POST"): BOOKS,
    ("admin_series.part", "POST"): BOOKS,
    ("admin_categories.index", "GET"): BOOKS,
    ("admin_categories.new", "GET"): BOOKS,
    ("admin_categories.add", "POST"): BOOKS,
    ("admin_categories.show", "GET"): BOOKS,
    ("admin_categories.change", "POST"): BOOKS,
    ("admin_categories.step", "POST"): BOOKS,
    ("admin_categories.place", "POST"): BOOKS,
    ("admin_categories.merge", "POST"): BOOKS,
    ("admin_categories.remove", "POST"): BOOKS,
    ("admin_content_pages.index", "GET"): BOOKS,
    ("admin_content_pages.new", "GET"): BOOKS,
    ("admin_content_pages.add", "POST"): BOOKS,
    ("admin_content_pages.preview", "POST"): BOOKS,
    ("admin_content_pages.show", "GET"): BOOKS,
    ("admin_content_pages.change", "POST"): BOOKS,
    ("admin_content_pages.move", "POST"): BOOKS,
    ("admin_content_pages.remove", "POST"): BOOKS,
    ("admin_shelves.index", "GET"): BOOKS,
    ("admin_shelves.new", "GET"): BOOKS,
    ("admin_shelves.add", "POST"): BOOKS,
    ("admin_shelves.show", "GET"): BOOKS,
    ("admin_shelves.change", "POST"): BOOKS,
    ("admin_shelves.move", "POST"): BOOKS,
    ("admin_shelves.remove", "POST"): BOOKS,
    ("admin_shelves.put", "POST"): BOOKS,
    ("admin_shelves.place", "POST"): BOOKS,
    ("admin_shelves.write_card", "POST"): BOOKS,
    ("admin_shelves.take_off", "POST"): BOOKS,
    ("admin_shipping.index", "GET"): ADMIN,
    ("admin_shipping.new", "GET"): ADMIN,
    ("admin_shipping.add", "POST"): ADMIN,
    ("admin_shipping.show", "GET"): ADMIN,
    ("admin_shipping.change", "POST"): ADMIN,
    ("admin_shipping.move", "POST"): ADMIN,
    ("admin_shipping.remove", "POST"): ADMIN,
    ("admin_settings.index", "GET"): ADMIN,
    ("admin_settings.choose", "POST"): ADMIN,
}
HIDDEN = {"HEAD", "OPTIONS"}


def routes(app: Flask) -> dict[tuple[str, str], str]:
    """Each route under /admin with a method, and its address with things that exist."""
    return {
        (rule.endpoint, method): str(rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin")
        for method in rule.methods - HIDDEN
    }


def test_every_staff_route_says_who_may(app):
    assert set(routes(app)) == set(MAY)


def with_things_of_the_house(path: str, backstage) -> str:
    """A name, a category, a page, a shelf or a way of shipping in place of each that is asked."""
    made = {
        "authors/<int:key>": factories.author,
        "publishers/<int:key>": factories.publisher,
        "series/<int:key>": factories.series,
        "<int:category_id>": factories.category,
        "<int:page_id>": factories.content_page,
        "<int:shelf_id>": factories.shelf,
        "<int:method_id>": factories.shipping_method,
    }
    for asked, make in made.items():
        if asked in path:
            thing = backstage.save(make())
            path = path.replace(asked, re.sub("<.*>", str(thing.id), asked))
    return path


def test_a_role_may_what_it_may_and_no_more(app, backstage):
    """All roles at all routes, in one shop: who may is refused for what is asked perhaps."""
    order = backstage.order()
    things = paths(app, backstage, order)
    for role in RoleCode:
        visitor = Visitor(app, backstage.user(role))
        for (endpoint, method), path in things.items():
            ask = visitor.post if method == "POST" else visitor.get
            answer = ask(path)
            asked = (endpoint, method, role)
            if role in MAY[endpoint, method]:
                # Somebody may have deleted it.
                assert answer.status_code in (200, 303, 404, 409, 422), asked
                assert not (answer.location or "").startswith("/login"), asked
            else:
                assert answer.status_code == 403, asked
                assert ask(path, htmx=True).status_code == 403, asked
    assert backstage.state(order) == "pending_payment"


def paths(app, backstage, order) -> dict[tuple[str, str], str]:
    """The address of each route, with things that are there."""
    customer = backstage.user()
    with backstage.services() as services:
        line, boss = order.lines[0], backstage.user(RoleCode.ADMIN)
        image = services.images.attach_cover(line.book_id, picture(), "")
        services.catalogue.recount(line.book_id, 5, 4, boss)
        [deed] = services.catalogue.audit.trail("book", line.book_id)
    known = {
        "<number>": order.number,
        "<int:book_id>": line.book_id,
        "<int:user_id>": customer.id,
        "<int:role_id>": customer.role_id,
        "<int:image_id>": image.id,
        "<int:file_id>": backstage.save(SupplierFile(name="titles.csv")).id,
        "<int:edit_id>": backstage.bulk_edit().id,
        "<int:entry_id>": deed.entry.id,
        "<any(csv, xlsx):form>": "csv",
        "<job_id>": "none",
        "<request_id>": "0123abcd",
    }
    found = {}
    for route, path in routes(app).items():
        for name, value in known.items():
            path = path.replace(name, str(value))
        path = re.sub(r"<any\((\w+).*>", r"\1", with_things_of_the_house(path, backstage))
        assert "<" not in path
        found[route] = path
    return found


def test_nobody_is_asked_to_log_in(app, visitor):
    for (endpoint, method), route in routes(app).items():
        path = re.sub(r"<int:\w+>", "1", route).replace("<number>", "X")
        path = path.replace("<job_id>", "none").replace("<request_id>", "0123abcd")
        path = re.sub(r"<any\((\w+).*>", r"\1", path)
        ask = visitor.post if method == "POST" else visitor.get
        answer = ask(path)
        assert answer.status_code == 303, endpoint
        assert answer.location.startswith("/login"), endpoint
        # Only where reading was asked for does it make sense to go on there.
        assert ("next=" in answer.location) == (method == "GET"), endpoint
        part = ask(path, htmx=True)
        assert (part.status_code, part.headers["HX-Retarget"]) == (401, "#notices"), endpoint


def test_permission_comes_before_whether_the_thing_exists(app, backstage):
    customer = Visitor(app, backstage.user())
    for path in (
        *("/admin/orders/ABCD-2345", "/admin/books/999999"),
        *("/admin/users/999999", "/admin/roles/999999"),
    ):
        assert customer.get(path).status_code == 403
        assert Visitor(app, backstage.user(RoleCode.ADMIN)).get(path).status_code == 404


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        (RoleCode.ADMIN, {"waiting", "sales", "differences", "low", "best", "parts"}),
        (RoleCode.ORDER_MANAGER, {"waiting", "differences", "low"}),
        (RoleCode.ACCOUNTANT, {"waiting", "sales", "differences", "best"}),
        (RoleCode.CATALOGUE_MANAGER, {"low"}),
    ],
)
def test_staff_arrive_where_they_see_what_is_theirs_and_only_that(app, backstage, role, parts):
    visitor = Visitor(app, backstage.user(role))
    page = markup.page(visitor.get("/admin"))
    assert set(re.findall(r'<h2 id="desk-(\w+)"', visitor.get("/admin").text)) == parts
    nav = markup.with_class(page, "staff-menu")[0]
    links = {href for href in markup.hrefs(nav) if href.startswith("/admin")}
    with app.test_request_context():
        places = [url_for(door.endpoint) for hall in MENU for door in hall.doors]
    may = {path for path in places if visitor.get(path).status_code == 200}
    assert links == may


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (RoleCode.ADMIN, {"pack", "cancel", "notes", "mails", "contact", "refunds"}),
        (RoleCode.ACCOUNTANT, {"notes"}),
    ],
)
def test_an_order_offers_only_what_one_may_do(app, backstage, role, offered):
    order = backstage.paid()
    page = Visitor(app, backstage.user(role)).get(f"/admin/orders/{order.number}")
    actions = {
        form.action.rpartition("/")[2]
        for form in markup.plain(page).forms
        if f"/admin/orders/{order.number}/" in form.action
    }
    assert actions == offered


def test_the_way_to_the_staff_pages_is_shown_to_staff_only(app, visitor, backstage):
    for role in RoleCode:
        hrefs = markup.hrefs(markup.page(Visitor(app, backstage.user(role)).get("/")))
        assert ("/admin" in hrefs) == (role in STAFF)
    assert "/admin" not in markup.hrefs(markup.page(visitor.get("/")))
