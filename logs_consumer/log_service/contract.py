"""The contract: `log_batch.schema.json`, asked about whole batches and about single records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

FILE = Path(__file__).resolve().parent.parent / "log_batch.schema.json"
SCHEMA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
RECORD: dict[str, Any] = SCHEMA["$defs"]["LogRecord"]
VERSION: int = SCHEMA["properties"]["version"]["const"]
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
    return list(_faults(_envelope, value))


def is_record(value: object) -> bool:
    return _record.is_valid(value)


def faults_of_record(value: object, place: str) -> list[Fault]:
    return list(_faults(_record, value, place))


def _faults(validator: Draft202012Validator, value: object, *place: str) -> Iterator[Fault]:
    for error in validator.iter_errors(value):
        where = ".".join([*place, *map(str, error.instance_path)])
        yield Fault(where, _code(error), _shortened(error.message))


def _code(error: ValidationError) -> str:
    """The keyword of the schema that it does not keep to: `pattern`."""
    return str(error.kind.name)


def _shortened(message: str) -> str:
    if len(message) <= LONGEST_MESSAGE:
        return message
    half = LONGEST_MESSAGE // 2
    return f"{message[:half]} ... {message[-half:]}"
