"""The document tells every operation, and the page that shows it loads nothing from elsewhere."""

import json

import pytest

from shop.api.description import DOCUMENT
from shop.api.examples import EXAMPLES
from shop.api.operations import operation_of
from tests.guards.test_routes import routes
from tests.visitor import Visitor


@pytest.fixture
def told(visitor):
    answer = visitor.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.get_json()


# Not for programs of others: what YooKassa calls, and the document itself.
UNTOLD = {"openapi.json", "docs", "webhook"}


def test_every_route_of_the_api_is_in_the_document(app, told):
    assert told["openapi"].startswith("3.1")
    known = {
        route
        for route, endpoint in routes(app).items()
        if "/api/v1/" in route and operation_of(app.view_functions[endpoint]) is None
    }
    assert {route.rpartition("/")[2] for route in known} == UNTOLD
    operations = [f"{m} {p}" for p, methods in told["paths"].items() for m in methods]
    assert len(operations) == sum("/api/v1/" in route for route in routes(app)) - len(known)


def test_every_operation_tells_its_errors_and_has_a_name_of_its_own(told):
    operations = [each for methods in told["paths"].values() for each in methods.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    for each in operations:
        assert each["summary"]
        assert each["tags"]
        for status, response in each["responses"].items():
            if int(status) >= 400:
                (content,) = response["content"].items()
                assert content[0] == "application/problem+json"
                assert content[1]["example"]["status"] == int(status)


def test_every_reference_leads_to_a_schema(told):
    def references(part):
        if isinstance(part, dict):
            for name, value in part.items():
                if name == "$ref":
                    yield value
                else:
                    yield from references(value)
        elif isinstance(part, list):
            for each in part:
                yield from references(each)

    schemas = told["components"]["schemas"]
    prefix = "#/components/schemas/"
    asked = {ref.removeprefix(prefix) for ref in references(told) if ref.startswith(prefix)}
    assert asked <= set(schemas)
    assert set(schemas) <= asked, "a schema that nothing refers to"


def test_every_schema_has_a_name_of_its_own(told):
    """Generators of clients make classes of the titles."""
    schemas = told["components"]["schemas"]
    assert [name for name in schemas if "__" in name] == []
    titles = [schema["title"] for schema in schemas.values() if "title" in schema]
    assert len({*titles}) == len(titles)


def test_the_page_that_tries_it_loads_its_parts_from_the_shop(visitor):
    page = visitor.get("/api/v1/docs")
    assert page.status_code == 200
    assert "http" not in page.text.replace("http-equiv", "")


def test_it_is_made_once_and_each_shop_has_its_own(other_shop):
    elsewhere = other_shop(public_url="http://elsewhere.example")
    once = Visitor(elsewhere).get("/api/v1/openapi.json")
    kept = elsewhere.extensions[DOCUMENT]
    again = Visitor(elsewhere).get("/api/v1/openapi.json")
    assert elsewhere.extensions[DOCUMENT] is kept
    assert once.data == again.data == kept
    assert once.get_json()["servers"] == [{"url": "http://elsewhere.example"}]
    here = Visitor(other_shop(public_url="http://here.example")).get("/api/v1/openapi.json")
    assert here.get_json()["servers"] == [{"url": "http://here.example"}]


def test_every_body_has_an_example_that_is_taken(app, told):
    """What people copy from the document works as far as a form can tell."""
    bodies = {
        declared.body.__name__: declared.body
        for view in app.view_functions.values()
        if (declared := operation_of(view)) is not None and declared.body is not None
    }
    assert set(bodies) == set(EXAMPLES)
    for name, example in EXAMPLES.items():
        bodies[name].model_validate_json(json.dumps(example), strict=True)
    login = told["paths"]["/api/v1/auth/login"]["post"]["requestBody"]["content"]
    assert login["application/json"]["example"] == EXAMPLES["Login"]
