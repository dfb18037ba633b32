"""The sandbox on a port."""

import threading
from types import TracebackType

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from dev.yookassa_sandbox.app import create_app, sandbox_of
from dev.yookassa_sandbox.clock import Clock, utc_now
from dev.yookassa_sandbox.settings import Settings


class QuietHandler(WSGIRequestHandler):
    """Says nothing about requests that went well enough to be answered."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not logged."""


class RunningSandbox:
    """A sandbox that serves HTTP from a thread: ``with RunningSandbox(settings) as sandbox``.

    ``port`` 0 takes a free one. Requests run in threads of their own, which do not keep the
    process from ending.
    """

    def __init__(
        self,
        settings: Settings,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings
        app = create_app(settings, clock)
        self._sandbox = sandbox_of(app)
        self._server: BaseWSGIServer = make_server(
            host, port, app, threaded=True, request_handler=QuietHandler
        )
        self.url = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="yookassa-sandbox", daemon=True
        )

    @property
    def api_url(self) -> str:
        """What the SDK is configured with."""
        return f"{self.url}/v3"

    def start(self) -> None:
        """Serve. The port is open already, so nobody has to wait for it."""
        self._thread.start()
        self._sandbox.courier.start()

    def stop(self) -> None:
        """Stop serving and delivering; returns within a few seconds whatever hangs."""
        self._server.shutdown()
        self._thread.join()
        self._sandbox.close()

    def __enter__(self) -> "RunningSandbox":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
