"""What gunicorn serves."""

from __future__ import annotations

import os
import sys

from log_service import logging as our_logging
from log_service.app import create_app
from log_service.config import Config, ConfigError

WORKER_BOOT_ERROR = 3

try:
    config = Config.from_env(os.environ)
except ConfigError as error:
    sys.stderr.write(f"{error}\n")
    # By which gunicorn knows that it need not try again.
    sys.exit(WORKER_BOOT_ERROR)
our_logging.configure(config.log_level)
app = create_app(config)
