"""One book: its address, what it says, and the form that tools find it by."""

import pytest

from shop.models import BookContributor, ContributorRole, RoleCode
from tests import factories, markup
from tests.visitor import Visitor


def address(book) -> str:
    return f"/books/{book.slug}-{book.id}"


def buying_forms(answer) -> list:
    return [form for form in markup.plain(answer).forms if form.action.endswith("/cart/items")]


def test_it_shows_what_is_known_of_the_book(visitor, backstage):
    translator = BookContributor(
        contributor=factories.author("Constance Garnett"), role=ContributorRole.TRANSLATOR
    )
    author = BookContributor(contributor=factories.author("Leo Tolstoy"))
    book = backstage.book(
        contributors=[author, translator],
        title="War & Peace <1>",
        subtitle="A novel",
        list_price="1000.00",
        discount_percent=15,
        age_mark=16,
        published_year=-750,
    )
    tree = markup.page(visitor.get(address(book)))
    assert markup.text(tree.find(".//h1")) == "War & Peace <1>"
    shown = markup.text(tree.find("body/main"))
    for fact in (
        "A novel",
        "Leo Tolstoy",
        "Constance Garnett",
        "850 ₽",
        "1,000 ₽",
        "16+",
        "750 BC",
    ):
        assert fact in shown.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("slug", ["old-name", "x", "%D0%B2%D0%BE%D0%B9%D0%BD%D0%B0", "a-1-b"])
def test_an_old_or_mistyped_name_leads_to_the_right_address(visitor, backstage, slug):
    book = backstage.book()
    answer = visitor.get(f"/books/{slug}-{book.id}")
    assert (answer.status_code, answer.location) == (301, address(book))


@pytest.mark.parametrize(
    "path", ["x-999999", "x-0", "x-99999999999999999999", "x", "-1", "x--1", "x-1.5", "x-1a"]
)
def test_a_book_that_is_not_there_is_not_found(visitor, backstage, path):
    backstage.book()
    assert visitor.get(f"/books/{path}").status_code == 404


ISBN_10 = "0-306-40615-2"
ISBN_13 = "9780306406157"


@pytest.mark.parametrize(
    "given",
    [
        ISBN_13,
        "978-0-306-40615-7",
        "978 0 306 40615 7",
        ISBN_10,
        "0306406152",
        " 0306406152 ",
        "9780-306406157",
    ],
)
def test_an_isbn_in_any_form_leads_to_its_book(visitor, backstage, given):
    book = backstage.book(isbn=ISBN_13)
    answer = visitor.get(f"/isbn/{given}")
    assert (answer.status_code, answer.location) == (302, address(book))


@pytest.mark.parametrize(
    "given",
    [ISBN_13, "9780306406158", "0306406153", "978", "x", "%00", "0" * 5000, "⑨780306406157"],
)
def test_an_isbn_that_the_shop_does_not_have_is_not_found(visitor, given):
    assert visitor.get(f"/isbn/{given}").status_code == 404


def test_a_book_without_an_isbn_is_sold_by_its_sku(app, visitor, backstage):
    """It says nothing of an ISBN to shoppers, and staff see what it goes by."""
    clerk = Visitor(app, backstage.user(RoleCode.ADMIN))
    book = backstage.book(isbn=None, sku="POSTER-7")
    page = visitor.get(address(book)).text
    assert "ISBN" not in page.split("<main")[1]
    assert "book:isbn" not in page
    assert "POSTER-7" in clerk.get("/admin/books").text
    assert "ISBN <span" not in clerk.get(f"/admin/books/{book.id}").text
    assert visitor.get(f"/api/v1/books/{book.id}").get_json()["isbn"] is None
    with backstage.services():
        assert backstage.order(book).lines[0].isbn is None


def test_the_longest_title_is_sold_like_any_other(visitor, backstage):
    """Of a thousand letters: in the list, on its page, in the cart, in an order and its mail."""
    title = "The Golden Wheel Dream-Book and Fortune-Teller. " * 20 + "x" * 20
    book = backstage.book(title=title)
    assert "long-title" in visitor.get(address(book)).text
    assert visitor.get("/books").text.count("Golden Wheel")
    visitor.post("/cart/items", {"book_id": book.id})
    assert "Golden Wheel" in visitor.get("/cart").text
    placed = backstage.paid(book)
    assert placed.lines[0].title == title
    with backstage.services() as services:
        services.notifications.send_order_mail("placed-1", placed.id, "order_placed")


def test_a_book_that_can_be_bought_has_a_form_and_one_that_cannot_has_none(visitor, backstage):
    (form,) = buying_forms(visitor.get(address(backstage.book(stock=1))))
    assert form.method == "post"
    assert form.fields["quantity"] == "1"
    assert buying_forms(visitor.get(address(backstage.book(stock=0)))) == []


def test_a_book_whose_last_copy_is_promised_cannot_be_bought(visitor, backstage):
    book = backstage.book(stock=1)
    backstage.order(book)
    assert buying_forms(visitor.get(address(book))) == []


def test_the_last_copies_are_counted_out_loud(visitor, backstage):
    for stock in (1, 3):
        tree = markup.page(visitor.get(address(backstage.book(stock=stock))))
        (line,) = markup.with_class(tree, "buy__stock")
        assert line.find("strong") is not None


def test_books_that_stand_beside_it(visitor, backstage):
    austen, novels = factories.author("Jane Austen"), factories.category("novels")
    emma = backstage.book(title="Emma", authors=[austen], categories=[novels])
    backstage.book(title="Persuasion", authors=[austen])
    backstage.book(title="Middlemarch", categories=[novels])
    backstage.book(title="Cookery")
    tree = markup.page(visitor.get(address(emma)))
    shelves = markup.with_class(tree, "shelf")
    assert [
        [markup.text(card) for card in markup.with_class(shelf, "card__title")] for shelf in shelves
    ] == [["Persuasion"], ["Middlemarch"]]
