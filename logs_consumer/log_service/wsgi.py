"""What gunicorn serves."""

from __future__ import annotations

import os
import sys

from log_service import logging as our_logging
from log_service.app import create_app
from log_service.config import Config, ConfigError

try:
    config = Config.from_env(os.environ)
except ConfigError as error:
    sys.exit(str(error))
our_logging.configure(config.log_level)
app = create_app(config)
