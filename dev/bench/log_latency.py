"""``python -m dev.bench.log_latency``: what writing and spooling log records costs a request.

Pages are asked of the application itself, forty at a time of each setting in turn, so that a
busy hour of the machine is one for all of them. Nobody reads standard output. "With shipping" is
where the spool is filled. Where Redis is dead, both shops are without it, and every record of the
second goes into a file.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import flask_migrate
from flask import Flask

from dev.bench.shops import configuration, new_database
from dev.problems import told_plainly
from dev.services.ports import HOST, free_port
from dev.services.scratch import scratch_stores
from shop import logging as shop_logging
from shop.app import create_app
from shop.bootstrap import configure_logging
from shop.config import Config
from shop.extensions import db
from shop.web.services import services as shop_services

PAGE = "/terms"
ROUNDS, REQUESTS, THREADS = 12, 40, 4


@dataclass
class Setting:
    """A shop, and milliseconds and requests a second of each round."""

    name: str
    config: Config
    app: Flask
    times: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def round(self) -> None:
        configure_logging(self.config, "web")
        client = self.app.test_client()
        client.get(PAGE)
        for _ in range(REQUESTS):
            began = time.perf_counter()
            if client.get(PAGE).status_code != 200:
                raise RuntimeError(f"{PAGE} is closed: {self.name}")
            self.times.append((time.perf_counter() - began) * 1000)
        self.rates.append(_rate(self.app))
        shop_logging.flush()


def _rate(app: Flask) -> float:
    def ask(number: int) -> None:
        client = app.test_client()
        for _ in range(number):
            client.get(PAGE)

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, [REQUESTS // THREADS] * THREADS))
    return REQUESTS / (time.perf_counter() - began)


def settings(config: Config, app: Flask, broker: str, folder: Path) -> list[Setting]:
    away = {"redis_url": f"redis://{HOST}:{free_port()}/0"}
    dead = create_app(config.model_copy(update=away))
    spooled = {"log_spool_folder": folder / "records"}

    def setting(name: str, app: Flask, **changes: object) -> Setting:
        return Setting(name, config.model_copy(update=spooled | changes), app)

    return [
        setting("standard output alone", app),
        setting("with shipping", app, amqp_url=broker),
        setting("with shipping, broker dead", app, amqp_url=f"amqp://{HOST}:{free_port()}"),
        setting("Redis dead, standard output alone", dead, **away),
        setting("Redis dead, with shipping", dead, amqp_url=broker, **away),
    ]


def _shop(config: Config) -> Flask:
    """One without books: its page of terms is all that is asked for."""
    app = create_app(config)
    with app.app_context():
        flask_migrate.upgrade()
        shop_services.content.seed()
        db.session.remove()
    return app


@contextmanager
def unread_output() -> Iterator[None]:
    """What is printed here goes to the terminal still; records, to where nobody reads."""
    before, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(before, 1)


def report(found: list[Setting]) -> None:
    print("| setting | median, ms | p95, ms | requests a second | median to the first |")
    print("| --- | ---: | ---: | ---: | ---: |")
    medians = [statistics.median(each.times) for each in found]
    # Each is held against the first shop with the same stores.
    for number, each in enumerate(found):
        first = medians[3 if number >= 3 else 0]
        p95 = statistics.quantiles(each.times, n=20)[-1]
        print(
            f"| {each.name} | {medians[number]:.2f} | {p95:.2f} "
            f"| {statistics.median(each.rates):.0f} | {medians[number] / first:.2f} |"
        )


def main() -> None:
    with (
        told_plainly(),
        scratch_stores() as services,
        tempfile.TemporaryDirectory() as folder,
    ):
        url = new_database(services["TEST_DATABASE_URL"], "log_latency")
        base = configuration(url, services["TEST_REDIS_URL"], Path(folder))
        config = base.model_copy(update={"log_level": "INFO"})
        app = _shop(config)
        broker = os.environ.get("AMQP_URL") or f"amqp://{HOST}:{free_port()}"
        found = settings(config, app, broker, Path(folder))
        with unread_output():
            for _ in range(ROUNDS):
                for each in found:
                    each.round()
            shop_logging.without_spool()
        report(found)
        for each in found:
            with each.app.app_context():
                db.engine.dispose()


if __name__ == "__main__":
    main()
