"""Traces and reports of errors, where they are configured."""

from __future__ import annotations

from flask import Flask, has_request_context, request

from shop import logging as shop_logging
from shop.config import Config
from shop.extensions import db
from shop.observing import tracing
from shop.observing.outlets import Facts, Outlets, open_outlets


def facts() -> Facts:
    """Of the request under way, if one is: what its records tell. Nobody is asked for it, since the
    database may be what failed."""
    noted = shop_logging.noted()
    route = request.endpoint if has_request_context() else None
    request_id, user_id = noted.get("request_id"), noted.get("user_id")
    return Facts(
        route,
        str(request_id) if request_id else None,
        user_id if isinstance(user_id, int) else None,
    )


def install(app: Flask, config: Config) -> None:
    """Before all that wraps the app: what is traced is in a request of Flask's."""
    open_outlets(
        Outlets(
            config.otel_exporter_otlp_endpoint,
            config.otel_service_name,
            config.sentry_dsn,
            config.sentry_environment or str(config.environment),
            config.release,
        ),
        facts,
    )
    with app.app_context():
        tracing.current().watch(app, db.engines.values())
