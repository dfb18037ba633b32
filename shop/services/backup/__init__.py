"""The shop's data in one file, and back."""

from shop.services.backup.making import BackupService
from shop.services.backup.manifest import Manifest, TableRecord
from shop.services.backup.problems import Damaged, NotPossible
from shop.services.backup.restoring import Restored, RestoreService

__all__ = [
    "BackupService",
    "Damaged",
    "Manifest",
    "NotPossible",
    "RestoreService",
    "Restored",
    "TableRecord",
]
