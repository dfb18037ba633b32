"""The services of accounts, put together."""

from __future__ import annotations

from dataclasses import dataclass

from shop.bootstrap.repositories import Repositories
from shop.config import Config
from shop.gateways.mail import Mailer
from shop.repositories.base import Sessions
from shop.services.accounts import (
    AccountLinks,
    AccountMails,
    AccountService,
    ApiKeyService,
    EmailService,
    Notices,
    Passwords,
    PasswordService,
    PeopleService,
    PersonalDataService,
    RegistrationService,
    RoleService,
    SecondFactorService,
    SessionService,
    TokenService,
)


@dataclass(frozen=True)
class AccountServices:
    """By the names that the registry has for them."""

    accounts: AccountService
    account_mails: AccountMails
    api_keys: ApiKeyService
    emails: EmailService
    passwords: PasswordService
    people: PeopleService
    personal_data: PersonalDataService
    registration: RegistrationService
    roles: RoleService
    second_factor: SecondFactorService
    sessions: SessionService
    tokens: TokenService


def account_services(
    config: Config, session: Sessions, repositories: Repositories, mailer: Mailer
) -> AccountServices:
    users, passwords = repositories.users, Passwords()
    notices = Notices(repositories.outbox, repositories.audit)
    links = AccountLinks(config.signing_keys, config.public_url, config.default_locale)
    sessions = SessionService(
        session,
        users,
        repositories.sessions,
        repositories.ended_sessions,
        repositories.token_families,
    )
    people = PeopleService(
        session,
        users,
        repositories.roles,
        repositories.token_families,
        repositories.api_keys,
        sessions,
        notices,
        repositories.audit,
    )
    return AccountServices(
        accounts=AccountService(session, users, repositories.roles, passwords),
        account_mails=AccountMails(session, users, mailer, links, config.seller_name),
        api_keys=ApiKeyService(session, repositories.api_keys, users, notices),
        emails=EmailService(session, users, notices, passwords, links),
        passwords=PasswordService(
            session,
            users,
            repositories.token_families,
            repositories.api_keys,
            notices,
            passwords,
            links,
        ),
        people=people,
        personal_data=_personal_data(session, repositories, people, notices, passwords),
        registration=RegistrationService(
            session,
            users,
            repositories.roles,
            repositories.consents,
            notices,
            passwords,
            links,
        ),
        roles=RoleService(session, repositories.roles, repositories.audit),
        second_factor=SecondFactorService(
            session,
            users,
            repositories.recovery_codes,
            repositories.token_families,
            repositories.api_keys,
            notices,
            passwords,
            config.seller_name,
        ),
        sessions=sessions,
        tokens=TokenService(
            session,
            repositories.token_families,
            users,
            config.signing_keys,
            config.public_url,
        ),
    )


def _personal_data(
    session: Sessions,
    repositories: Repositories,
    people: PeopleService,
    notices: Notices,
    passwords: Passwords,
) -> PersonalDataService:
    return PersonalDataService(
        session,
        repositories.users,
        repositories.addresses,
        repositories.consents,
        repositories.orders,
        repositories.kept_carts,
        repositories.carts,
        repositories.token_families,
        repositories.api_keys,
        repositories.recovery_codes,
        people,
        repositories.audit,
        notices,
        passwords,
    )
