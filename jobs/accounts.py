"""What accounts keep in order by themselves."""

from shop.web.services import services


def drop_old_logins() -> int:
    """Forget logins of people and programs that have been over for a month; answers how many."""
    return services.tokens.drop_old() + services.sessions.drop_old()
