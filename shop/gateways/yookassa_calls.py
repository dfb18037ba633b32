"""How calls reach YooKassa: whose credentials, and for how long.

Left alone, the SDK (3.13) keeps credentials and address in state global to the process, sets no
HTTP timeout, waits for several seconds on HTTP 202, turns a refused connection into AttributeError
and an answer that is not JSON into JSONDecodeError.
"""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from yookassa import Configuration
from yookassa.client import ApiClient
from yookassa.domain.exceptions import ApiError

from shop.gateways.deadlines import NoAnswer


class Client(ApiClient):  # type: ignore[misc]
    """The SDK's client with credentials of its own. `timeout` is seconds for each read."""

    def __init__(self, shop_id: str, secret_key: str, api_url: str, timeout: float) -> None:
        # The one moment when the SDK's global state matters: the client copies it.
        Configuration.configure(shop_id, secret_key, api_url=api_url)
        super().__init__()
        self.seconds = timeout

    def request(self, *args: Any, **options: Any) -> Any:
        """The SDK's own, which raises ApiError for a status; NoAnswer for all other trouble."""
        try:
            return super().request(*args, **options)
        except ApiError:
            raise
        except Exception as error:
            raise NoAnswer(repr(_first(error))) from error

    def get_session(self) -> requests.Session:
        session = requests.Session()
        # Plain http is the sandbox on this machine: no proxy of the environment comes between.
        session.trust_env = self.endpoint.startswith("https://")
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Timeout(self.seconds))
        return session


class _Timeout(HTTPAdapter):
    """Bounds connecting and each read. Repeats nothing: who asked decides that, with the key."""

    def __init__(self, seconds: float) -> None:
        super().__init__(max_retries=0)
        self.seconds = seconds

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        kwargs["timeout"] = self.seconds
        return super().send(request, **kwargs)


def _first(error: BaseException) -> BaseException:
    """What went wrong first: handling it, the SDK stumbles, and its own error hides it."""
    while error.__context__ is not None:
        error = error.__context__
    return error


def using(client: Client, sdk: Any) -> Any:
    """The SDK's class with our client, where it would make one of its own for each call."""

    class Using(sdk):  # type: ignore[misc]
        def __init__(self) -> None:
            self.client = client

    return Using
