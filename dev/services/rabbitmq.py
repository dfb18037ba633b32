"""Debian's RabbitMQ, without systemd and apart from the one that the system may run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.problems import Problem
from dev.processes import end, spawn
from dev.services.ports import HOST, free_port
from dev.services.secrets import kept_secret
from dev.services.server import Server
from dev.system_parts import RABBITMQ

USER = "colophon"
NODE = "colophon@localhost"
# Publishers are held back when there is less. RabbitMQ's own figure, written down for small disks.
LEAST_FREE = "50MB"
# Of the journal of quorum queues, which would take 512 MB of a developer's disk.
JOURNAL_BYTES = 64 << 20
# Its script in /usr/sbin goes to the system's own, too.
CONTROL = Path(RABBITMQ.program).with_name("rabbitmqctl")
PORT = 5672  # where an address names none
GREETING = b"AMQP\x00\x00\x09\x01"


def greets(host: str, port: int) -> bool:
    """Whether a broker answers there, as far as asking who we are."""
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(GREETING)
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


class RabbitMQ(Server):
    """`durable=False` is stopped by SIGKILL, since nobody misses its data: only for tests.

    It takes about ten seconds to start: `launch` does not wait. Beside it runs an epmd of its
    own, in which Erlang's programs look each other up; Erlang would leave one behind.
    """

    title = "RabbitMQ"
    stop_signals = (signal.SIGTERM,)
    ready_seconds = 240.0  # on a machine with much else to do
    names: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its virtual host `/`, with the password."""
        return f"amqp://{USER}:{self._password()}@{HOST}:{self.port}/%2F"

    def stop(self) -> None:
        if self.process is not None and not self.durable:
            self.process.kill()
        super().stop()
        if self.names is not None:
            end(self.names, signal.SIGTERM)
            self.names = None

    def write_down(self) -> None:
        """Return when a kill takes away nothing of what was declared: queues, exchanges, bindings.

        RabbitMQ 3.10 agrees to them before they are on the disk for sure.
        """
        command = [str(CONTROL), "eval", "mnesia:dump_log(), mnesia:sync_log()."]
        subprocess.run(command, env=self._environment(), check=True, capture_output=True)

    def _password(self) -> str:
        return kept_secret(self.folder / "password")

    def _prepare(self) -> None:
        if not RABBITMQ.is_there():
            raise Problem("RabbitMQ is not installed: `make services` as root installs it.")
        # Whoever has the cookie can run programs through the port that nodes talk on.
        kept_secret(self.folder / ".erlang.cookie")
        lines = {
            "default_user": USER,
            "default_pass": self._password(),
            "disk_free_limit.absolute": LEAST_FREE,
            "raft.wal_max_size_bytes": JOURNAL_BYTES,
            "log.connection.level": "error",  # or each that comes and goes is four lines
        }
        text = "".join(f"{name} = {value}\n" for name, value in lines.items())
        with os.fdopen(os.open(self._settings, os.O_WRONLY | os.O_CREAT, 0o600), "w") as output:
            output.truncate()
            output.write(text)
        if self.names is None or self.names.poll() is not None:
            self._names_port = free_port()
            self.names = spawn(
                ["epmd", "-address", HOST, "-port", str(self._names_port)],
                self.log,
                cwd=self.folder,
            )

    @property
    def _settings(self) -> Path:
        return self.folder / "rabbitmq.conf"

    def _environment(self) -> Mapping[str, str]:
        ours = {
            "HOME": self.folder,  # of the cookie
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": self.port,
            "RABBITMQ_DIST_PORT": free_port(),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": self._names_port,
            "RABBITMQ_MNESIA_BASE": self.folder / "data",
            "RABBITMQ_LOG_BASE": self.folder,
            "RABBITMQ_LOGS": "-",  # its output, which is our log
            "ERL_CRASH_DUMP": self.folder / "crash.dump",
            # None of the system's own settings.
            "RABBITMQ_CONF_ENV_FILE": self.folder / "none",
            "RABBITMQ_CONFIG_FILE": self._settings,
            "RABBITMQ_CONFIG_FILES": self.folder / "none",
            "RABBITMQ_ADVANCED_CONFIG_FILE": self.folder / "none.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "none",
            # The script becomes the server then, instead of staying beside it.
            "RUNNING_UNDER_SYSTEMD": "true",
        }
        theirs = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RABBITMQ_", "ERL_"))
        }
        return theirs | {name: str(value) for name, value in ours.items()}

    def _command(self) -> Sequence[str | Path]:
        # Erlang keeps arguments that it does not know: the folder is there for `_mark`.
        among_nodes = ["-kernel", "inet_dist_use_interface", "{127,0,0,1}"]
        return [RABBITMQ.program, *among_nodes, "-folder", self.folder]

    def _is_ready(self) -> bool:
        return greets(HOST, self.port)

    @property
    def _mark(self) -> str:
        return f"-folder {self.folder}"
