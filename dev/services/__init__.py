"""Real servers for a developer's machine, from packages, without anything installed."""

from dev.services.postgres import Postgres
from dev.services.valkey import Valkey

__all__ = ["Postgres", "Valkey"]
