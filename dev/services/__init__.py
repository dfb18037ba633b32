"""Real servers for a developer's machine, from packages; only RabbitMQ has to be the system's."""

from dev.services.document_store import DocumentStore
from dev.services.postgres import Postgres
from dev.services.rabbitmq import RabbitMQ
from dev.services.valkey import Valkey

__all__ = ["DocumentStore", "Postgres", "RabbitMQ", "Valkey"]
