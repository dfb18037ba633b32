"""Refusals, in the shape the API gives them.

https://yookassa.ru/developers/using-api/response-handling/response-format lists the fields of an
error, https://yookassa.ru/developers/using-api/response-handling/http-codes the codes. Where a
description is a fixed phrase, it is the one in the list of errors at
https://github.com/yoomoney/yookassa-github-docs (checkout-api); that list does not say which
``parameter`` goes with a phrase, so the parameter named is our reading.
"""

import uuid

from flask import Response, jsonify

# "How many milliseconds to wait before repeating"; 1800 is the value in the API's own examples:
# https://yookassa.ru/developers/using-api/openapi-specification
RETRY_AFTER_MS = 1800


class ApiError(Exception):
    """An answer other than 200. ``parameter`` names the header or field at fault."""

    def __init__(
        self, status: int, code: str, description: str, parameter: str | None = None
    ) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description
        self.parameter = parameter

    def document(self) -> dict[str, object]:
        """The JSON body; each error has an id of its own to quote to support."""
        body: dict[str, object] = {
            "type": "error",
            "id": str(uuid.uuid4()),
            "code": self.code,
            "description": self.description,
        }
        if self.parameter is not None:
            body["parameter"] = self.parameter
        if self.status == 500:
            body["retry_after"] = RETRY_AFTER_MS
        return body


class Processing(ApiError):
    """HTTP 202: accepted, not done yet.

    The present list of codes has no 202, but the SDK still handles it (ResponseProcessingError),
    and earlier documentation gave it this body (https://yookassa.ru/developers/using-api/basics).
    """

    def __init__(self) -> None:
        super().__init__(202, "processing", "Accepted, not processed yet: repeat with the same key")

    def document(self) -> dict[str, object]:
        return {
            "type": "processing",
            "description": self.description,
            "retry_after": RETRY_AFTER_MS,
        }


def invalid(description: str, parameter: str | None) -> ApiError:
    """400: the request breaks a rule."""
    return ApiError(400, "invalid_request", description, parameter)


def not_found(what: str, parameter: str | None) -> ApiError:
    """404: no such thing in this shop."""
    return ApiError(404, "not_found", f"{what} not found or forbidden", parameter)


def bad_credentials(description: str) -> ApiError:
    """401: the shop's id or its secret is wrong."""
    return ApiError(401, "invalid_credentials", description, "Authorization")


def unknown_outcome() -> ApiError:
    """500: whether anything was done is not said; the caller repeats with the same key."""
    return ApiError(500, "internal_server_error", "Technical trouble: the outcome is unknown")


def as_response(error: ApiError) -> Response:
    """The error as an HTTP answer."""
    response = jsonify(error.document())
    response.status_code = error.status
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="YooKassa sandbox"'
    return response
