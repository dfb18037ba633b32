"""Where log records wait until they are shipped: in Redis, or on this machine while it is away."""

from shop.repositories.log_spool.filling import SpoolFilling
from shop.repositories.log_spool.local_files import LocalFiles
from shop.repositories.log_spool.spool import Batch, LogSpool, Standing

__all__ = ["Batch", "LocalFiles", "LogSpool", "SpoolFilling", "Standing"]
