"""What a browser complains about: errors of scripts, refusals of the policy, parts that fail."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Response

# What Chromium and htmx say of every answer from 400 on (`_response` looks at those itself: to
# refuse something is no mistake of the page), and of a request that a newer one has replaced.
ORDINARY = (
    "Failed to load resource: the server responded with a status of",
    "Response Status Error Code",
    "htmx:afterRequest",
    "htmx:sendAbort",
)


class Complaints:
    """Listens to every page of a context; `said` must stay empty."""

    def __init__(self, context: BrowserContext) -> None:
        self.said: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.said.append(f"script: {error.error}"))
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ORDINARY):
            self.said.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        answer = response.request.resource_type in ("document", "xhr", "fetch")
        if response.status >= (500 if answer else 400):
            self.said.append(f"{response.status}: {response.url}")
