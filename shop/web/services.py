"""How views reach the services and the configuration of the running shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app
from werkzeug.local import LocalProxy

from shop.config import Config
from shop.services.registry import Services

SERVICES = "services"
CONFIG = "shop_config"


def _services() -> Services:
    return cast(Services, current_app.extensions[SERVICES])


def _config() -> Config:
    return cast(Config, current_app.extensions[CONFIG])


if TYPE_CHECKING:
    services: Services
    config: Config
else:
    services = LocalProxy(_services)
    config = LocalProxy(_config)
