"""A whole page, or the fragment of it that changes.

htmx sends HX-Request; a boosted link and a page restored from history want the whole page.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

VARY = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


def wants_fragment() -> bool:
    asks = request.headers.get
    return (
        asks("HX-Request") == "true"
        and asks("HX-Boosted") != "true"
        and asks("HX-History-Restore-Request") != "true"
    )


def page_or_fragment(page: str, fragment: str, **context: Any) -> Response:
    """The template that this request wants."""
    return make_response(render_template(fragment if wants_fragment() else page, **context))


def after_post(fragment: str, location: str, **context: Any) -> Response:
    """After a change: htmx gets the fragment, a plain form is sent on with a 303."""
    if not wants_fragment():
        return redirect(location, 303)
    return make_response(render_template(fragment, **context))


def install(app: Flask) -> None:
    app.jinja_env.globals["wants_fragment"] = wants_fragment

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(VARY)
            if wants_fragment():
                # Kept by nobody, a fragment is never shown in place of its page.
                response.headers["Cache-Control"] = "no-store"
        return response
