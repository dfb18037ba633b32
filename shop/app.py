"""create_app: a shop from its configuration."""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path

from flask import Flask

from shop.api import register as register_api
from shop.bootstrap import Parts, build, configure_logging
from shop.config import Config
from shop.errors import ShopError
from shop.extensions import (
    COUNTING_TIMEOUT_SECONDS,
    REPLICA,
    cache,
    db,
    impatient,
    limiter,
    login_manager,
    migrate,
)
from shop.gateways import shared_cache
from shop.gateways.redis_connections import pool
from shop.gateways.shared_cache import Shared, made_by
from shop.services.catalogue_reads import ALLOWED
from shop.views import register as register_views
from shop.web import (
    access,
    agents,
    application,
    assets,
    bearer,
    bulk_labels,
    canonical,
    counting,
    errors,
    facts,
    formats,
    front,
    highlight,
    htmx,
    job_labels,
    kept_fragments,
    known_browsers,
    labels,
    leafing,
    locales,
    lookouts,
    markdown,
    measuring,
    outlets,
    pictures,
    replica_reads,
    request_log,
    security,
    staff_menu,
    structured,
    urls,
    viewers,
    visitors,
    xml,
)
from shop.web.application import Application
from shop.web.services import CONFIG, SERVICES, services

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent
# Seconds: for a new connection, for one from the pool, and for one statement.
CONNECT_SECONDS, POOL_SECONDS, STATEMENT_SECONDS = 3, 5, 15
# Where gunicorn.conf.py finds what a new process does first.
WARM_UP = "warm_up"
REPLICA_SECONDS = 2
MOST_UPLOADED = 25 * 2**20


def create_app(
    config: Config | None = None, parts: Parts | None = None, *, service: str = "web"
) -> Flask:
    """The WSGI application. ConfigError names what the environment lacks.

    `service` is the program that it is made for, as log records tell it.
    """
    config = config or Config.from_env(os.environ)
    configure_logging(config, service)
    app = Application(
        "shop",
        root_path=str(ROOT / "shop"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_mapping(_flask_settings(config))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    _extensions(app, config)
    outlets.install(app, config)
    app.extensions[CONFIG] = config
    shared = Shared(cache, made_by(config))
    app.extensions[SERVICES] = build(config, db.session, parts or Parts(), shared)
    _web(app, config, shared)
    register_views(app, config)
    register_api(app)
    app.extensions[WARM_UP] = partial(warm_up, app)
    return app


def warm_up(app: Flask) -> None:
    """Read the catalogue into memory now; where that fails, the first shopper's page does it."""
    with app.app_context():
        try:
            services.finding.warm_up()
            if replica := app.extensions.get(REPLICA):
                db.session.info[ALLOWED] = replica
                services.finding.warm_up()
        except ShopError:
            logger.warning("the catalogue could not be read yet")


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": list(config.secret_key_fallbacks),
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.production,
        "SESSION_COOKIE_NAME": "session",
        "MAX_CONTENT_LENGTH": MOST_UPLOADED,
        "TEMPLATES_AUTO_RELOAD": not config.production,
        "WTF_CSRF_TIME_LIMIT": None,
        # What it would make of other addresses is not what we do: it gets our connections.
        "RATELIMIT_STORAGE_URI": "redis://",
        "RATELIMIT_STORAGE_OPTIONS": {
            "key_prefix": "limit",
            "connection_pool": pool(config.redis_url, **impatient(COUNTING_TIMEOUT_SECONDS)),
        },
        "RATELIMIT_STRATEGY": "moving-window",
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine(CONNECT_SECONDS, STATEMENT_SECONDS),
        "SQLALCHEMY_BINDS": _replica(config),
    }


def _engine(connect_seconds: int, silent_seconds: int) -> dict[str, object]:
    """Options of the connections to a database."""
    return {
        # What a statement was given stays out of the logs: passwords' hashes are among it.
        "hide_parameters": True,
        # A server that went away and came back is noticed before it costs a request.
        "pool_pre_ping": True,
        "pool_timeout": POOL_SECONDS,
        "connect_args": {
            "connect_timeout": connect_seconds,
            # A server that fell silent is given up, in milliseconds.
            "tcp_user_timeout": 1000 * silent_seconds,
            "options": f"-c statement_timeout={STATEMENT_SECONDS}s -c timezone=UTC",
        },
    }


def _replica(config: Config) -> dict[str, object]:
    """It is given up sooner than the primary, which answers in its place."""
    if not config.database_replica_url:
        return {}
    options = _engine(REPLICA_SECONDS, REPLICA_SECONDS)
    return {REPLICA: {"url": config.database_replica_url, **options}}


def _extensions(app: Flask, config: Config) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    limiter.init_app(app)
    cache.init_app(app, shared_cache.settings(config))
    login_manager.init_app(app, add_context_processor=False)


def _web(app: Flask, config: Config, shared: Shared) -> None:
    """Outermost last: WhiteNoise answers for static files before anything else is asked."""
    application.install(app)
    locales.install(app, config)
    # Whom it is counted for comes before it is counted.
    bearer.install(app)
    # Before the token of a page is looked at: what is sent too often costs next to nothing.
    counting.install(app)
    security.install(app, config)
    request_log.install(app, config)
    access.install(app)
    htmx.install(app)
    measuring.install(app)
    lookouts.install(app)
    kept_fragments.install(app, shared)
    replica_reads.install(app, config)
    visitors.install(app)
    known_browsers.install(app)
    viewers.install(app)
    formats.install(app, config)
    highlight.install(app)
    front.install(app)
    markdown.install(app)
    urls.install(app)
    pictures.install(app)
    canonical.install(app)
    structured.install(app)
    xml.install(app)
    labels.install(app)
    bulk_labels.install(app)
    job_labels.install(app)
    facts.install(app)
    agents.install(app)
    leafing.install(app)
    staff_menu.install(app)
    errors.install(app)
    assets.install(app, config)
