"""The schema file and the code say the same: what it takes is stored, and comes back as it was."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from log_service.batches import Poison, read
from log_service.contract import FILE, SCHEMA
from log_service.openapi import document

from tests.logs_consumer.api_client import ApiClient
from tests.logs_consumer.samples import batch, record

RECORD: dict[str, Any] = SCHEMA["$defs"]["LogRecord"]
# Another implementation than the one that the service uses.
FORMATS = FormatChecker([])
OTHER = Draft202012Validator(SCHEMA, format_checker=FORMATS)


@FORMATS.checks("date-time", ValueError)
def is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a schema of the file takes, of the keywords that it has."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([OF_TYPE[kind](schema) for kind in kinds])


def texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].removesuffix("$") + r"\Z", alphabet=st.characters())
    # Longer ones would only be slow.
    most = min(schema.get("maxLength", 60), 60)
    return st.text(min_size=schema.get("minLength", 0), max_size=most)


def objects(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" not in schema:
        names, each = texts(schema["propertyNames"]), values(schema["additionalProperties"])
        return st.dictionaries(names, each, max_size=3)
    told = {name: values(each) for name, each in schema["properties"].items()}
    # A moment that is, and that no store would delete at once.
    now = datetime.now(UTC)
    told["time"] = st.integers(0, 10**11).map(
        lambda ago: f"{now - timedelta(microseconds=ago):%Y-%m-%dT%H:%M:%S.%fZ}"
    )
    needed = {name: each for name, each in told.items() if name in schema["required"]}
    others = {name: each for name, each in told.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=others)


OF_TYPE = {
    "string": texts,
    "object": objects,
    "integer": lambda schema: st.integers(schema["minimum"], schema["maximum"]),
    "number": lambda schema: (
        st.integers(schema["minimum"], schema["maximum"])
        | st.floats(schema["minimum"], schema["maximum"])
    ),
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(values(RECORD), min_size=1, max_size=3, unique_by=lambda each: each["id"]))
def test_what_the_schema_takes_is_stored_and_comes_back_as_it_was(
    api: ApiClient, told: list[dict[str, Any]]
) -> None:
    assert not list(OTHER.iter_errors({"version": 1, "records": told}))
    api.app.extensions["log_store"].records.delete_many({})
    answer = api.post(batch(*told))
    assert (answer.status_code, answer.json) == (201, {"stored": len(told)}), answer.text
    found = {each["id"]: each for each in api.items(limit=500)}
    assert found == {each["id"]: each for each in told}


SPOILERS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(["2026-02-30T00:00:00.000000Z", "x" * 9000, "0" * 32]),
    st.dictionaries(st.text(max_size=5), st.none() | st.lists(st.none(), max_size=1), max_size=2),
)


@settings(max_examples=200)
@given(st.sampled_from([*RECORD["properties"], "another"]), SPOILERS)
def test_another_reader_of_the_schema_takes_and_refuses_the_same(name: str, value: Any) -> None:
    told = {"version": 1, "records": [{**record(), name: value}]}
    refused = read(json.dumps(told).encode()).refused
    assert bool(refused) == bool(list(OTHER.iter_errors(told)))


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    with suppress(Poison):
        read(body)


def test_half_a_letter_costs_no_record() -> None:
    body = batch(record(message="a name of a file: \udcff"))
    [read_record] = read(body).records
    assert read_record["message"] == "a name of a file: ?"


def test_the_document_of_the_api_has_the_file_in_it() -> None:
    schemas = document()["components"]["schemas"]
    in_file = json.loads(FILE.read_text(encoding="utf-8"))
    assert schemas["LogRecord"] == in_file["$defs"]["LogRecord"]
    assert schemas["LogBatch"]["properties"]["version"] == in_file["properties"]["version"]
    assert schemas["LogBatch"]["properties"]["records"]["items"] == {
        "$ref": "#/components/schemas/LogRecord"
    }
