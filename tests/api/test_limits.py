"""What programs are told about how often they may ask."""

import pytest

from tests.visitor import HTMX, Visitor

PATH = "/api/v1/books"


@pytest.fixture
def program(other_shop):
    return Visitor(other_shop(api_reading_limit="3 per minute; 1000 per hour"))


def standing(answer) -> tuple[int, int, int]:
    """Limit, what is left of it, seconds."""
    names = ("Limit", "Remaining", "Reset")
    return tuple(int(answer.headers[f"RateLimit-{name}"]) for name in names)


def test_every_answer_tells_what_is_left(program):
    answers = [program.get(PATH), program.get(f"{PATH}/1"), program.get(f"{PATH}?limit=0")]
    assert [answer.status_code for answer in answers] == [200, 404, 422]
    for left, answer in zip((2, 1, 0), answers, strict=True):
        limit, remaining, seconds = standing(answer)
        assert (limit, remaining) == (3, left)
        assert 0 < seconds <= 60
        assert answer.headers["RateLimit"] == f'"api_reading";r={left};t={seconds}'
        assert answer.headers["RateLimit-Policy"] == '"api_reading";q=3;w=60'
        assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_who_asks_too_often_gets_a_problem_document(program, headers):
    for _ in range(3):
        program.get(PATH)
    answer = program.get(PATH, headers=headers)
    assert answer.status_code == 429
    assert answer.mimetype == "application/problem+json"
    limit, remaining, seconds = standing(answer)
    assert (limit, remaining) == (3, 0)
    assert answer.headers["Retry-After"] == str(seconds)
    problem = answer.get_json()
    assert (problem["status"], problem["code"]) == (429, "too_many_requests")
    assert problem["detail"] == f"Try again in {seconds} second{'s' if seconds > 1 else ''}."


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/v1/payments/yookassa/webhook"), ("GET", "/api/v1/openapi.json")],
)
def test_what_is_not_limited_or_kept_by_caches_tells_nothing(program, method, path):
    answer = program.call(method, path, json={})
    assert not [name for name, _ in answer.headers if name.startswith("RateLimit")]
