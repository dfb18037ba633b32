"""Staff: shelves, pages of text, ways of shipping and settings are what the shop shows at once."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, Consent, RoleCode, ShelfKind
from shop.models.columns import today
from shop.web.markdown import rendered
from tests import factories, markup
from tests.visitor import Visitor


@pytest.fixture
def admin(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.ADMIN))


def told(answer) -> str:
    return markup.text(markup.page(answer))


def deeds(app, noun) -> list[AuditEntry]:
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.entity == noun).order_by(AuditEntry.id)
        return list(db.session.scalars(query))


def day_of(app) -> date:
    """Today, by the shop's calendar."""
    with app.app_context():
        return today()


def test_a_shelf_is_made_filled_put_in_order_and_seen(app, admin, visitor, backstage):
    first, second = backstage.book(title="Persuasion"), backstage.book(title="Emma")
    draft = backstage.book(title="Unready", status="draft")
    made = admin.submit(
        admin.get("/admin/shelves/new"), "new-shelf", name="For the rain", kind="mood"
    )
    at = made.location
    for version, book in enumerate((first, second, draft), 1):
        assert admin.post(f"{at}/books", {"book": book.id, "version": version}).status_code == 303
    assert "For the rain" in told(visitor.get("/"))
    up = admin.post(f"{at}/books/{second.id}/place", {"place": "0", "version": "4"}, htmx=True)
    assert up.status_code == 200
    text = told(visitor.get("/shelves/for-the-rain"))
    assert text.index("Emma") < text.index("Persuasion")
    # Staff see a draft there, and it keeps its place.
    assert "Unready" not in text
    assert "Unready" in told(admin.get(at))
    off = admin.post(f"{at}/books/{second.id}/delete", {"version": "5"}, htmx=True)
    assert off.status_code == 200
    books = [deed.after.get("books") for deed in deeds(app, "shelf")][-1]
    assert [each["id"] for each in books] == [first.id, draft.id]


def test_a_card_that_is_too_long_is_kept_and_another_is_shown(admin, visitor, backstage):
    book, other = backstage.book(), backstage.book()
    shelf = backstage.save(factories.shelf(book, other, kind=ShelfKind.STAFF_PICKS))
    at = f"/admin/shelves/{shelf.id}/books/{book.id}/card"
    refused = admin.post(at, {"note": "x" * 1001, "version": "1"}, htmx=True)
    assert refused.status_code == 422
    assert "x" * 1001 in refused.text
    assert "Read it twice." in refused.text
    saved = admin.post(at, {"note": "A <quiet> one", "signed": "Vera", "version": "1"}, htmx=True)
    assert saved.status_code == 200
    assert "A <quiet> one" in told(visitor.get(f"/shelves/{shelf.slug}"))


def test_who_was_slower_overwrites_no_shelf(admin, backstage):
    book, shelf = backstage.book(), backstage.save(factories.shelf(backstage.book()))
    sent = {"book": book.id, "version": "1"}
    assert admin.post(f"/admin/shelves/{shelf.id}/books", sent, htmx=True).status_code == 200
    again = admin.post(f"/admin/shelves/{shelf.id}/books", sent, htmx=True)
    assert again.status_code == 412


def test_a_page_is_written_seen_and_named_in_the_footer(admin, visitor):
    typed = {"title": "Delivery", "body": "## How\n\nBy **post**.", "slug": "delivery"}
    made = admin.post("/admin/pages", typed | {"in_footer": "1"})
    assert visitor.get("/pages/delivery").status_code == 404
    page = admin.get(made.location)
    assert admin.submit(page, "content-page", published="1").status_code == 303
    short = visitor.get("/delivery")
    assert (short.status_code, short.location) == (301, "/pages/delivery")
    read = markup.page(visitor.get("/pages/delivery"))
    assert [markup.text(e) for e in read.iter("strong") if e.text == "post"] == ["post"]
    assert "/pages/delivery" in {link.href for link in markup.plain(visitor.get("/books")).links}
    assert "/pages/delivery" in visitor.get("/sitemaps/pages.xml").text


def test_the_former_address_of_a_page_leads_to_where_it_is(visitor, backstage):
    with backstage.services() as services:
        boss = backstage.user(RoleCode.ADMIN)
        page = services.content.add(
            {"slug": "help", "title": "Help", "body": "", "published": True}, boss
        )
        services.content.amend(page.id, None, {"slug": "questions"}, boss)
        services.content.amend(page.id, None, {"slug": "answers"}, boss)
    for former in ("help", "questions"):
        moved = visitor.get(f"/ru/pages/{former}")
        assert (moved.status_code, moved.location) == (301, "/ru/pages/answers")
    with backstage.services() as services:
        services.content.amend(page.id, None, {"published": False}, boss)
    assert visitor.get("/pages/help").status_code == 404


def test_a_page_called_as_a_legal_text_takes_its_place(visitor, backstage):
    assert "Changing your mind" in told(visitor.get("/terms"))
    backstage.save(factories.content_page("terms", body="Ours alone."))
    assert "Ours alone." in told(visitor.get("/terms"))
    assert "Changing your mind" not in told(visitor.get("/terms"))
    there = visitor.get("/pages/terms")
    assert (there.status_code, there.location) == (301, "/terms")


def test_who_makes_an_account_agrees_to_the_page_in_place_of_the_text(app, visitor, backstage):
    page = backstage.save(factories.content_page("privacy", body="Ours alone."))
    typed = {"password": "lantern over quiet water", "consent": "1"}
    visitor.submit(visitor.get("/register"), "/register", email="a@example.org", **typed)
    asked = typed | {"email": "b@example.org", "consent": True}
    assert visitor.call("POST", "/api/v1/auth/register", json=asked).status_code == 201
    with app.app_context():
        versions = db.session.scalars(select(Consent.text_version)).all()
    assert versions == [f"page-{page.id}.1"] * 2


def test_who_makes_an_account_and_has_read_other_words_is_asked_anew(visitor, backstage):
    opened = visitor.get("/register")
    backstage.save(factories.content_page("privacy", body="Ours alone."))
    typed = {"email": "a@example.org", "password": "lantern over quiet water", "consent": "1"}
    refused = visitor.submit(opened, "/register", **typed)
    assert (refused.status_code, "has changed since" in told(refused)) == (422, True)
    assert visitor.form(refused, "/register").fields["email"] == "a@example.org"
    assert "consent" not in visitor.form(refused, "/register").fields
    assert visitor.submit(refused, "/register", **typed).status_code == 303


def test_a_page_that_is_taken_back_leaves_the_footer(admin, backstage):
    with backstage.services() as services:
        vera = backstage.user(RoleCode.ADMIN)
        page = {"slug": "gifts", "title": "Gifts", "body": "!"}
        services.content.add(page | {"published": True, "in_footer": True}, vera)
    assert 'href="/pages/gifts"' in admin.get("/books").text
    made = markup.plain(admin.get("/admin/audit"))
    [undo] = [form.action for form in made.forms if form.action.endswith("/undo")]
    admin.post(undo)
    assert 'href="/pages/gifts"' not in admin.get("/books").text


def test_the_history_of_a_shelf_names_its_books_and_kinds(admin, backstage):
    shelf = backstage.save(factories.shelf(backstage.book(title="The Sea"))).id
    book = backstage.book(title="The Lake").id
    with backstage.services() as services:
        vera = backstage.user(RoleCode.ADMIN)
        services.shelves.put(shelf, None, book, vera)
        services.shelves.amend(shelf, None, {"kind": ShelfKind.STAFF_PICKS}, vera)
    page = told(admin.get(f"/admin/shelves/{shelf}"))
    assert "Changed: Books: nothing → The Lake" in page
    assert "→ Staff picks, each with a card" in page


def test_a_page_without_an_address_is_not_said_to_be_there_already(admin, backstage):
    page = backstage.save(factories.content_page("gifts"))
    form = admin.get("/admin/pages/new")
    refused = admin.submit(form, "content-page", title="!", body="!").text
    assert "Give an address" in refused
    assert "already. Choose another one" not in refused
    taken = admin.submit(form, "content-page", title="!", slug=page.slug, body="!")
    assert "already. Choose another one" in taken.text


def test_what_is_typed_is_shown_and_nothing_is_saved(app, admin, backstage):
    page = backstage.save(factories.content_page(body="Before"))
    sent = {"title": "T", "body": "*now*", "body_ru": "*сейчас*", "id": page.id, "version": "1"}
    part = admin.post("/admin/pages/preview?language=ru", sent, htmx=True)
    assert "<em>сейчас</em>" in part.text
    whole = admin.post("/admin/pages/preview", sent)
    assert "<em>now</em>" in whole.text
    assert admin.form(whole, "content-page").action == f"/admin/pages/{page.id}"
    assert deeds(app, "content_page") == []


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "href"),
        ("<b onclick=x>y</b>", "<b"),
        ("![x](https://evil.example/a.png)", "<img"),
        ("<style>*{}</style>", "<style"),
    ],
)
def test_markdown_lets_nothing_through(typed, never):
    assert never not in rendered(typed)


def test_headings_begin_below_the_title_of_the_page():
    assert rendered("# One\n\n### Three") == "<h2>One</h2>\n<h3>Three</h3>"


def test_a_way_of_shipping_is_made_put_first_and_offered(app, admin, backstage):
    backstage.shipping()
    page = admin.get("/admin/shipping/new")
    made = admin.submit(page, "method", name="By bicycle", price="1 250,5", free_from="")
    assert made.status_code == 303
    with backstage.services() as services:
        way = services.shipping.in_order()[-1]
        assert (str(way.price), way.free_from, way.code) == ("1250.50", None, "by-bicycle")
    for _ in range(3):
        admin.post(f"/admin/shipping/{way.id}/move", {"places": "-1"})
    with backstage.services() as services:
        assert services.shipping.methods()[0].name == "By bicycle"
    assert deeds(app, "shipping_method")[0].after["price"] == "1250.50"


def test_what_orders_have_gone_by_is_offered_no_longer_but_stays(admin, backstage):
    order = backstage.order()
    with backstage.services() as services:
        used = next(m for m in services.shipping.in_order() if m.code == order.shipping_code)
    at = f"/admin/shipping/{used.id}"
    refused = admin.submit(admin.get(at), f"{at}/delete")
    assert refused.status_code == 409
    assert "Offer it no longer" in told(refused)
    form = admin.form(admin.get(at), "method")
    sent = {name: value for name, value in form.fields.items() if name != "active"}
    assert admin.send(at, sent).status_code == 303
    with backstage.services() as services:
        assert used.id not in {each.id for each in services.shipping.methods()}


def settings(admin, **typed):
    return admin.submit(admin.get("/admin/settings"), "settings", **typed)


def test_a_notice_is_on_every_page_until_its_day_is_over(app, admin, visitor):
    notice = {"notice_on": "1", "notice": "Closed on Monday", "notice_ru": "Закрыто в понедельник"}
    assert settings(admin, **notice, notice_until=str(day_of(app))).status_code == 303
    assert "Closed on Monday" in told(visitor.get("/books"))
    assert "Закрыто в понедельник" in told(visitor.get("/ru/"))
    settings(admin, notice_until=str(day_of(app) - timedelta(days=1)))
    assert "Closed on Monday" not in told(visitor.get("/books"))
    keys = [key for deed in deeds(app, "setting") for key in deed.after]
    assert keys == ["notice_on", "notice", "notice_ru", "notice_until", "notice_until"]
    # Both pages that tell of it say which it was.
    assert "Notice: nothing → Closed on Monday" in told(admin.get("/admin/settings"))
    assert "Notice before: nothing after: Closed on Monday" in told(admin.get("/admin/audit"))


def test_a_wrong_setting_keeps_what_was_typed_and_says_what_to_do(admin):
    refused = settings(admin, low_stock_threshold="many", contact_phone="+7 900")
    assert refused.status_code == 422
    assert "a whole number from 0 to 1000" in told(refused)
    fields = admin.form(refused, "settings").fields
    assert (fields["low_stock_threshold"], fields["contact_phone"]) == ("many", "+7 900")
    empty = settings(admin, notice_on="1")
    assert "Write the sentence, or do not show it." in told(empty)


def test_customers_read_the_chosen_contacts_wherever_the_shop_tells_any(app, admin, backstage):
    customer = backstage.user()
    order = backstage.order(user=customer)
    settings(admin, contact_phone="+7 900 555-00-00", contact_email="ask@example.net")
    page = Visitor(app, customer).get(f"/orders/{order.number}")
    assert "Write to ask@example.net or call +7 900 555-00-00" in told(page)
    _, _, data = admin.get("/").text.partition('<script type="application/ld+json">')
    [shop] = [
        node
        for node in json.loads(data.partition("</script>")[0])["@graph"]
        if node["@type"] == "BookStore"
    ]
    assert (shop["telephone"], shop["email"]) == ("+7 900 555-00-00", "ask@example.net")


def test_two_who_choose_at_once_overwrite_nothing(admin):
    page = admin.get("/admin/settings")
    assert admin.submit(page, "settings", contact_hours="9 to 5").status_code == 303
    assert admin.submit(page, "settings", contact_hours="10 to 6").status_code == 412
    assert "9 to 5" in told(admin.get("/books"))


def test_few_copies_are_marked_as_the_settings_say(admin, backstage):
    backstage.book(stock=4)
    low = 'class="number tabular low"'
    assert low not in admin.get("/admin/books").text
    settings(admin, low_stock_threshold="4")
    assert low in admin.get("/admin/books").text


def test_staff_who_wish_for_it_get_a_mail_when_an_order_is_paid(admin, backstage, sent):
    settings(admin, orders_notify_email="desk@example.org")
    order = backstage.paid()
    with backstage.services() as services:
        services.outbox.deliver_due()
    [letter] = [each for each in sent() if each["To"] == "desk@example.org"]
    assert order.number in letter["Subject"]


FORMS = {
    "shipping": ("shipping", factories.shipping_method, {"name": "New", "price": "1"}),
    "pages": ("content", factories.content_page, {"title": "New", "body": "New"}),
    "shelves": ("shelves", factories.shelf, {"name": "New", "kind": "mood"}),
    "publishers": ("publishers", factories.publisher, {"name": "New"}),
    "categories": ("categories", factories.category, {"name": "New"}),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_change_that_does_not_say_what_was_seen_is_refused(admin, backstage, name):
    service, made, typed = FORMS[name]
    thing = backstage.save(made()).id
    for version in ({}, {"version": ""}):
        refused = admin.post(f"/admin/{name}/{thing}", typed | version)
        assert refused.status_code == 422
    assert "does not say what you saw" in told(admin.post(f"/admin/{name}/{thing}", typed))
    with backstage.services() as services:
        assert getattr(services, service).get(thing).version == 1
    assert admin.post(f"/admin/{name}/{thing}", typed | {"version": "1"}).status_code == 303


def test_who_edits_one_that_makes_way_is_not_told_of_a_change(admin, backstage):
    first, other, moved = (
        backstage.save(factories.shipping_method(position=n)).id for n in range(3)
    )
    admin.post(f"/admin/shipping/{moved}/move", {"places": "-2"})
    with backstage.services() as services:
        ways = services.shipping.in_order()
        assert [each.id for each in ways] == [moved, first, other]
        assert [(each.position, each.version) for each in ways] == [(0, 2), (1, 1), (2, 1)]
    typed = {"name": "New", "price": "1"}
    for way, status in ((first, 303), (moved, 412)):
        answer = admin.post(f"/admin/shipping/{way}", typed | {"version": "1"})
        assert answer.status_code == status
