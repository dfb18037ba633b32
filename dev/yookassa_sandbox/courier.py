"""The thread that does what nobody asks for: it ends payments whose time is over and brings
notifications to the shop.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import requests

from dev.yookassa_sandbox import notifications
from dev.yookassa_sandbox.notifications import Notification
from dev.yookassa_sandbox.settings import Settings
from dev.yookassa_sandbox.work import Work

log = logging.getLogger(__name__)

OpenWork = Callable[[], AbstractContextManager[Work]]

# Seconds between two looks at the queue when nothing wakes the thread; also how late a payment
# may expire by itself.
PAUSE = 0.5


class Courier:
    """``open_work`` opens a transaction, which first ends what is overdue."""

    def __init__(self, open_work: OpenWork, settings: Settings) -> None:
        self._open_work = open_work
        self._settings = settings
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        # The shop is on this machine: no proxy of the environment may come between.
        self._http = requests.Session()
        self._http.trust_env = False

    def start(self) -> None:
        """Begin; what an earlier run left in the queue goes out first."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    def stop(self, timeout: float) -> bool:
        """Stop after the attempt in hand; False if it takes longer than ``timeout`` seconds."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        if self._thread.is_alive():
            return False
        self._http.close()
        return True

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than until :meth:`stop`."""
        self._stopping.wait(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._deliver_due()
            except Exception:
                # Whatever it was, the next notification deserves its try.
                log.exception("the sandbox could not deliver notifications")
            self._wake.wait(PAUSE)
            self._wake.clear()

    def _deliver_due(self) -> None:
        with self._open_work() as work:
            waiting = notifications.due(work.db, work.now)
        for notification in waiting:
            if self._stopping.is_set():
                return
            status = self._send(notification)
            with self._open_work() as work:
                notifications.settle(
                    work.db, notification, status, work.now, self._settings.retry_after
                )

    def _send(self, notification: Notification) -> int | None:
        try:
            answer = self._http.post(
                notification.url,
                data=notification.body,
                headers={"Content-Type": "application/json"},
                timeout=self._settings.webhook_timeout,
                allow_redirects=False,
            )
        except requests.RequestException:
            return None
        return answer.status_code
