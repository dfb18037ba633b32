"""Staff: authors, publishers and series are found, called otherwise, and merged."""

import pytest

from shop.models import RoleCode
from tests import factories, markup
from tests.visitor import Visitor


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def shown(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return markup.text(markup.page(answer).find("body/main"))


def told(answer) -> str:
    return markup.text(markup.page(answer))


def test_somebody_is_found_in_other_letters_and_without_accents(clerk, backstage):
    backstage.save(
        factories.author("Пётр Ершов"), factories.author("Émile Zola"), factories.author("50% off_")
    )
    assert "Пётр Ершов" in shown(clerk.get("/admin/authors?q=петр"))
    zola = shown(clerk.get("/admin/authors?q=EMILE"))
    assert "Émile Zola" in zola
    assert "Ершов" not in zola
    # What means anything in SQL means itself here.
    assert "Zola" not in shown(clerk.get("/admin/authors?q=%25"))
    assert "50% off_" in shown(clerk.get("/admin/authors?q=0%25%20off_"))


def test_books_are_counted_drafts_as_well(clerk, backstage):
    author = backstage.save(factories.author("Anton Chekhov"))
    backstage.book(authors=[author])
    backstage.book(authors=[author], status="draft")
    [row] = [
        r for r in markup.page(clerk.get("/admin/authors")).iter("tr") if "Anton" in told_of(r)
    ]
    assert told_of(row).endswith("2")
    assert "Anton Chekhov" not in shown(clerk.get("/admin/authors?unused=true"))


def told_of(row) -> str:
    return markup.text(row)


def test_a_person_is_added_and_what_is_left_out_is_made(clerk):
    answer = clerk.submit(clerk.get("/admin/authors/new"), "name-form", name="Лев Толстой")
    assert answer.status_code == 303
    page = clerk.get(answer.location)
    fields = clerk.form(page, "name-form").fields
    assert fields["sort_name"] == "Толстой, Лев"
    assert "lev-tolstoy" in page.text


def test_what_was_typed_stays_when_somebody_was_faster(clerk, backstage):
    press = backstage.save(factories.publisher("Hogarth"))
    page = clerk.get(f"/admin/publishers/{press.id}")
    clerk.submit(page, "name-form", name="Hogarth Press")
    late = clerk.submit(page, "name-form", name="The Hogarth Press")
    assert late.status_code == 412
    assert clerk.form(late, "name-form").fields["name"] == "The Hogarth Press"
    # The second try has seen what is there.
    assert clerk.submit(late, "name-form").status_code == 303
    history = shown(clerk.get(f"/admin/publishers/{press.id}"))
    assert "Hogarth Press → The Hogarth Press" in history


def test_a_name_that_is_taken_says_what_to_do(clerk, backstage):
    backstage.save(factories.series("Classics"))
    answer = clerk.submit(clerk.get("/admin/series/new"), "name-form", name="Classics")
    assert answer.status_code == 409
    assert "Merge the two" in told(answer)


def test_who_has_books_cannot_be_deleted(clerk, backstage):
    author = backstage.save(factories.author("Jane Austen"))
    backstage.book(authors=[author])
    page = clerk.get(f"/admin/authors/{author.id}")
    refused = clerk.submit(page, f"/admin/authors/{author.id}/delete")
    assert refused.status_code == 409
    assert "1 book hangs on it" in told(refused)


def test_doubles_are_offered_merged_and_their_addresses_lead_on(clerk, visitor, backstage):
    kept = backstage.save(factories.author("Лев Толстой", slug="lev-tolstoy"))
    double = backstage.save(factories.author("Tolstoy, Lev", slug="tolstoy-lev"))
    backstage.book(title="Resurrection", authors=[double])
    assert "Tolstoy, Lev" in shown(clerk.get("/admin/authors/doubles"))
    page = clerk.get(f"/admin/authors/{kept.id}/merge?with={double.id}")
    merged = clerk.submit(page, "merge", keep=str(kept.id))
    assert (merged.status_code, merged.location) == (303, f"/admin/authors/{kept.id}")
    old = visitor.get(f"/authors/tolstoy-lev-{double.id}")
    assert (old.status_code, old.location) == (301, f"/authors/lev-tolstoy-{kept.id}")
    russian = visitor.get(f"/ru/authors/tolstoy-lev-{double.id}")
    assert russian.location == f"/ru/authors/lev-tolstoy-{kept.id}"
    assert "Resurrection" in visitor.get(old.location).text
    staff = clerk.get(f"/admin/authors/{double.id}")
    assert (staff.status_code, staff.location) == (301, f"/admin/authors/{kept.id}")
    problem = visitor.get(f"/api/v1/authors/{double.id}")
    assert (problem.status_code, problem.json["code"]) == (404, "merged")
    assert problem.json["merged_into"] == kept.id
    # And back.
    apart = clerk.submit(clerk.get(f"/admin/authors/{kept.id}"), f"/admin/authors/{kept.id}/part")
    assert (apart.status_code, apart.location) == (303, f"/admin/authors/{double.id}")
    assert "Resurrection" in visitor.get(f"/authors/tolstoy-lev-{double.id}").text


@pytest.mark.parametrize("kind", ["publishers", "series"])
def test_a_house_that_was_merged_leads_on(clerk, visitor, backstage, kind):
    make = {"publishers": factories.publisher, "series": factories.series}[kind]
    kept, double = backstage.save(make("Ad Astra")), backstage.save(make("Astra, Ad"))
    page = clerk.get(f"/admin/{kind}/{double.id}/merge?with={kept.id}")
    assert clerk.submit(page, "merge", keep=str(kept.id)).status_code == 303
    old = visitor.get(f"/{kind}/{double.slug}-{double.id}")
    assert (old.status_code, old.location) == (301, f"/{kind}/{kept.slug}-{kept.id}")


def test_a_merge_of_what_was_changed_meanwhile_is_refused(clerk, backstage):
    kept, double = (backstage.save(factories.author(name)) for name in ("Lev A", "Lew A"))
    page = clerk.get(f"/admin/authors/{kept.id}/merge?with={double.id}")
    clerk.submit(clerk.get(f"/admin/authors/{double.id}"), "name-form", name="Lewis A")
    refused = clerk.submit(page, "merge", keep=str(kept.id))
    assert refused.status_code == 412
    assert "Lewis A" in told(refused)
