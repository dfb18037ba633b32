"""What is wrong with a shop's configuration and parts, in sentences that say what to do."""

from shop.services.doctor.doctor import Doctor
from shop.services.doctor.findings import Finding, Level

__all__ = ["Doctor", "Finding", "Level"]
