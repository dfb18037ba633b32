"""The contract: `log_batch.schema.json`, asked about whole batches and about single records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

FILE = Path(__file__).resolve().parent.parent / "log_batch.schema.json"
SCHEMA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
RECORD: dict[str, Any] = SCHEMA["$defs"]["LogRecord"]
VERSION: int = SCHEMA["properties"]["version"]["const"]
MOST_FAULTS = 20  # of one record; more of them help nobody
LONGEST_MESSAGE = 300  # letters; the value at fault may be a traceback


@dataclass(frozen=True)
class Fault:
    """One thing wrong, and where it is: `records.3.user_id`."""

    field: str
    code: str
    message: str


def _without_records() -> dict[str, Any]:
    """The schema of a batch that takes anything for a record."""
    records = {**SCHEMA["properties"]["records"], "items": {}}
    return {**SCHEMA, "properties": {**SCHEMA["properties"], "records": records}}


_envelope = Draft202012Validator(_without_records(), validate_formats=True)
_record = Draft202012Validator(RECORD, validate_formats=True)


def faults_of_envelope(value: object) -> list[Fault]:
    """What is wrong with a batch, its records aside."""
    try:
        return list(_faults(_envelope, value))
    except ValueError as error:
        return [_too_deep("", error)]


def faults_of_record(value: object, place: str) -> list[Fault]:
    """What is wrong with a record; nothing, as with most."""
    try:
        return [] if _record.is_valid(value) else list(_faults(_record, value, place))
    except ValueError as error:
        return [_too_deep(place, error)]


def _faults(validator: Draft202012Validator, value: object, *place: str) -> Iterator[Fault]:
    for error in islice(validator.iter_errors(value), MOST_FAULTS):
        where = ".".join([*place, *map(str, error.instance_path)])
        yield Fault(where, _code(error), _shortened(error.message))


def _too_deep(place: str, error: ValueError) -> Fault:
    """Of what the validator cannot look through: more than some 250 levels."""
    return Fault(place, "too_deep", str(error))


def _code(error: ValidationError) -> str:
    """The keyword of the schema that it does not keep to: `pattern`."""
    return str(error.kind.name)


def _shortened(message: str) -> str:
    if len(message) <= LONGEST_MESSAGE:
        return message
    half = LONGEST_MESSAGE // 2
    return f"{message[:half]} ... {message[-half:]}"
