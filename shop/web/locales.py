"""Languages by address: `/books` speaks the default one, `/ru/books` speaks Russian.

The prefix becomes SCRIPT_NAME, so routes do not know of it and `url_for` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Flask, has_request_context, request
from flask_babel import get_locale

from shop.config import Config, Locale
from shop.extensions import babel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOCALE = "colophon.locale"
# What speaks no language has no prefix.
UNPREFIXED = (
    *("/api", "/media", "/static", "/healthz", "/readyz", "/metrics"),
    *("/robots.txt", "/sitemap.xml", "/sitemaps/"),
)
# With the country, as Open Graph wants them.
TERRITORIES = {Locale.EN: "en_GB", Locale.RU: "ru_RU"}
NAMES = {Locale.EN: "English", Locale.RU: "Русский"}


class LocalePrefix:
    """WSGI middleware that takes the language off the path."""

    def __init__(self, app: WSGIApplication, default: Locale) -> None:
        self.app = app
        self.default = default
        self.others = [locale for locale in Locale if locale is not default]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[LOCALE] = self.default
        path = environ.get("PATH_INFO", "")
        for locale in self.others:
            rest = path.removeprefix(f"/{locale}")
            if rest == path or rest[:1] not in ("", "/") or rest.startswith(UNPREFIXED):
                continue
            environ[LOCALE] = locale
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{locale}"
            environ["PATH_INFO"] = rest or "/"
        return self.app(environ, start_response)


def current() -> Locale:
    """The language of this request; outside of one, of the mail that is being written."""
    if has_request_context():
        return Locale(request.environ.get(LOCALE, Locale.EN))
    return Locale(str(get_locale() or Locale.EN))


def _asked_for(default: Locale) -> Locale:
    """What `get_locale` answers where nobody forces a language: a job has no request."""
    return Locale(request.environ.get(LOCALE, default)) if has_request_context() else default


def prefix(locale: Locale, default: Locale) -> str:
    return "" if locale == default else f"/{locale}"


def same_page(locale: Locale, default: Locale) -> str:
    """The address of this page, with its query, in another language."""
    query = request.query_string.decode("utf-8", "replace")
    return f"{prefix(locale, default)}{quote(request.path)}{'?' if query else ''}{query}"


def in_language(path: str, locale: Locale, default: Locale) -> str:
    """An address that was made for this page's language, in another one."""
    rest = path.removeprefix(request.script_root) if request.script_root else path
    return f"{prefix(locale, default)}{rest or '/'}"


def suggestion() -> Locale | None:
    """The language that the browser would rather have; never more than a suggestion."""
    wanted = request.accept_languages.best_match([str(locale) for locale in Locale])
    return Locale(wanted) if wanted and wanted != current() else None


def install(app: Flask, config: Config) -> None:
    app.wsgi_app = LocalePrefix(app.wsgi_app, config.default_locale)  # type: ignore[method-assign]
    babel.init_app(
        app,
        default_locale=str(config.default_locale),
        default_timezone=config.timezone,
        default_translation_directories=f"{app.root_path}/translations",
        locale_selector=lambda: str(_asked_for(config.default_locale)),
        timezone_selector=lambda: ZoneInfo(config.timezone).key,
    )
    app.jinja_env.globals.update(
        current_locale=current,
        locale_names=NAMES,
        territories=TERRITORIES,
        same_page_in=lambda locale: same_page(locale, config.default_locale),
        default_locale=config.default_locale,
        in_language=lambda path, locale: in_language(path, locale, config.default_locale),
        url_prefix=lambda locale: prefix(locale, config.default_locale),
        suggested_locale=suggestion,
    )
