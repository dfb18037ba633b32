"""Headers that browsers hold the shop to, and the refusal of posts that other sites make.

Nothing but pictures is loaded from elsewhere and no script or style stands in a page:
https://www.w3.org/TR/CSP3/. Origin and Sec-Fetch-Site tell a cross-site post:
https://www.w3.org/TR/fetch-metadata/.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.middleware.proxy_fix import ProxyFix

from shop.config import Config
from shop.errors import Forbidden
from shop.extensions import csrf

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Flask-WTF wants the Referer of one's own pages on HTTPS.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
YEAR_SECONDS = 365 * 24 * 3600
# A browser holds a form to form-action on every redirect that follows it, and paying ends on
# the pages of banks that nobody can list.
PAYING = ("checkout.page", "checkout.place", "orders.show", "orders.pay")


def refuse_cross_site() -> None:
    """Forbidden for a changing request that a page of another site makes."""
    if request.method in SAFE or _without_cookies():
        return
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin.partition("://")[2] != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden(_l("This came from another site. Nothing was changed."))


def _without_cookies() -> bool:
    """Whether a program says itself who it is: then nothing that a browser adds counts."""
    given = request.authorization
    return request.path.startswith("/api/") and given is not None and given.type == "bearer"


def _policy(config: Config) -> str:
    # A picture on S3 comes from there, also where an address of ours sends the browser on.
    policy = POLICY.replace("data:", f"data: {config.picture_origin}".rstrip())
    if request.endpoint not in PAYING:
        return policy
    api = urlsplit(config.yookassa_api_url)
    return f"{policy} https: {api.scheme}://{api.netloc}"


def install(app: Flask, config: Config) -> None:
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    csrf.init_app(app)
    # Before Flask-WTF's own check, so that the reason given is the true one.
    app.before_request_funcs.setdefault(None, []).insert(0, refuse_cross_site)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", _policy(config))
        if config.production:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
        if response.mimetype == "text/html":
            # A page shows who is logged in and what is in the cart.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
