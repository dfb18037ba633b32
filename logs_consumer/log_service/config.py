"""Every environment variable of the log service, read once and typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pika import URLParameters
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from log_service.levels import Level

Secret = Annotated[str, Field(min_length=16)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,200}$")]
Days = Annotated[int, Field(ge=1, le=3650)]
AMQP = ("amqp://", "amqps://")
MONGO = ("mongodb://", "mongodb+srv://")


class ConfigError(Exception):
    """The configuration cannot be used. The message names every variable at fault."""


class Config(BaseModel):
    """The settings; field `x_y` is the environment variable `X_Y`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    # Kept out of repr(), since addresses of services carry passwords.
    amqp_url: str = Field(repr=False, validation_alias=AliasChoices("amqp_url", "cloudamqp_url"))
    mongo_url: str = Field(repr=False)
    logs_token: Secret = Field(repr=False)
    # Tokens that are still taken while their senders learn the new one.
    logs_token_fallbacks: tuple[Secret, ...] = Field(default=(), repr=False)

    logs_exchange: Name = "colophon.logs"
    logs_queue: Name = "colophon.logs"
    # So many messages, each of up to 1,000 records, are at hand at once.
    prefetch: int = Field(default=20, ge=1, le=1000)
    # The consumer's own metrics and health; 0 opens no port.
    consumer_metrics_port: int = Field(default=0, ge=0, le=65535)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$")

    keep_debug_days: Days = 3
    keep_info_days: Days = 30
    keep_warning_days: Days = 90
    keep_error_days: Days = 180
    keep_critical_days: Days = 365

    @field_validator("amqp_url")
    @classmethod
    def _amqp(cls, value: str) -> str:
        if not value.startswith(AMQP):
            raise ValueError("must start with amqp:// or amqps://")
        try:
            URLParameters(value)
        # The second is of a user without a password. Neither is quoted: it may have the password.
        except (ValueError, TypeError):
            raise ValueError(
                "must be like amqp://user:password@host:5672/vhost, with what is special in user "
                "and password percent-encoded"
            ) from None
        return value

    @field_validator("mongo_url")
    @classmethod
    def _mongo(cls, value: str) -> str:
        if not value.startswith(MONGO):
            raise ValueError("must start with mongodb:// or mongodb+srv://")
        return value

    @field_validator("logs_token_fallbacks", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @property
    def tokens(self) -> tuple[str, ...]:
        return (self.logs_token, *self.logs_token_fallbacks)

    @property
    def dead_exchange(self) -> str:
        return f"{self.logs_exchange}.dead"

    @property
    def dead_queue(self) -> str:
        return f"{self.logs_queue}.dead"

    @property
    def kept(self) -> dict[Level, timedelta]:
        """For how long after its time a record of each level stays."""
        return {
            Level.DEBUG: timedelta(days=self.keep_debug_days),
            Level.INFO: timedelta(days=self.keep_info_days),
            Level.WARNING: timedelta(days=self.keep_warning_days),
            Level.ERROR: timedelta(days=self.keep_error_days),
            Level.CRITICAL: timedelta(days=self.keep_critical_days),
        }

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Read the settings; raises ConfigError that names each missing or unusable variable."""
        names = [*cls.model_fields, "cloudamqp_url"]
        given = {name: environ[name.upper()] for name in names if environ.get(name.upper())}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise ConfigError(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False):
        name = str(problem["loc"][0]).upper()
        if problem["type"] == "missing":
            lines.append(f"{name} is not set")
        else:
            lines.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
    return "The log service cannot start: " + "; ".join(lines) + ". See README, “Configure”."
