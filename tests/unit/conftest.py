"""A shop for what needs an app and no store: nothing listens where it would look for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from shop.app import create_app
from shop.config import Config


@pytest.fixture(scope="session")
def _storeless_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("storeless")
    return create_app(
        Config.model_validate(
            {
                "environment": "test",
                "database_url": "postgresql://127.0.0.1:1/none",
                "redis_url": "redis://127.0.0.1:1/0",
                "secret_key": "a key that only tests sign with",
                "public_url": "http://localhost",
                "log_level": "WARNING",
                "media_root": folder / "media",
                "mail_url": f"file:{folder / 'mail'}",
                "yookassa_shop_id": "506751",
                "yookassa_secret_key": "test_secret-of-the-shop",
            }
        )
    )


@pytest.fixture
def storeless(_storeless_app: Flask) -> Iterator[Flask]:
    """The app, its context open."""
    with _storeless_app.app_context():
        yield _storeless_app
