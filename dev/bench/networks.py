"""Hosts of their own on this machine: network namespaces at one bridge. Needs root on Linux."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import ExitStack, suppress
from typing import Self

from dev.problems import Problem

# Short, since a device's name has at most 15 letters. Nobody else's begins so.
OURS = "clphn"
BRIDGE = f"{OURS}-br"
NETWORK = "10.203.77"
OUTSIDE = f"{NETWORK}.1"


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Problem(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


class Network:
    """A bridge that this machine is at with the address OUTSIDE. Use it with `with`."""

    def __enter__(self) -> Self:
        if os.geteuid():
            raise Problem("Network namespaces can be made by root alone.")
        self._made = ExitStack()
        with ExitStack() as unfinished:
            _ip("link", "add", BRIDGE, "type", "bridge")
            unfinished.callback(_ip, "link", "delete", BRIDGE)
            _ip("address", "add", f"{OUTSIDE}/24", "dev", BRIDGE)
            _ip("link", "set", BRIDGE, "up")
            self._made = unfinished.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def host(self, name: str, number: int) -> Host:
        """One more, that is there until the network is not."""
        host = Host(name, number)
        self._made.callback(host.remove)
        host.make()
        return host


class Host:
    """A namespace with a cable to the bridge. `before` is what its processes are started by."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.namespace = f"{OURS}-{name}"
        self.cable = f"{OURS}-{name}"[:15]
        self.address = f"{NETWORK}.{number}"
        self.before = ["ip", "netns", "exec", self.namespace]

    def make(self) -> None:
        _ip("netns", "add", self.namespace)
        _ip("link", "add", self.cable, "type", "veth", "peer", "eth0", "netns", self.namespace)
        _ip("link", "set", self.cable, "master", BRIDGE, "up")
        for command in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{self.address}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
        ):
            _ip("-netns", self.namespace, *command)

    def remove(self) -> None:
        self.kill()
        # The cable goes with the namespace.
        with suppress(Problem):
            _ip("netns", "delete", self.namespace)

    def kill(self) -> int:
        """SIGKILL to all that runs there, as when the power fails; how many processes."""
        try:
            running = _ip("netns", "pids", self.namespace).split()
        except Problem:
            return 0
        for process in running:
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        return len(running)

    def unplug(self) -> None:
        """From now on nothing comes or goes, and nobody is told."""
        _ip("link", "set", self.cable, "down")

    def plug_in(self) -> None:
        _ip("link", "set", self.cable, "up")
