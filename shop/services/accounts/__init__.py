"""Accounts: people, how they get in, and what they may do."""

from shop.services.accounts.passwords import Passwords
from shop.services.accounts.roles import RoleService
from shop.services.accounts.service import AccountService
from shop.services.accounts.sessions import SessionService

__all__ = ["AccountService", "Passwords", "RoleService", "SessionService"]
