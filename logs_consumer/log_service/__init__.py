"""The log service of a Colophon shop: from RabbitMQ into MongoDB, and a REST API over it."""
