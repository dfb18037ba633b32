"""Bytes into batches: what a message of the queue is, and the body of POST /logs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from log_service.contract import (
    VERSION,
    Fault,
    faults_of_envelope,
    faults_of_record,
)

# Bytes; what RabbitMQ 4 takes as a message at most, if it is not told otherwise.
LARGEST = 16 * 2**20
# Half a pair of UTF-16, which JSON can say and no text can hold.
HALF_LETTER = re.compile(rb"\\u[dD][89a-fA-F]")

Record = dict[str, Any]


class Poison(Exception):
    """This is no batch at all. `code` is for programs."""

    def __init__(self, code: str, reason: str, faults: list[Fault] | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.faults = faults or []


@dataclass(frozen=True)
class Refused:
    """One record that the schema does not take."""

    record: object
    faults: list[Fault]

    @property
    def reason(self) -> str:
        return "; ".join(f"{fault.field}: {fault.message}" for fault in self.faults)


@dataclass(frozen=True)
class Batch:
    records: list[Record]
    refused: list[Refused]


def read(body: bytes) -> Batch:
    """The records of a batch, the good and the bad; raises Poison where it is none."""
    if len(body) > LARGEST:
        raise Poison("too_large", f"{len(body)} bytes, and {LARGEST} are the most")
    value = _parsed(body)
    if isinstance(value, dict) and "version" in value and value["version"] != VERSION:
        raise Poison("unknown_version", f"version {str(value['version'])[:40]}, not {VERSION}")
    if faults := faults_of_envelope(value):
        said = "; ".join(f"{fault.field or 'the whole'}: {fault.message}" for fault in faults)
        raise Poison("no_batch", said, faults)
    return _sorted_out(value["records"])


def _sorted_out(records: list[Any]) -> Batch:
    good: list[Record] = []
    bad: list[Refused] = []
    for number, record in enumerate(records):
        if faults := faults_of_record(record, f"records.{number}"):
            bad.append(Refused(record, faults))
        else:
            good.append(record)
    return Batch(good, bad)


def _parsed(body: bytes) -> Any:
    try:
        # UTF-8 and nothing else: of bytes json would guess, and let halves of letters through.
        value = json.loads(body.decode(), parse_constant=_refuse)
        if HALF_LETTER.search(body):
            # The record is worth more than a letter that it spoilt.
            value = json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise Poison("not_json", f"this is no JSON: {error}") from None
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
