"""The environment in which the shop runs on a developer's machine."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.services.ports import HOST
from dev.services.secrets import kept_secret

SANDBOX_SHOP_ID = "506751"
# Load generators and other tools come from one address here, oftener than any person.
ROOMY = "1000 per second"
ROOMY_LIMITS = ("READING", "SEARCHING", "CHANGING", "API_READING", "API_WRITING", "UPLOAD")


@dataclass(frozen=True)
class Layout:
    """Where a shop keeps what it keeps."""

    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def mails(self) -> Path:
        return self.var / "mail"

    @property
    def sandbox(self) -> Path:
        return self.var / "yookassa"

    @property
    def log_service(self) -> Path:
        return self.var / "log_service"

    @property
    def environment(self) -> Path:
        return self.var / "shop.env"


def shop_environment(
    layout: Layout,
    port: int,
    sandbox_url: str,
    stores: Mapping[str, str],
) -> dict[str, str]:
    """Ours beside what is set already, which wins, but for the payments: no real money here.

    `stores` are the addresses of what the shop keeps things in, by the names of its variables.
    """
    kept = {
        "SECRET_KEY": kept_secret(layout.var / "secret_key"),
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "MEDIA_ROOT": str(layout.var / "media"),
        "MAIL_URL": f"file:{layout.mails}",
        # No proxy has to notice that it stops.
        "DRAIN_SECONDS": "0",
        # The demo accounts open with what everybody can read.
        "STAFF_2FA": "false",
        **{f"{name}_LIMIT": ROOMY for name in ROOMY_LIMITS},
    }
    forced = {
        "ENVIRONMENT": "development",
        "YOOKASSA_SHOP_ID": SANDBOX_SHOP_ID,
        "YOOKASSA_SECRET_KEY": kept_secret(layout.sandbox / "secret_key"),
        "YOOKASSA_API_URL": f"{sandbox_url}/v3",
        "YOOKASSA_WEBHOOK_SENDERS": "127.0.0.1,::1",
    }
    return {**kept, **os.environ, **forced, **stores}


def write_environment(layout: Layout, environment: Mapping[str, str]) -> None:
    """What differs from our own environment, for a shell to read with `. var/shop.env`."""
    lines = [
        f"export {name}={shlex.quote(value)}\n"
        for name, value in sorted(environment.items())
        if os.environ.get(name) != value
    ]
    layout.environment.unlink(missing_ok=True)
    number = os.open(layout.environment, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w") as output:
        output.writelines(lines)


def read_environment(layout: Layout) -> dict[str, str]:
    """Our environment with what `write_environment` wrote."""
    words = shlex.split(layout.environment.read_text())
    return os.environ | dict(word.split("=", 1) for word in words if "=" in word)
