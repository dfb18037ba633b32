"""What conftest promises about the stores that tests run against."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import redis

from shop.config import Config
from shop.gateways.mail import Letter, mailer_for


@pytest.mark.parametrize("time", ["once", "again"])
def test_each_test_begins_with_nothing(
    stores: tuple[psycopg.Connection, redis.Redis], config: Config, time: str
) -> None:
    connection, client = stores
    mails = Path(config.mail_url.removeprefix("file:"))
    assert connection.execute("SELECT count(*) FROM publishers").fetchone() == (0,)
    assert client.dbsize() == 0
    assert list(mails.glob("*")) == []

    connection.execute("INSERT INTO publishers (name, slug) VALUES ('Press', 'press')")
    connection.commit()
    client.set("cart", "full")
    letter = Letter("key", "reader@example.org", "Books", "text", "<p>html</p>")
    mailer_for(config.mail_url, config.mail_from).send(letter)
    assert len(list(mails.glob("*"))) == 1
