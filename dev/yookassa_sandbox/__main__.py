"""``python -m dev.yookassa_sandbox``: run the sandbox until SIGTERM or SIGINT."""

import argparse
import signal
import threading
from datetime import timedelta

from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.settings import RETRY_AFTER, Settings


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with RunningSandbox(_settings(options), options.host, options.port) as sandbox:
        print(f"YooKassa sandbox: {sandbox.api_url} (no money moves)", flush=True)
        over.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dev.yookassa_sandbox",
        description="A stand-in for the YooKassa API v3. No money moves.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--db", default=":memory:", help="SQLite file; it forgets without one")
    parser.add_argument("--webhook-url", help="where notifications go; nowhere without it")
    parser.add_argument("--public-url", help="where a browser finds this sandbox")
    parser.add_argument("--shop-id", required=True)
    parser.add_argument("--secret-key", required=True)
    parser.add_argument(
        "--payment-minutes", type=float, default=60.0, help="how long a payment waits (60)"
    )
    parser.add_argument(
        "--retry-after",
        type=_seconds,
        default=RETRY_AFTER,
        help="seconds since the event when a notification is sent again, with commas",
    )
    return parser


def _seconds(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        shop_id=options.shop_id,
        secret_key=options.secret_key,
        database=options.db,
        webhook_url=options.webhook_url,
        public_url=options.public_url,
        payment_term=timedelta(minutes=options.payment_minutes),
        retry_after=options.retry_after,
    )


if __name__ == "__main__":
    main()
