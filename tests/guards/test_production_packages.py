"""What production installs is all that the shop imports, with everything that can be set, set."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.live_shop import ROOT, environment

# Runs where only packages of requirements.txt are to be had.
CODE = """
import os, re, sys
from importlib.abc import MetaPathFinder
from importlib.metadata import packages_distributions
from pathlib import Path

def normal(name):
    return re.sub("[-_.]+", "-", name).lower()

lines = Path("requirements.txt").read_text().splitlines()
installed = {normal(re.split(r"[=\\\\[ ;]", line)[0]) for line in lines if line[:1].isalpha()}
missing = {
    module
    for module, packages in packages_distributions().items()
    if not {normal(each) for each in packages} & installed
}

class NotInstalled(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"production has no {name}")

assert "pytest" in missing and "flask" not in missing
sys.meta_path.insert(0, NotInstalled())
from shop.app import create_app
from shop.cli import register
from shop.config import Config
import jobs.clock, jobs.worker
register(create_app(Config.from_env(os.environ)))
"""


def test_it_starts_with_what_production_installs(config, tmp_path: Path):
    everything = {
        "amqp_url": "amqp://127.0.0.1:9",
        "logs_api_url": "http://127.0.0.1:9",
        "logs_api_token": "a token of sixteen letters",
        "otel_exporter_otlp_endpoint": "http://127.0.0.1:9",
        "sentry_dsn": "http://key@127.0.0.1:9/1",
        "metrics_token": "a token of sixteen letters",
        "database_replica_url": config.database_url,
        "cart_redis_url": config.redis_url,
        "cache_redis_url": config.redis_url,
        "s3_bucket": "pictures",
        "s3_endpoint_url": "http://127.0.0.1:9",
        "s3_access_key_id": "key",
        "s3_secret_access_key": "word",
        "log_spool_folder": tmp_path,
    }
    ended = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=ROOT,
        env=environment(config.model_copy(update=everything)),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
