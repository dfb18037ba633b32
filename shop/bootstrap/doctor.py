"""The doctor, put together: with all checks, or for a configuration that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from shop.bootstrap.house import MIGRATIONS
from shop.bootstrap.logs import broker_of, log_service_of
from shop.bootstrap.repositories import Repositories, repositories_of
from shop.bootstrap.shop import connect_queue, connect_redis
from shop.config import Config, MediaStore
from shop.config_problems import ConfigError
from shop.gateways.failed_jobs import FailedJobs
from shop.gateways.files import stores_of
from shop.gateways.job_queues import JobQueues
from shop.gateways.mail import mailer_for
from shop.gateways.migrations import Migrations
from shop.gateways.payment_account import PaymentAccount
from shop.gateways.replica import replica_of
from shop.repositories.base import Sessions
from shop.repositories.database_state import DatabaseStateRepository
from shop.repositories.log_spool import LogSpool
from shop.repositories.redis_state import RedisStateRepository
from shop.repositories.revision import RevisionRepository
from shop.services.doctor import Doctor
from shop.services.doctor.database import DatabaseCheck
from shop.services.doctor.environment import EnvironmentCheck
from shop.services.doctor.files import StoreCheck
from shop.services.doctor.findings import Check
from shop.services.doctor.jobs import JobsCheck
from shop.services.doctor.logs import LogsCheck
from shop.services.doctor.mail import MailCheck
from shop.services.doctor.payments import PaymentsCheck
from shop.services.doctor.people import PeopleCheck
from shop.services.doctor.redis import CACHE, CARTS, EVERYTHING, RedisCheck
from shop.services.doctor.replica import ReplicaCheck
from shop.services.doctor.settings import SettingsCheck
from shop.services.health import HealthService

# Of gunicorn.conf.py: each has a connection of its own.
THREADS = 4
# A worker, and the child that does its job.
WORKER_CONNECTIONS = 2
KNOWN = frozenset(name.upper() for name in Config.model_fields)
SECRETS = (
    *("secret_key", "s3_secret_access_key", "yookassa_secret_key"),
    *("metrics_token", "logs_api_token"),
)
ADDRESSES = (
    *("database_url", "database_replica_url", "redis_url", "cart_redis_url", "cache_redis_url"),
    *("mail_url", "amqp_url", "cloudamqp_url", "sentry_dsn"),
)


def doctor_for(
    config: Config, session: Sessions, environ: Mapping[str, str], mail_to: str | None
) -> Doctor:
    """`mail_to` is who gets a mail for trying; nobody where it is None."""
    redis = connect_redis(config.redis_url)
    carts = connect_redis(config.cart_redis_url) if config.cart_redis_url else redis
    repositories = repositories_of(config, session, redis, carts, lambda topics: None)
    queue = connect_queue(config)
    checks: dict[str, Check] = {
        "configuration": EnvironmentCheck(environ.keys(), KNOWN),
        "settings": SettingsCheck(config),
        "database": _database(config, session, repositories),
        "people": PeopleCheck(
            repositories.users, production=config.production, asks_for_codes=config.staff_2fa
        ),
        **_replica(config),
        "redis": RedisCheck(RedisStateRepository(redis), EVERYTHING),
        **_other_redis(config),
        "jobs": JobsCheck(FailedJobs(queue), JobQueues(queue), repositories.outbox),
        "mail": MailCheck(config.mail_url, mailer_for(config.mail_url, config.mail_from), mail_to),
        "payments": PaymentsCheck(
            PaymentAccount(
                config.yookassa_shop_id,
                config.yookassa_secret_key,
                config.yookassa_api_url,
                config.yookassa_timeout,
            ),
            production=config.production,
        ),
        **_files(config),
        "logs": LogsCheck(
            broker_of(config), LogSpool(redis, config.log_spool_records), log_service_of(config)
        ),
    }
    return Doctor(checks, list(_secrets(config)))


def doctor_of_unusable(error: ConfigError, environ: Mapping[str, str]) -> Doctor:
    """All that can be said where the configuration cannot be used."""
    check = EnvironmentCheck(environ.keys(), KNOWN, error.problems)
    return Doctor({"configuration": check}, list(_hidden(environ)))


def _database(config: Config, session: Sessions, repositories: Repositories) -> DatabaseCheck:
    migrations, revision = Migrations(MIGRATIONS), RevisionRepository(session)
    return DatabaseCheck(
        DatabaseStateRepository(session),
        revision,
        HealthService(
            session, repositories.methods, repositories.audit, revision, migrations.history
        ),
        migrations,
        config.web_concurrency * THREADS + WORKER_CONNECTIONS,
    )


def _replica(config: Config) -> dict[str, Check]:
    if (replica := replica_of(config)) is None:
        return {}
    return {"replica": ReplicaCheck(DatabaseStateRepository(Session(replica.replica())), replica)}


def _other_redis(config: Config) -> dict[str, Check]:
    """Those that have something of their own to keep."""
    others = {
        "cart_redis": (config.cart_redis_url, CARTS),
        "cache_redis": (config.cache_redis_url, CACHE),
    }
    return {
        name: RedisCheck(RedisStateRepository(connect_redis(url)), duty)
        for name, (url, duty) in others.items()
        if url
    }


def _files(config: Config) -> dict[str, Check]:
    where = {
        MediaStore.LOCAL: f"the folder {config.media_root} (MEDIA_ROOT)",
        MediaStore.S3: f"the bucket {config.s3_bucket} (S3_BUCKET)",
    }
    stores = stores_of(config)
    return {f"files_{name}": StoreCheck(stores[name], where[name]) for name in stores}


def _secrets(config: Config) -> Iterator[str]:
    yield from (str(getattr(config, name) or "") for name in SECRETS)
    yield from config.secret_key_fallbacks
    yield from _passwords(str(getattr(config, name) or "") for name in ADDRESSES)


def _hidden(environ: Mapping[str, str]) -> Iterator[str]:
    """What may be a secret, or have one in it; a sentence about a variable seldom quotes it."""
    yield from (environ.get(name.upper(), "") for name in SECRETS)
    yield from _passwords(environ.get(name.upper(), "") for name in ADDRESSES)


def _passwords(addresses: Iterator[str]) -> Iterator[str]:
    for address in addresses:
        try:
            password = urlsplit(address).password or ""
        except ValueError:
            # It has no parts that anybody could tell apart.
            yield address
            continue
        yield from (password, unquote(password))
