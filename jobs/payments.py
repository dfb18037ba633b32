"""Payments that neither webhook nor return page finished."""

from shop.web.services import services


def reconcile() -> int:
    """Ask the provider about open payments; answers how many were looked at."""
    return services.payments.reconcile()
