"""The document store: writing records once, however often they come.

A document is written when a majority of the replica set has it in its journal.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import bson
import pymongo
from bson.errors import BSONError
from pymongo import ASCENDING, DESCENDING, IndexModel, MongoClient
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DocumentTooLarge, PyMongoError

from log_service.batches import Record
from log_service.documents import Document, document_of
from log_service.levels import Level

DATABASE = "colophon_logs"
COLLECTION = "records"
DUPLICATE = 11000
# Seconds until a server is found, or has answered a connection.
REACHING = 3.0
# Of a store that changes its primary, ends, or has no room: nothing is wrong with the document.
PASSING = frozenset(
    {6, 7, 24, 50, 64, 89, 91, 112, 117, 133, 134, 189, 202, 262, 9001}
    | {10107, 11600, 11602, 13388, 13435, 13436, 14031}
)
UNFIT = (BSONError, OverflowError, UnicodeError, DocumentTooLarge)
NEWEST_FIRST = [("at", DESCENDING), ("_id", DESCENDING)]
# What GET /logs asks by, and what the store deletes by.
INDEXES = (
    IndexModel([("expires_at", ASCENDING)], name="retention", expireAfterSeconds=0),
    IndexModel(NEWEST_FIRST, name="newest"),
    IndexModel([("level", ASCENDING), *NEWEST_FIRST], name="newest_of_level"),
    IndexModel([("request_id", ASCENDING)], name="of_request", sparse=True),
    IndexModel([("order", ASCENDING)], name="of_order", sparse=True),
)


class StoreAway(Exception):
    """The store does not answer, or cannot write just now: the same again may go well."""


@dataclass
class Outcome:
    """What became of records: how many are new, which ids were there, what was refused and why."""

    stored: int = 0
    repeated: list[str] = field(default_factory=list)
    refused: list[tuple[Record, str]] = field(default_factory=list)


def connect(url: str, answering: float) -> MongoClient[Document]:
    """A client that waits so many seconds for each answer. It connects when it is first used."""
    return MongoClient(
        url,
        appname="colophon-logs",
        tz_aware=True,
        serverSelectionTimeoutMS=int(REACHING * 1000),
        connectTimeoutMS=int(REACHING * 1000),
        socketTimeoutMS=int(answering * 1000),
        # A second attempt would take as long once more. Whoever asks asks again, and whoever
        # writes may write the same again.
        retryReads=False,
        retryWrites=False,
        w="majority",
        journal=True,
        wTimeoutMS=int(answering * 1000),
    )


def records_in(client: MongoClient[Document]) -> Collection[Document]:
    return client.get_default_database(DATABASE).get_collection(COLLECTION)


class LogStore:
    """Writes, within what its client waits for an answer."""

    def __init__(self, records: Collection[Document], kept: Mapping[Level, timedelta]) -> None:
        self.records = records
        self._kept = kept
        self._prepared = False
        self._preparing = threading.Lock()

    def write(self, records: Sequence[Record]) -> Outcome:
        """Store what is not there yet; StoreAway where it is not known what is stored."""
        try:
            self._prepare()
            return self._write(records)
        except PyMongoError as error:
            raise StoreAway(str(error)[:500]) from error

    def _prepare(self) -> None:
        """Indexes, which a store that has them takes as told."""
        with self._preparing:
            if not self._prepared:
                self.records.create_indexes(list(INDEXES))
                self._prepared = True

    def _write(self, records: Sequence[Record]) -> Outcome:
        documents = [document_of(record, self._kept) for record in records]
        try:
            return self._insert(records, documents)
        except UNFIT:
            return self._write_what_fits(records, documents)

    def _insert(self, records: Sequence[Record], documents: list[Document]) -> Outcome:
        outcome = Outcome()
        if not documents:
            return outcome
        try:
            self.records.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            failed = _failed(error)
            for number, (code, reason) in failed.items():
                if code == DUPLICATE:
                    outcome.repeated.append(documents[number]["_id"])
                else:
                    outcome.refused.append((records[number], f"{code}: {reason}"))
            outcome.stored = len(documents) - len(failed)
        else:
            outcome.stored = len(documents)
        return outcome

    def _write_what_fits(self, records: Sequence[Record], documents: list[Document]) -> Outcome:
        """No document of such a call was sent: find out which ones are at fault."""
        reasons = [_unfit(document) for document in documents]
        fit = [number for number, reason in enumerate(reasons) if reason is None]
        outcome = self._insert([records[n] for n in fit], [documents[n] for n in fit])
        outcome.refused += [
            (record, reason) for record, reason in zip(records, reasons, strict=True) if reason
        ]
        return outcome


def _unfit(document: Document) -> str | None:
    """Why this cannot be a document; None where it can."""
    try:
        size = len(bson.encode(document))
    except UNFIT as error:
        return f"{type(error).__name__}: {error}"
    return f"{size} bytes" if size > 16 * 2**20 else None


def _failed(error: BulkWriteError) -> dict[int, tuple[int, str]]:
    """Code and reason by the document's place. Raises the error where the store is at fault."""
    details = dict(error.details)
    failed = {each["index"]: (each["code"], each["errmsg"]) for each in details["writeErrors"]}
    if details.get("writeConcernErrors") or any(code in PASSING for code, _ in failed.values()):
        raise error
    return failed


def answers(records: Collection[Document], seconds: float) -> bool:
    with suppress(PyMongoError), pymongo.timeout(seconds):
        records.database.command("ping")
        return True
    return False
