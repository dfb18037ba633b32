"""Lists of objects: https://yookassa.ru/developers/using-api/lists"""

import pytest


def ids(answer):
    return [item["id"] for item in answer.json["items"]]


def test_the_newest_comes_first_and_a_cursor_leads_on(api):
    made = [api.create()["id"] for _ in range(5)]
    first = api.get("/payments", limit=3)
    assert first.json["type"] == "list"
    assert ids(first) == made[:1:-1]
    rest = api.get("/payments", limit=3, cursor=first.json["next_cursor"])
    assert ids(rest) == made[1::-1]
    assert "next_cursor" not in rest.json


def test_ten_come_if_no_limit_is_said(api):
    for _ in range(11):
        api.create()
    assert len(ids(api.get("/payments"))) == 10


def test_payments_are_filtered_by_status_and_time(api, clock):
    old = api.paid()
    clock.forward(hours=2)
    new = api.held()
    assert ids(api.get("/payments", status="succeeded")) == [old["id"]]
    assert ids(api.get("/payments", **{"created_at.gt": old["created_at"]})) == [new["id"]]
    assert ids(api.get("/payments", **{"created_at.gte": old["created_at"]})) == [
        new["id"],
        old["id"],
    ]
    assert ids(api.get("/payments", **{"created_at.lt": new["created_at"]})) == [old["id"]]
    assert ids(api.get("/payments", **{"captured_at.gte": old["captured_at"]})) == [old["id"]]
    assert ids(api.get("/payments", payment_method="sbp")) == []


def test_refunds_are_filtered_by_payment_and_status(api):
    first, second = api.paid(), api.paid()
    for payment in (first, second):
        body = {"payment_id": payment["id"], "amount": payment["amount"]}
        assert api.post("/refunds", body).status_code == 200
    found = api.get("/refunds", payment_id=second["id"]).json["items"]
    assert [refund["payment_id"] for refund in found] == [second["id"]]
    assert len(ids(api.get("/refunds", status="succeeded"))) == 2
    assert ids(api.get("/refunds", status="canceled")) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"status": "lost"}, "status"),
        ({"created_at.gte": "yesterday"}, "created_at.gte"),
        ({"created_at.gte": "2025-03-01T12:00:00"}, "created_at.gte"),
    ],
)
@pytest.mark.parametrize("path", ["/payments", "/refunds"])
def test_a_wrong_query_is_refused(api, path, query, parameter):
    assert api.refusal(api.get(path, **query)) == (400, "invalid_request", parameter)
