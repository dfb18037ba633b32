"""What the commands that load the demo catalogue are told. Standard library only."""

from __future__ import annotations

import argparse


def add_books_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--books",
        type=_how_many,
        default=0,
        metavar="N",
        help="invented books that the shop is to have beside the demo catalogue",
    )


def _how_many(given: str) -> int:
    if not (given.isascii() and given.isdecimal()):
        raise argparse.ArgumentTypeError(f"{given!r} is no number of books")
    return int(given)
