from __future__ import annotations

from pathlib import Path

import pytest

from dev.shop_environment import Layout, read_environment, shop_environment, write_environment
from shop.config import Config


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    layout.sandbox.mkdir()
    return layout


def made(layout: Layout) -> dict[str, str]:
    return shop_environment(
        layout,
        8123,
        "http://127.0.0.1:9",
        {"DATABASE_URL": "postgresql://x/y", "REDIS_URL": "redis://127.0.0.1:1/0"},
    )


def test_it_is_all_that_the_shop_needs(layout: Layout) -> None:
    config = Config.from_env(made(layout))
    assert config.public_url == "http://127.0.0.1:8123"
    assert not config.production


def test_secrets_stay(layout: Layout) -> None:
    assert made(layout) == made(layout)


def test_what_is_set_wins_but_never_for_payments(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_URL", "smtp://127.0.0.1:25")
    monkeypatch.setenv("YOOKASSA_API_URL", "https://api.yookassa.ru/v3")
    monkeypatch.setenv("ENVIRONMENT", "production")
    config = Config.from_env(made(layout))
    assert config.mail_url == "smtp://127.0.0.1:25"
    assert config.yookassa_api_url == "http://127.0.0.1:9/v3"
    assert not config.production


def test_a_shell_can_read_it(layout: Layout) -> None:
    write_environment(layout, {**made(layout), "ODD": "it's $HOME; 'x'\nand a=b"})
    read = read_environment(layout)
    assert read["ODD"] == "it's $HOME; 'x'\nand a=b"
    assert Config.from_env(read).database_url == "postgresql://x/y"
