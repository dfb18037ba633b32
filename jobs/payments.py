"""Payments that neither webhook nor return page finished."""

from shop.web.services import services


def reconcile() -> int:
    """Ask the provider about open payments and refunds; answers how many were looked at."""
    return services.payments.reconcile() + services.refunds.reconcile()
