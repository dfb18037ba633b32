"""One registry of errors with three faces: a page, a fragment, problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Flask, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shop.errors import (
    BadRequest,
    LoginRequired,
    MethodNotAllowed,
    NotFound,
    SecondFactorRequired,
    ShopError,
    TooLarge,
    Unavailable,
    Unsupported,
)
from shop.services.storage_errors import translate
from shop.web.htmx import wants_fragment
from shop.web.request_log import address

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
# Titles of the registry, written out so that they are translated.
TITLES = {
    "error": _l("Something went wrong"),
    "not_found": _l("Not found"),
    "forbidden": _l("Not allowed"),
    "login_required": _l("Log in first"),
    "wrong_credentials": _l("Not logged in"),
    "code_required": _l("A code is needed too"),
    "second_factor_required": _l("Turn the second factor on first"),
    "bad_request": _l("This request cannot be used"),
    "method_not_allowed": _l("Not possible here"),
    "too_large": _l("Too much at once"),
    "unsupported_media_type": _l("Of a kind that is not read here"),
    "version_required": _l("Say what you have read"),
    "still_running": _l("Still at work on it"),
    "invalid": _l("Some of this needs another look"),
    "conflict": _l("This is not possible now"),
    "out_of_stock": _l("Not enough copies"),
    "price_changed": _l("The total has changed"),
    "illegal_move": _l("Not in this state"),
    "stale": _l("Changed by somebody else meanwhile"),
    "too_many_requests": _l("Too many attempts"),
    "unavailable": _l("The shop will be back in a moment"),
    "payment_unavailable": _l("The payment service does not answer"),
    "files_unavailable": _l("Pictures cannot be kept or shown just now"),
    "merged": _l("It is part of another one now"),
    "payment_mismatch": _l("This payment does not fit the order"),
}
DETAILS = {
    404: _l("There is nothing at this address. It may have been mistyped, or the page has gone."),
    405: _l("This address cannot be used in that way."),
    413: _l("This is more than the shop takes at once."),
    500: _l(
        "The mistake is ours and has been noted. Try again; if it keeps happening, write to us."
    ),
    503: _l("A part of the shop does not answer just now. Nothing is lost: try again in a moment."),
}
# What a person typed there is not put back into a page.
SECRET_FIELDS = ("password", "current_password", "code", "token", "csrf_token")
# A form with one of these is not offered again: it is opened again where it stands.
TOO_SECRET = frozenset({"current_password", "code", "token"})


# Werkzeug's errors that have one of ours; any other is a BadRequest.
HTTP_ERRORS: dict[int, type[ShopError]] = {
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: Unsupported,
}


# gunicorn reads a body while a view asks for it, and raises these of what it cannot read. Their
# text is what was sent.
SERVERS_ERRORS = "gunicorn.http.errors"


class UnexpectedError(ShopError):
    """A bug: it is logged, and the person only learns that it was not them."""


def is_api() -> bool:
    return request.path.startswith("/api/")


def title_of(error: ShopError) -> object:
    """The error's title in the language of the page."""
    return TITLES.get(error.code, error.title)


def problem_document(error: ShopError) -> dict[str, object]:
    """RFC 9457, with the shop's `code` and the fields at fault."""
    return {
        "type": f"urn:colophon:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": str(error.detail or DETAILS.get(error.status, "")),
        "code": error.code,
        "errors": [
            {"field": e.field, "code": e.code, "message": str(e.message)} for e in error.errors
        ],
        **error.members(),
    }


def respond(error: ShopError) -> Response:
    """The error's face for this request."""
    if is_api():
        response = jsonify(problem_document(error))
        response.mimetype = PROBLEM
    elif wants_fragment():
        response = make_response(_render("errors/_error.html", error))
        # A mistake is told where notices are; what the person was looking at stays.
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        response = make_response(_render("errors/page.html", error))
    response.status_code = error.status
    response.headers["Cache-Control"] = "no-store"
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401 and is_api():
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _render(template: str, error: ShopError) -> str:
    """`plain` leaves out what asks the database: it may be what does not answer."""

    def rendered(plain: bool) -> str:
        return render_template(
            template,
            error=error,
            title=title_of(error),
            detail=error.detail or DETAILS.get(error.status, ""),
            plain=plain,
        )

    if error.status >= 500:
        return rendered(plain=True)
    try:
        return rendered(plain=False)
    except Unavailable:
        return rendered(plain=True)


def on_shop_error(error: ShopError) -> Response:
    if isinstance(error, LoginRequired) and not is_api() and not wants_fragment():
        here = f"{request.script_root}{request.full_path}".rstrip("?")
        target = here if request.method == "GET" else None
        flash(str(error.detail), "info")
        return redirect(url_for("accounts.login", next=target), 303)
    if isinstance(error, SecondFactorRequired) and not is_api() and not wants_fragment():
        flash(str(error.detail), "info")
        return redirect(url_for("second_factor.show"), 303)
    return respond(error)


def on_csrf_error(_: CSRFError) -> Response:
    """The session that the form belonged to is gone; what was typed is offered again."""
    error = BadRequest(_l("This page had been open for too long. Send the form again."))
    if is_api() or wants_fragment():
        return respond(error)
    if TOO_SECRET & set(request.form):
        flash(str(error.detail), "warning")
        return redirect(_where_it_stands(), 303)
    typed = [
        (name, value) for name, value in request.form.items(multi=True) if name not in SECRET_FIELDS
    ]
    asks_password = "password" in request.form
    try:
        page = render_template(
            "errors/resend.html", error=error, typed=typed, asks_password=asks_password
        )
    except Unavailable as gone:
        return respond(gone)
    response = make_response(page, error.status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _where_it_stands() -> str:
    """The page that a form was sent from, if it is one of ours."""
    try:
        came = urlsplit(request.referrer or "")
    except ValueError:
        return url_for("home.index")
    if came.netloc != request.host:
        return url_for("home.index")
    return f"{came.path}?{came.query}" if came.query else came.path


def on_http_error(error: HTTPException) -> Response:
    """Werkzeug's errors, with the shop's face."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    ours = HTTP_ERRORS.get(status, BadRequest if status < 500 else UnexpectedError)
    response = respond(ours(DETAILS.get(ours.status, "")))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def on_exception(error: Exception) -> Response:
    """A storage error that no service saw (the limiter's, a session's), or a bug."""
    if type(error).__module__ == SERVERS_ERRORS:
        return respond(BadRequest(_l("What was sent is cut off or is no HTTP.")))
    ours = translate(error)
    if ours is None:
        logger.error("a bug in %s %s", request.method, address(), exc_info=error)
        ours = UnexpectedError(DETAILS[500])
    return respond(ours)


def install(app: Flask) -> None:
    app.jinja_env.filters["problem_title"] = title_of
    app.register_error_handler(ShopError, on_shop_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_exception)
