"""What is not for people: health, robots, and a developer's mails."""

import re

from shop.web import draining
from tests import markup


def test_the_process_answers_for_itself(visitor):
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_a_shop_is_ready_once_it_is_seeded(visitor, backstage):
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["parts"] == {"postgresql": True, "migrated": True, "seeded": False}
    backstage.shipping()
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.get_json()["ready"]) == (200, True)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_shop_that_is_to_stop_tells_its_proxy_and_serves_on(visitor, backstage, monkeypatch):
    backstage.shipping()
    monkeypatch.setattr(draining, "_leaving", bytearray(1))
    draining.leave()
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.get_json()["parts"]["staying"]) == (503, False)
    assert visitor.get("/healthz").status_code == visitor.get("/").status_code == 200


def test_robots_stay_out_of_what_is_somebodys(visitor):
    answer = visitor.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert [
        line for line in lines if not re.fullmatch(r"(User-agent|Disallow|Sitemap): \S+", line)
    ] == []
    for path in ("/cart", "/checkout", "/orders/", "/account", "/admin", "/login"):
        assert f"Disallow: {path}" in lines
        assert f"Disallow: /ru{path}" in lines
    assert "Sitemap: http://localhost/sitemap.xml" in lines


def test_mails_are_read_where_they_are_kept(visitor, backstage):
    order = backstage.order()
    with backstage.services() as services:
        services.outbox.deliver_due()
    listing = visitor.get("/dev/mail")
    (address,) = [h for h in markup.hrefs(markup.page(listing)) if h.startswith("/dev/mail/")]
    letter = markup.page(visitor.get(address))
    assert order.number in markup.text(letter)
    (link,) = [h for h in markup.hrefs(letter) if "token=" in h]
    assert visitor.get(link.removeprefix("http://localhost")).location == f"/orders/{order.number}"
