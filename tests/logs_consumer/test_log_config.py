"""A configuration that cannot be used stops the start, and says which variable is at fault."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from log_service.config import Config, ConfigError
from log_service.levels import Level

from tests.logs_consumer.parts import APP

GOOD = {
    "AMQP_URL": "amqp://someone:a-secret@broker/%2F",
    "MONGO_URL": "mongodb://someone:a-secret@store/logs",
    "LOGS_TOKEN": "a-secret-of-sixteen",
}


def test_what_is_not_said_has_its_default() -> None:
    config = Config.from_env(GOOD)
    assert (config.logs_exchange, config.dead_queue) == ("colophon.logs", "colophon.logs.dead")
    assert config.kept[Level.DEBUG] == timedelta(days=3)
    assert config.kept[Level.CRITICAL] == timedelta(days=365)


def test_the_broker_of_a_host_is_taken_too() -> None:
    hosted = {**GOOD, "AMQP_URL": "", "CLOUDAMQP_URL": "amqps://broker/name"}
    assert Config.from_env(hosted).amqp_url == "amqps://broker/name"


def test_several_tokens_are_read() -> None:
    config = Config.from_env({**GOOD, "LOGS_TOKEN_FALLBACKS": " an older one of sixteen ,,"})
    assert config.tokens == ("a-secret-of-sixteen", "an older one of sixteen")


def test_secrets_are_not_shown() -> None:
    config = Config.from_env({**GOOD, "LOGS_TOKEN_FALLBACKS": "a-secret-that-is-old"})
    assert "a-secret" not in repr(config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMQP_URL", ""),
        ("AMQP_URL", "http://broker"),
        ("AMQP_URL", "amqp://nobody-with-no-word@broker/"),
        ("AMQP_URL", "amqp://someone:a-secret/of-it@broker:5672/"),
        ("MONGO_URL", ""),
        ("MONGO_URL", "postgres://store"),
        ("LOGS_TOKEN", ""),
        ("LOGS_TOKEN", "short"),
        ("LOGS_TOKEN_FALLBACKS", "short"),
        ("PREFETCH", "0"),
        ("KEEP_ERROR_DAYS", "never"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_what_cannot_be_used_is_named_and_no_secret_is(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({**GOOD, name: value})
    assert name in str(caught.value)
    assert "a-secret" not in str(caught.value)


def test_gunicorn_ends_with_the_sentence_and_does_not_try_again() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "gunicorn", "log_service.wsgi:app", "--bind", "127.0.0.1:0"],
        cwd=APP,
        env={},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 3
    assert ended.stderr.count("The log service cannot start: AMQP_URL is not set") == 1


def test_without_configuration_it_ends_with_one_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "log_service.consumer"],
        cwd=APP,
        env={},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("The log service cannot start: AMQP_URL is not set; MONGO_URL")
    assert len(ended.stderr.splitlines()) == 1
