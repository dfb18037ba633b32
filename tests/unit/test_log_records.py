"""What the shop writes is `LogRecord` of the log path's contract, whatever it is given."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import logging as shop_logging
from shop.logging import RecordFormatter
from shop.logging.ids import new_id
from shop.observing import tracing

CONTRACT = Path(__file__).resolve().parents[2] / "logs_consumer" / "log_batch.schema.json"
BATCH = jsonschema_rs.validator_for(json.loads(CONTRACT.read_text()))
FORMATTER = RecordFormatter("web", "a-machine")


def written(message: str = "a", *arguments: object, **given: object) -> dict[str, object]:
    record = logging.LogRecord("shop.x", logging.INFO, "x.py", 1, message, arguments, None)
    vars(record).update(given)
    line = FORMATTER.format(record)
    assert "\n" not in line
    found = json.loads(line)
    BATCH.validate({"version": 1, "records": [found]})
    return dict(found)


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()


@given(
    message=st.text(),
    level=st.integers(0, 60),
    name=st.text(),
    facts=st.dictionaries(
        st.sampled_from(["request_id", "route", "method", "order"]), st.text(), max_size=4
    ),
    numbers=st.dictionaries(
        st.sampled_from(["status", "duration_ms", "user_id"]),
        st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    ),
    extra=st.dictionaries(st.text(min_size=1), ANYTHING, max_size=5),
)
def test_every_record_is_one_of_the_contract(message, level, name, facts, numbers, extra):
    others = {key: value for key, value in extra.items() if key not in vars(a_record())}
    written("%s", message, levelno=level, name=name, **others, **facts, **numbers)


def a_record() -> logging.LogRecord:
    return logging.makeLogRecord({})


def test_what_is_too_long_is_cut_and_not_refused():
    many = {f"e{number}": "x" * 3000 for number in range(50)}
    found = written("m" * 10000, name="n" * 300, order="o" * 50, route="r" * 300, **many)
    lengths = [len(str(found[key])) for key in ("message", "logger", "order", "route")]
    assert lengths == [8000, 200, 40, 200]
    assert len(found["extra"]) == 40
    assert {len(value) for value in found["extra"].values()} == {2000}


def test_of_a_long_traceback_the_end_is_kept_where_the_cause_stands():
    try:
        raise ValueError("long" * 20_000 + "the cause")
    except ValueError:
        found = written(exc_info=sys.exc_info())
    assert len(found["traceback"]) == 32000
    assert found["traceback"].endswith("the cause")


def test_what_is_no_scalar_is_told_as_text():
    found = written(a=[1], b=float("nan"), c=2**70, d=None, e=True, f=1.5)
    assert found["extra"] == {
        "a": "[1]",
        "b": "nan",
        "c": str(2**70),
        "d": None,
        "e": True,
        "f": 1.5,
    }


def test_records_of_a_request_tell_what_was_noted_of_it():
    shop_logging.begin()
    with shop_logging.scope(request_id="abcdefgh", route="orders.show", method="GET"):
        shop_logging.note(user_id=7)
        with shop_logging.scope(order="2345-6789"):
            inside = written()
        after = written(order="7KQ4-M92X")
    assert (inside["request_id"], inside["user_id"], inside["order"]) == (
        "abcdefgh",
        7,
        "2345-6789",
    )
    assert (after["route"], after["method"], after["order"]) == ("orders.show", "GET", "7KQ4-M92X")
    assert not {"request_id", "user_id", "order"} & written().keys()


def test_a_trace_is_named(monkeypatch):
    class Traced(tracing.Tracing):
        def trace_id(self):
            return f"{2**100:032x}"

    assert "trace_id" not in written()
    monkeypatch.setattr(tracing, "_current", Traced())
    assert written()["trace_id"] == f"{2**100:032x}"


def test_ids_are_of_version_7_and_sort_by_time():
    ids = [new_id() for _ in range(1000)]
    assert sorted(ids) == ids
    assert {(one[12], one[16] in "89ab", len(one)) for one in ids} == {("7", True, 32)}


@pytest.mark.parametrize(
    ("number", "level"),
    [(0, "DEBUG"), (10, "DEBUG"), (25, "INFO"), (50, "CRITICAL"), (99, "CRITICAL")],
)
def test_levels_between_two_count_as_the_lower_one(number, level):
    assert written(levelno=number)["level"] == level
