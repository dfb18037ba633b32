"""`python -m log_service.retention`: records that are stored already are kept as is set now."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import timedelta

from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from log_service.config import Config, ConfigError
from log_service.documents import Document
from log_service.levels import Level
from log_service.store import connect, records_in

ANSWERING = 600.0  # seconds; every document may have to be changed


def keep(records: Collection[Document], level: Level, kept: timedelta) -> int:
    """How many of this level had another date."""
    date = {"$add": ["$time", int(kept / timedelta(milliseconds=1))]}
    changed = records.update_many(
        {"level": str(level), "$expr": {"$ne": ["$expires_at", date]}},
        [{"$set": {"expires_at": date}}],
    )
    return changed.modified_count


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m log_service.retention",
        description="Give records that are stored already the dates that the settings say now. "
        "Those whose time is over then are deleted.",
    ).parse_args()
    try:
        config = Config.from_env(os.environ)
        with connect(config.mongo_url, ANSWERING) as client:
            for level, kept in config.kept.items():
                changed = keep(records_in(client), level, kept)
                sys.stdout.write(f"{level}: {kept.days} days, {changed} records changed\n")
    except ConfigError as error:
        sys.exit(str(error))
    except PyMongoError as error:
        sys.exit(f"The document store does not answer: {error}")


if __name__ == "__main__":
    main()
