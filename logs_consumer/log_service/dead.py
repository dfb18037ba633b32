"""`python -m log_service.dead`: what could not be stored and why; `--replay` sends it again."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError
from pika.spec import BasicProperties

from log_service.broker import RECORDS, connected, declare
from log_service.config import Config, ConfigError
from log_service.dead_letters import publish

SHOWN = 200  # bytes of a body


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m log_service.dead", description=__doc__)
    parser.add_argument("--replay", action="store_true", help="send them to the service again")
    parser.add_argument("--limit", type=int, default=100, help="so many at most (100)")
    arguments = parser.parse_args()
    try:
        look(Config.from_env(os.environ), arguments.replay, arguments.limit)
    except ConfigError as error:
        sys.exit(str(error))
    except (AMQPError, OSError) as error:
        sys.exit(f"The broker does not answer: {error!r}")


def look(config: Config, replay: bool, limit: int) -> None:
    """Tell of so many on standard output, or send them again; raises AMQPError."""
    with connected(config.amqp_url) as connection:
        channel = connection.channel()
        declare(channel, config)
        channel.confirm_delivery()
        _work(channel, config, replay, limit)


def _work(channel: BlockingChannel, config: Config, replay: bool, limit: int) -> None:
    # What dies again meanwhile is not taken a second time.
    there = channel.queue_declare(config.dead_queue, passive=True).method.message_count
    taken = 0
    for tag, properties, body in _letters(channel, config.dead_queue, min(there, limit)):
        taken += 1
        if replay:
            publish(channel, config.logs_exchange, RECORDS, body, {})
            channel.basic_ack(tag)
        else:
            sys.stdout.write(_told(properties.headers or {}, body))
    done = "sent again" if replay else "shown"
    sys.stderr.write(f"{taken} of {there} dead letters {done}.\n")


def _letters(
    channel: BlockingChannel, queue: str, number: int
) -> Iterator[tuple[int, BasicProperties, bytes]]:
    """What is not acknowledged goes back to its place when the connection ends."""
    for _ in range(number):
        method, properties, body = channel.basic_get(queue)
        if method is None or method.delivery_tag is None or properties is None or body is None:
            return
        yield method.delivery_tag, properties, body


def _told(headers: Mapping[str, Any], body: bytes) -> str:
    start = body[:SHOWN].decode(errors="replace")
    return (
        f"{headers.get('x-died-at', '?')}  {headers.get('x-code', 'given back by the broker')}\n"
        f"  {headers.get('x-reason', '')}\n  {len(body)} bytes: {start!r}\n"
    )


if __name__ == "__main__":
    main()
