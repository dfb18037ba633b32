"""What an operation of the API takes and answers: said once, held to it, and told in OpenAPI.

    @api.patch("/<int:book_id>")
    @allowed_to(Permission.EDIT_BOOKS)
    @operation("books", body=BookChange, answer=BookOut, if_match=by_id(Book, "book_id"))
    def change(book_id: int, body: BookChange, version: int | None) -> Answer:

Who may do it is decided before any of this, by the rule of the route. Then come If-Match, the
query string and the body, in this order; the view gets them by name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request
from pydantic import BaseModel

from shop.api.answers import Answer, answered
from shop.api.etags import Named, required_version
from shop.api.reading import read_body, read_query, read_upload
from shop.api.repeats import once, refuse_key

View = Callable[..., Any]
OPERATION = "api_operation"


@dataclass(frozen=True)
class Operation:
    """`query` names the models that share the query string; `upload` is a form with a file.

    `errors` are the statuses beside those that follow from the rest: 404 of a path with a name in
    it, 412 and 428 of `if_match`, 409 of `keyed`, 422 of whatever is read and of a POST.
    """

    tag: str
    answer: type[BaseModel] | None = None
    status: int = 200
    query: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    body: type[BaseModel] | None = None
    upload: type[BaseModel] | None = None
    # The entity whose ETag If-Match has to have.
    if_match: Named | None = None
    # Idempotency-Key is read; a POST where it is not refuses it.
    keyed: bool = False
    errors: tuple[int, ...] = ()
    # Headers that may be sent, and what they are for.
    headers: Mapping[str, str] = field(default_factory=dict)
    # Headers of the answer beside those that follow from the rest: see sent_headers.
    sends: tuple[str, ...] = ()


def operation(tag: str, **said: Any) -> Callable[[View], View]:
    """Make a view an operation; the fields of Operation say how."""
    declared = Operation(tag, **said)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def run(**path: Any) -> Response:
            given = dict(path)
            if request.method == "POST" and not declared.keyed:
                refuse_key()
            if declared.if_match is not None:
                given["version"] = required_version(declared.if_match(path))
            if declared.query:
                given.update(read_query(declared.query))
            if declared.body is not None:
                given["body"] = read_body(declared.body)
            if declared.upload is not None:
                given["body"] = read_upload(declared.upload)
            result = view(**given)
            answer = result if isinstance(result, Answer) else Answer(result)
            return answered(answer, declared.status)

        called = once(run) if declared.keyed else run
        setattr(called, OPERATION, declared)
        return called

    return declare


def operation_of(view: View) -> Operation | None:
    found = getattr(view, OPERATION, None)
    return found if isinstance(found, Operation) else None
