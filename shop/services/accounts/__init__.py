"""Accounts: people, how they get in, what they may do, and what the shop knows of them."""

from shop.services.accounts.api_keys import ApiKeyService
from shop.services.accounts.email_changes import EmailService
from shop.services.accounts.links import AccountLinks
from shop.services.accounts.mails import AccountMails
from shop.services.accounts.notices import Notices
from shop.services.accounts.password_changes import PasswordService
from shop.services.accounts.passwords import Passwords
from shop.services.accounts.people import PeopleService
from shop.services.accounts.personal_data import PersonalDataService
from shop.services.accounts.registration import RegistrationService
from shop.services.accounts.roles import RoleService
from shop.services.accounts.second_factor import SecondFactorService
from shop.services.accounts.service import AccountService
from shop.services.accounts.sessions import SessionService
from shop.services.accounts.tokens import TokenService

__all__ = [
    "AccountLinks",
    "AccountMails",
    "AccountService",
    "ApiKeyService",
    "EmailService",
    "Notices",
    "PasswordService",
    "Passwords",
    "PeopleService",
    "PersonalDataService",
    "RegistrationService",
    "RoleService",
    "SecondFactorService",
    "SessionService",
    "TokenService",
]
