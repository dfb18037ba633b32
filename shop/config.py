"""Every environment variable of the shop, read once and typed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from limits import parse_many
from pika import URLParameters
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shop.config_problems import ConfigError as ConfigError
from shop.config_problems import explained

YOOKASSA_API = "https://api.yookassa.ru/v3"
# The senders that YooKassa names for its notifications:
# https://yookassa.ru/developers/using-api/webhooks#ip
YOOKASSA_SENDERS = (
    "185.71.76.0/27,185.71.77.0/27,77.75.153.0/25,77.75.156.11,77.75.156.35,"
    "77.75.154.128/25,2a02:5180::/32"
)


class Environment(StrEnum):
    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


class MediaStore(StrEnum):
    """Where pictures are kept."""

    LOCAL = "local"
    S3 = "s3"


class RedisKind(StrEnum):
    """What an address of Redis names: a server, its sentinels, or a cluster."""

    SERVER = "server"
    SENTINEL = "sentinel"
    CLUSTER = "cluster"


class Locale(StrEnum):
    EN = "en"
    RU = "ru"


def _countable(text: str) -> str:
    if not all(item.amount for item in parse_many(text)):
        raise ValueError("a limit of 0 would close the shop")
    return text


# Of an address of sentinels or a cluster, as redis-py has them.
TLS_OPTIONS = (
    *("ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname"),
    *("ssl_keyfile", "ssl_keyfile_password"),
)


def redis_kind(url: str) -> RedisKind:
    """What this address names; ValueError where it is none of Redis."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("is no address: percent-encode [ and ] in its password") from None
    transport, _, kind = parts.scheme.partition("+")
    if url.startswith("unix://") or (transport in ("redis", "rediss") and not kind):
        return RedisKind.SERVER
    if transport not in ("redis", "rediss") or kind not in ("sentinel", "cluster"):
        raise ValueError("must be a redis://, rediss:// or redis+sentinel:// address")
    known = {*TLS_OPTIONS, "sentinel_password"}
    if unknown := sorted(parse_qs(parts.query).keys() - known):
        raise ValueError(f"{kind} takes no {unknown[0]}; it takes {', '.join(sorted(known))}")
    if kind == "sentinel" and not parts.path.strip("/"):
        raise ValueError("must name the service after the sentinels: redis+sentinel://a,b,c/name")
    return RedisKind(kind)


def _redis_of_any_kind(url: str) -> str:
    if url:
        redis_kind(url)
    return url


def _redis_of_jobs(url: str) -> str:
    if redis_kind(url) is RedisKind.CLUSTER:
        raise ValueError(
            "cannot be a cluster, since the queue of jobs (RQ) does not run on one; "
            "CART_REDIS_URL and CACHE_REDIS_URL may be one"
        )
    return url


Network = IPv4Network | IPv6Network
# `10 per second; 300 per minute`: https://limits.readthedocs.io/en/stable/quickstart.html
RateLimit = Annotated[str, AfterValidator(_countable)]
Secret = Annotated[str, Field(min_length=16)]
MAIL_SCHEMES = ("smtp", "smtps", "file")
# Kept out of repr(), since addresses of services carry passwords.
Address = Annotated[str, Field(repr=False)]
RedisAddress = Annotated[str, Field(repr=False), AfterValidator(_redis_of_any_kind)]


class Config(BaseModel):
    """The shop's settings; field `x_y` is the environment variable `X_Y`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    environment: Environment = Environment.PRODUCTION
    database_url: Address
    redis_url: Annotated[Address, AfterValidator(_redis_of_jobs)]
    # A streaming replica, from which the catalogue is read while it is not too far behind.
    database_replica_url: Address = ""
    replica_lag_seconds: float = Field(default=5.0, ge=2, le=60)
    # Empty is that of REDIS_URL.
    cart_redis_url: RedisAddress = ""
    cache_redis_url: RedisAddress = ""
    secret_key: Secret = Field(repr=False)
    # Keys that signed what is still about, newest first; they are read, never used to sign.
    secret_key_fallbacks: tuple[Secret, ...] = Field(default=(), repr=False)
    public_url: str
    default_locale: Locale = Locale.EN
    timezone: str = "Europe/Moscow"
    log_level: str = "INFO"
    # What this build is called, where somebody looks for what a new version changed.
    release: str = ""

    # With which Prometheus reads /metrics; without it production keeps them to itself.
    metrics_token: Secret | None = Field(default=None, repr=False)
    # Where traces go (OTLP over HTTP); OpenTelemetry reads its other variables itself.
    otel_exporter_otlp_endpoint: str = ""
    otel_service_name: str = "colophon"
    # Where errors are reported.
    sentry_dsn: Address = ""
    sentry_environment: str = ""

    # The broker that log records are sent to; one of the two, hosts set the second themselves.
    # Without it records are on standard output alone.
    amqp_url: Address = ""
    cloudamqp_url: Address = ""
    logs_exchange: str = "colophon.logs"
    # Records that wait in Redis for the broker, some 0.6 kB each.
    log_spool_records: int = Field(default=100_000, ge=1000)
    # Where a process keeps them while Redis is away, and how much.
    log_spool_folder: Path | None = None
    log_spool_file_mb: int = Field(default=16, ge=1, le=1024)
    # Where staff pages read the records of all programs; `logs_consumer/` is the service.
    logs_api_url: str = ""
    logs_api_token: str = Field(default="", validate_default=True, repr=False)
    # How many proxies stand before the shop and set X-Forwarded-*.
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    # Processes of gunicorn on this machine, which reads it by itself.
    web_concurrency: int = Field(default=1, ge=1)

    # How long a web process that is to stop says so at /readyz first, and serves on.
    drain_seconds: int = Field(default=5, ge=0, le=20)

    # Where new pictures go. Older ones may be in the other store, whose settings stay then.
    media_store: MediaStore = MediaStore.LOCAL
    media_root: Path | None = Field(default=None, validate_default=True)
    # Whether web and worker see one and the same folder. Heroku, where they do not, sets DYNO.
    shared_disk: bool = True
    dyno: str = ""
    s3_bucket: str = Field(default="", validate_default=True)
    s3_endpoint_url: str = Field(default="", validate_default=True)
    s3_region: str = "us-east-1"
    s3_access_key_id: str = Field(default="", validate_default=True)
    s3_secret_access_key: str = Field(default="", validate_default=True, repr=False)
    # The bucket in the path of an address, or as a name before the host.
    s3_path_style: bool = True
    # Where browsers find what is in the bucket: a CDN, or the bucket itself if it is public.
    s3_public_url: str = ""
    # How long an address is good that the shop signs where there is no public one. What was moved
    # stays for a day where it was, and links lead there for as long.
    s3_link_seconds: int = Field(default=3600, ge=60, le=24 * 3600)
    # Seconds for connecting, and for each silence of the server.
    s3_timeout: float = Field(default=5.0, gt=0, le=60)
    mail_url: Address
    mail_from: str = "Colophon <orders@colophon.example>"

    yookassa_shop_id: str
    yookassa_secret_key: str = Field(repr=False)
    yookassa_api_url: str = YOOKASSA_API
    yookassa_webhook_senders: tuple[Network, ...] = Field(
        default=YOOKASSA_SENDERS, validate_default=True
    )
    # Seconds for one call, connecting included.
    yookassa_timeout: float = Field(default=10.0, gt=0, le=60)
    payment_window_minutes: int = Field(default=30, ge=1, le=24 * 60)

    cart_ttl_days: int = Field(default=30, ge=1)
    max_line_quantity: int = Field(default=99, ge=1)
    max_cart_lines: int = Field(default=200, ge=1)

    # How often one person or address may ask; what is of which class is said in `web/limits`.
    # Offices share an address, so that more than one person's clicks have room.
    reading_limit: RateLimit = "600 per minute"
    searching_limit: RateLimit = "300 per minute"
    changing_limit: RateLimit = "120 per minute"
    upload_limit: RateLimit = "60 per minute"
    api_reading_limit: RateLimit = "600 per minute"
    api_writing_limit: RateLimit = "120 per minute"
    # Six login attempts of one address or account a minute are a person; more are a machine.
    login_limit: RateLimit = "6 per minute"
    refresh_limit: RateLimit = "60 per minute"

    # Whether staff whose role moves money have to have a second factor.
    staff_2fa: bool = True

    seller_name: str = "Colophon"
    seller_legal_name: str = "ООО «Колофон» (образец, sample details)"
    seller_inn: str = "7700000000"
    seller_ogrn: str = "1027700000000"
    seller_address: str = "Москва, Образцовая улица, 1"
    seller_email: str = "hello@colophon.example"
    seller_phone: str = "+7 495 000-00-00"
    shipping_vat_code: int = Field(default=11, ge=1, le=12)

    @field_validator("secret_key_fallbacks", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        # An empty key between two commas would let anybody sign.
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("yookassa_webhook_senders", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())

    @field_validator("database_url", "database_replica_url")
    @classmethod
    def _postgres(cls, value: str) -> str:
        """Hosts hand out `postgres://`, which SQLAlchemy does not take."""
        if not value:
            return value
        url = value.replace("postgres://", "postgresql://", 1)
        if not url.startswith("postgresql"):
            raise ValueError("must be a postgresql:// address")
        return url

    @field_validator("sentry_dsn")
    @classmethod
    def _dsn(cls, value: str) -> str:
        url = urlsplit(value)
        if value and not (url.scheme in ("http", "https") and url.username and url.path[1:]):
            raise ValueError("must be a DSN as Sentry shows it: https://key@host/number")
        return value

    @field_validator("mail_url")
    @classmethod
    def _mails(cls, value: str) -> str:
        if urlsplit(value).scheme not in MAIL_SCHEMES:
            raise ValueError(f"must be an address that begins with {' or '.join(MAIL_SCHEMES)}")
        return value

    @field_validator("timezone")
    @classmethod
    def _place(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("must be the name of a time zone, such as Europe/Moscow") from None
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in logging.getLevelNamesMapping():
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value

    @field_validator("amqp_url", "cloudamqp_url")
    @classmethod
    def _amqp(cls, value: str) -> str:
        if not value:
            return value
        if not value.startswith(("amqp://", "amqps://")):
            raise ValueError("must be an amqp:// or amqps:// address")
        try:
            URLParameters(value)
        # The second is of a user without a password. Neither is quoted: it may have the password.
        except (ValueError, TypeError):
            raise ValueError(
                "must be like amqp://user:password@host:5672/vhost, with what is special in user "
                "and password percent-encoded"
            ) from None
        return value

    @field_validator("media_root", "s3_bucket")
    @classmethod
    def _home_is_set(cls, value: Any, info: ValidationInfo) -> Any:
        needed = {"media_root": MediaStore.LOCAL, "s3_bucket": MediaStore.S3}
        if not value and info.data.get("media_store") is needed[str(info.field_name)]:
            raise _missing()
        return value

    @field_validator("s3_endpoint_url", "s3_access_key_id", "s3_secret_access_key")
    @classmethod
    def _bucket_can_be_reached(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("s3_bucket"):
            raise _missing()
        return value

    @field_validator("logs_api_token")
    @classmethod
    def _logs_can_be_read(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("logs_api_url"):
            raise _missing()
        return value

    @field_validator(
        *("public_url", "yookassa_api_url", "s3_endpoint_url", "s3_public_url"),
        *("otel_exporter_otlp_endpoint", "logs_api_url"),
    )
    @classmethod
    def _no_trailing_slash(cls, value: str, info: ValidationInfo) -> str:
        optional = cls.model_fields[str(info.field_name)].default == ""
        if not value and optional:
            return value
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _production_is_real(self) -> Self:
        wrong = {
            f"YOOKASSA_API_URL must be {YOOKASSA_API}": self.yookassa_api_url != YOOKASSA_API,
            "MAIL_URL must be an smtp:// address": self.mail_url.startswith("file:"),
            "PUBLIC_URL must start with https://": not self.public_url.startswith("https://"),
            f"MEDIA_STORE must be s3 ({self._diskless} tells that web and worker share no disk)": (
                bool(self._diskless) and self.media_store is MediaStore.LOCAL
            ),
            f"{self._shown_by} must start with https://": self.picture_origin.startswith("http:"),
        }
        if self.production and any(wrong.values()):
            problems = " and ".join(text for text, is_wrong in wrong.items() if is_wrong)
            raise ValueError(f"{problems} in production")
        return self

    @property
    def _diskless(self) -> str:
        """The variable that tells that no folder is shared; empty where one is."""
        if self.dyno:
            return "DYNO"
        return "" if self.shared_disk else "SHARED_DISK"

    @property
    def _shown_by(self) -> str:
        return "S3_PUBLIC_URL" if self.s3_public_url else "S3_ENDPOINT_URL"

    @property
    def broker_url(self) -> str:
        """Where log records are sent; empty where they are not."""
        return self.amqp_url or self.cloudamqp_url

    @property
    def picture_origin(self) -> str:
        """Where browsers fetch what is on S3, for the policy of pages; empty without S3."""
        if not self.s3_bucket:
            return ""
        url = urlsplit(self.s3_public_url or self.s3_endpoint_url)
        before = "" if self.s3_public_url or self.s3_path_style else f"{self.s3_bucket}."
        return f"{url.scheme}://{before}{url.netloc}"

    @property
    def signing_keys(self) -> list[str]:
        """For itsdangerous, which signs with the last key and reads with all."""
        return [*reversed(self.secret_key_fallbacks), self.secret_key]

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Read the settings; raises ConfigError that names each missing or unusable variable."""
        given = {
            name: environ[name.upper()] for name in cls.model_fields if environ.get(name.upper())
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise ConfigError(explained(error, given, cls.model_validate)) from None


def _missing() -> PydanticCustomError:
    """As pydantic says it itself of what is always required."""
    return PydanticCustomError("missing", "Field required")
