"""Errors as answers: RFC 9457, in the shape that the shop's API has too."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from itertools import islice
from typing import Any

from flask import Response, jsonify
from pydantic import BaseModel, Field

from log_service.contract import Fault

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 5  # seconds
MOST_TOLD = 1000  # of what is wrong: as many as a batch has records


class FaultAnswer(BaseModel):
    """One thing wrong: where it is, for programs, and for people."""

    field: str = Field(examples=["records.3.user_id"])
    code: str = Field(examples=["minimum"])
    message: str


class ProblemAnswer(BaseModel):
    """What went wrong. Programs go by `code`; `detail` is for people."""

    type: str = Field(examples=["urn:colophon:problem:invalid"])
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultAnswer]
    # Of duplicates: how many records are new, and stored.
    stored: int | None = None


class Problem(Exception):
    """An error that knows its status and a stable code."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        errors: Iterable[Fault] = (),
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = list(islice(errors, MOST_TOLD))
        self.members = members

    def document(self) -> dict[str, Any]:
        return {
            "type": f"urn:colophon:problem:{self.code}",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "code": self.code,
            "errors": [
                {"field": each.field, "code": each.code, "message": each.message}
                for each in self.errors
            ],
            **self.members,
        }

    def response(self) -> Response:
        answer = jsonify(self.document())
        answer.mimetype = MEDIA_TYPE
        answer.status_code = self.status
        answer.headers["Cache-Control"] = "no-store"
        if self.status is HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = "Bearer"
        if self.status is HTTPStatus.SERVICE_UNAVAILABLE:
            answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer


def unauthorised() -> Problem:
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "token_required",
        "Send Authorization: Bearer with the token that this service was configured with.",
    )


def invalid(errors: Iterable[Fault]) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "See errors for what is wrong.", errors
    )


def too_slow(seconds: float) -> Problem:
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "too_slow",
        f"This took longer than {seconds:g} s. Ask for less time with since and until, or for a "
        "level, logger, request or order.",
    )


def unavailable() -> Problem:
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "store_away",
        "The document store does not answer. What was sent may be sent again.",
    )
