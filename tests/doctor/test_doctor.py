"""`flask doctor` on broken configurations: for each a clear sentence, and what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import redis

from tests.commands import Commands, Done
from tests.doctor.conftest import OwnRedis
from tests.jobs.mail_server import MailServer

NOBODY = "127.0.0.1:1"
UNSET = ""
# What is changed in a healthy environment, and the sentences that tell of it.
BROKEN: dict[str, tuple[dict[str, str], list[str]]] = {
    "a variable is missing": (
        {"SECRET_KEY": UNSET},
        ["SECRET_KEY is not set."],
    ),
    "a variable is misspelt": (
        {"DATABASE_URL": UNSET, "DATABSE_URL": "postgresql://"},
        ["DATABASE_URL is not set, but DATABSE_URL is: rename it to DATABASE_URL."],
    ),
    "three mistakes at once": (
        {"ENVIRONMENT": "production", "PUBLIC_URL": "http://books.ru", "REDIS_URL": "cache:6379"},
        [
            "REDIS_URL: must be a redis://, rediss:// or redis+sentinel:// address.",
            "YOOKASSA_API_URL must be https://api.yookassa.ru/v3 and PUBLIC_URL must start with "
            "https:// in production.",
        ],
    ),
    "PostgreSQL is not there": (
        {"DATABASE_URL": f"postgresql://shop:a-password-of-it@{NOBODY}/shop"},
        [
            "PostgreSQL cannot be used: nobody listens there: start it, or correct host and port.",
        ],
    ),
    "PostgreSQL refuses the password": (
        {"DATABASE_URL": "wrong password"},
        [
            "PostgreSQL cannot be used: it refuses user or password: correct them in DATABASE_URL.",
        ],
    ),
    "the database has no tables": (
        {"DATABASE_URL": "no tables"},
        [
            "The database has no tables of the shop yet: run `flask --app wsgi db upgrade`.",
        ],
    ),
    "Redis is not there, and the mail server neither": (
        {"REDIS_URL": f"redis://:a-password-of-it@{NOBODY}/0", "MAIL_URL": f"smtp://{NOBODY}"},
        [
            f"Redis cannot be used: Error 111 connecting to {NOBODY}. Connection refused. Start "
            "it, or correct REDIS_URL.",
            "The mail server 127.0.0.1 does not let us in (Connection refused): correct MAIL_URL, "
            "or start it.",
        ],
    ),
    "an address that is none": (
        {"REDIS_URL": "redis://:a-password[of-it@cache:6379"},
        ["REDIS_URL: is no address: percent-encode [ and ] in its password."],
    ),
    "the replica is no replica, and the carts' Redis is not there": (
        {"DATABASE_REPLICA_URL": "the primary", "CART_REDIS_URL": f"redis://{NOBODY}/0"},
        [
            "DATABASE_REPLICA_URL leads to a database that follows no primary: name a streaming "
            "replica, or leave it out.",
            f"The Redis of the carts cannot be used: Error 111 connecting to {NOBODY}. Connection "
            "refused. Start it, or correct CART_REDIS_URL.",
        ],
    ),
    "YooKassa does not know the key": (
        {"YOOKASSA_SECRET_KEY": "test_of-another-shop"},
        [
            "YooKassa does not know this shop: correct YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY, "
            "which belong together.",
        ],
    ),
    "pictures cannot be kept": (
        {"MEDIA_ROOT": "/dev/null/media"},
        [
            "No picture can be kept in the folder /dev/null/media (MEDIA_ROOT): what is there is "
            "no folder: take it away, or name another one.",
        ],
    ),
    "there is no folder for pictures": (
        {"MEDIA_ROOT": "/nowhere/media"},
        [
            "There is no such place as the folder /nowhere/media (MEDIA_ROOT): make it, for the "
            "account that the shop runs as, or mount its disk.",
        ],
    ),
    "RabbitMQ refuses the password": (
        {"AMQP_URL": "wrong word"},
        [
            "RabbitMQ does not let us in (the broker refuses user, password or virtual host): "
            "correct AMQP_URL, or start it. Log records wait in Redis meanwhile.",
        ],
    ),
    "keys and addresses that are of no use": (
        {
            "SECRET_KEY": "please-changeme-soon",
            "PUBLIC_URL": "https://books.ru/shop",
            "MAIL_FROM": "orders",
            "DYNO": "web.1",
            "MEDIA_STORE": "local",
        },
        [
            "SECRET_KEY can be guessed, and with it anybody is anybody: make one with `python -c "
            "'import secrets; print(secrets.token_urlsafe(32))'`.",
            "PUBLIC_URL has a path (/shop), and the shop is at the top of its address: leave it "
            "out.",
            "TRUSTED_PROXIES is 0 behind Heroku's router, so all shoppers count as one and "
            "YooKassa's notifications are refused: set it to 1.",
            "MAIL_FROM has no address that can be answered (orders): write it like `My shop "
            "<orders@my-shop.ru>`.",
        ],
    ),
}


pytestmark = pytest.mark.usefixtures("amqp_url")


def spoilt(healthy: dict[str, str], changes: dict[str, str]) -> dict[str, str]:
    environment = healthy | changes
    url = urlsplit(healthy["DATABASE_URL"])
    other = f"{url.username}:not-this-one@{url.hostname}:{url.port}"
    named = {
        "wrong password": url._replace(netloc=other),
        "no tables": url._replace(path=urlsplit(os.environ["TEST_DATABASE_URL"]).path),
    }
    if environment.get("AMQP_URL"):
        broker = urlsplit(os.environ["TEST_AMQP_URL"])
        other = broker._replace(netloc=f"nobody:word@{broker.hostname}:{broker.port}")
        environment["AMQP_URL"] = other.geturl()
    if environment.get("DATABASE_REPLICA_URL"):
        environment["DATABASE_REPLICA_URL"] = healthy["DATABASE_URL"]
    if (name := environment.get("DATABASE_URL")) in named:
        environment["DATABASE_URL"] = named[name].geturl()
    return {name: value for name, value in environment.items() if value is not UNSET}


def lines(done: Done, level: str) -> list[str]:
    found = [line.split(maxsplit=1) for line in done.output.splitlines()]
    return [line[1] for line in found if line[0] == level]


def no_secret_is_told(done: Done, environment: dict[str, str]) -> None:
    addresses = [environment.get(f"{name}_URL", "") for name in ("DATABASE", "REDIS")]
    keys = [environment.get("SECRET_KEY"), environment["YOOKASSA_SECRET_KEY"]]
    # An address that is none, too.
    words = [each.rpartition("@")[0].rpartition(":")[2] for each in addresses]
    for secret in [*keys, *words]:
        assert not secret or secret not in done.output + done.errors


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_said_in_a_sentence(
    commands: Commands, healthy: dict[str, str], name: str
) -> None:
    changes, sentences = BROKEN[name]
    environment = spoilt(healthy, changes)
    done = commands.flask("doctor", environment=environment)
    assert (lines(done, "wrong"), done.status) == (sentences, 1)
    assert "Traceback" not in done.output + done.errors
    no_secret_is_told(done, environment)


def test_of_a_healthy_shop_it_says_that_all_is_well(
    commands: Commands, healthy: dict[str, str], mails: MailServer
) -> None:
    done = commands.flask("doctor", "--mail-to", "anna@books.ru", environment=healthy)
    assert (done.output.splitlines()[-1], done.status) == ("All is well.", 0)
    assert lines(done, "warning") == lines(done, "wrong") == []
    [mail] = mails.received
    assert mail["To"] == "anna@books.ru"


@contextmanager
def setting(client: redis.Redis, **changes: str) -> Iterator[None]:
    before = {name: client.config_get(name)[name] for name in changes}
    client.config_set(*[part for change in changes.items() for part in change])
    yield
    client.config_set(*[part for change in before.items() for part in change])


def test_programs_are_told_the_same(
    commands: Commands, healthy: dict[str, str], own_redis: OwnRedis
) -> None:
    with setting(own_redis.client, **{"maxmemory-policy": "allkeys-lru", "appendonly": "no"}):
        done = commands.flask("doctor", "--json", environment=healthy)
    told = json.loads(done.output)
    assert (told["status"], done.status) == ("wrong", 1)
    found = {(each["part"], each["level"]): each["sentence"] for each in told["findings"]}
    assert "set it to noeviction" in found["redis", "wrong"]
    assert "Set appendonly to yes" in found["redis", "warning"]
    assert found["payments", "ok"]


def test_a_cache_that_lets_nothing_go_is_a_warning(
    commands: Commands, healthy: dict[str, str], own_redis: OwnRedis
) -> None:
    environment = healthy | {"CACHE_REDIS_URL": own_redis.url}
    with setting(own_redis.client, maxmemory="200mb"):
        done = commands.flask("doctor", environment=environment)
    [sentence] = lines(done, "warning")
    assert sentence.startswith("The Redis of the cache takes nothing new when it is full")
    with setting(own_redis.client, **{"maxmemory": "200mb", "maxmemory-policy": "allkeys-lru"}):
        done = commands.flask("doctor", environment=environment)
    [sentence] = lines(done, "wrong")
    assert sentence.startswith("Redis throws away carts")
    assert not lines(done, "warning")


def test_a_warning_alone_is_no_failure(commands: Commands, healthy: dict[str, str]) -> None:
    changes = {"SECRET_KEY": healthy["SECRET_KEY"][:20], "PAYMENT_WINDOW_MINUTE": "9"}
    environment = healthy | changes
    done = commands.flask("doctor", environment=environment)
    assert lines(done, "warning") == [
        "PAYMENT_WINDOW_MINUTE is set and means nothing to the shop: PAYMENT_WINDOW_MINUTES may be "
        "meant.",
        "SECRET_KEY has 20 characters: take 32 or more.",
    ]
    assert (done.output.splitlines()[-1], done.status) == ("Wrong: 0, warnings: 2.", 0)


def test_what_is_misspelt_is_told_beside_what_is_wrong(
    commands: Commands, healthy: dict[str, str]
) -> None:
    changes = {"TRUSTED_PROXYS": "1", "REDIS_URL": f"redis://{NOBODY}/0", "LOG_LEVEL": "LOUD"}
    for wrong in (changes, {**changes, "LOG_LEVEL": "INFO"}):
        done = commands.flask("doctor", environment=healthy | wrong)
        assert [line for line in lines(done, "warning") if "TRUSTED_PROXYS" in line]
        assert done.status == 1


def test_the_doctor_leaves_nothing_where_pictures_are_kept(
    commands: Commands, healthy: dict[str, str]
) -> None:
    commands.flask("doctor", environment=healthy)
    assert os.listdir(healthy["MEDIA_ROOT"]) == []


@pytest.mark.parametrize("words", [["seed"], ["db", "upgrade"]])
def test_other_commands_fail_with_the_sentence(
    commands: Commands, healthy: dict[str, str], words: list[str]
) -> None:
    done = commands.flask(*words, environment=spoilt(healthy, {"SECRET_KEY": UNSET}))
    assert (done.status, done.output) == (1, "")
    assert done.errors == (
        "Error: The shop cannot start: SECRET_KEY is not set. See README, “Configure”. `flask "
        "--app wsgi doctor` says more.\n"
    )


def test_a_backup_goes_through_a_pipe_and_nothing_else_does(
    commands: Commands, healthy: dict[str, str]
) -> None:
    noisy = healthy | {"LOG_LEVEL": "DEBUG"}
    made = commands.flask("backup", "-", environment=noisy)
    assert (made.status, "Tables: " in made.errors) == (0, True)
    file = commands.folder / "backup.tar"
    file.write_bytes((commands.folder / "output").read_bytes())
    looked = commands.flask("restore", "--check", "-", environment=healthy, source=file)
    assert (looked.status, looked.output.partition(",")[0]) == (
        0,
        "A whole backup of https://books.ru",
    )
    refused = commands.flask("restore", str(file), environment=healthy)
    assert (refused.status, "not empty" in refused.errors) == (1, True)
