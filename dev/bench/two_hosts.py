"""Two web hosts, a worker host and a log host in network namespaces; a web host dies under load.

`python -m dev.bench.two_hosts`, as root. Shoppers buy through the proxy, one web host is killed and
later the other one's cable is pulled; what failed is told by when and what. Stores, broker, proxy
and payments are outside.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from dev.bench.log_host import LogHost
from dev.bench.networks import OUTSIDE, Host, Network
from dev.bench.proxy import proxy, relay
from dev.bench.rolling_restart import open_shop, tell
from dev.bench.shoppers import Crowd
from dev.bench.web_host import NOTICED_SECONDS, ROOT, WebHost, environment
from dev.problems import told_plainly
from dev.processes import spawn
from dev.services.document_store import DocumentStore
from dev.services.ports import free_port
from dev.services.rabbitmq import RabbitMQ
from dev.stopping import stop_in_order
from shop.config import Config

SHOPPERS = 8
# Seconds of buying before, between and after.
QUIET = 15
# Until the proxy has given up a host that answers nothing: two looks of five seconds at most.
GIVEN_UP_SECONDS = 11


def main() -> None:
    stop_in_order()
    with told_plainly(), Network() as network, open_shop(OUTSIDE, log_level="INFO") as opened:
        config, books, folder = opened
        with RabbitMQ(folder / "rabbitmq") as broker, DocumentStore(folder / "documents") as store:
            addresses = {
                "DATABASE_URL": config.database_url,
                "REDIS_URL": config.redis_url,
                "AMQP_URL": broker.url,
                "MONGO_URL": store.url,
            }
            ports, inside = _from_inside(addresses)
            with relay(folder, ports):
                given = environment(config) | inside
                sys.exit(1 if measure(network, config, given, books, folder) else 0)


def measure(
    network: Network, config: Config, given: Mapping[str, str], books: list[str], folder: Path
) -> int:
    """Print what shoppers saw; what failed at another time than that of a death."""
    hosts = [network.host(f"web-{letter}", 11 + n) for n, letter in enumerate("ab")]
    webs = [WebHost(host.name, host.address, given, folder, host.before) for host in hosts]
    work, log_host = network.host("work", 21), network.host("logs", 31)
    logs = LogHost(log_host, given["AMQP_URL"], given["MONGO_URL"], folder)
    with ExitStack() as stack:
        for host in (work, log_host):
            stack.callback(host.kill)
        logs.start()
        _start_worker(work, given, folder)
        for web in webs:
            stack.enter_context(web)
        bind = config.public_url.removeprefix("http://")
        stack.enter_context(proxy(folder, bind, {web.name: web.address for web in webs}))
        with Crowd(SHOPPERS, config.public_url, books) as crowd:
            deaths = _kill_and_unplug(hosts, webs)
        tell(crowd, "Two dead hosts")
        print(f"The log host has records of {logs.stored()} requests, YooKassa's among them.")
    return _by_when(crowd, deaths)


def _kill_and_unplug(hosts: list[Host], webs: list[WebHost]) -> dict[str, float]:
    """When each host died, and how."""
    time.sleep(QUIET)
    deaths = {"killed": time.monotonic()}
    print(f"{hosts[0].name}: {hosts[0].kill()} processes killed", flush=True)
    time.sleep(QUIET)
    webs[0].start()
    webs[0].wait_until_ready()
    time.sleep(NOTICED_SECONDS)
    deaths["unplugged"] = time.monotonic()
    hosts[1].unplug()
    print(f"{hosts[1].name}: unplugged", flush=True)
    time.sleep(QUIET)
    hosts[1].plug_in()
    time.sleep(QUIET)
    return deaths


def _by_when(crowd: Crowd, deaths: Mapping[str, float]) -> int:
    """Print which failures are those of a dying host; how many are not."""
    later = len(crowd.seen.failures)
    for how, at in deaths.items():
        inside = crowd.seen.kinds(at - 30, at)
        noticed = crowd.seen.kinds(at, at + GIVEN_UP_SECONDS)
        later -= inside.total() + noticed.total()
        print(f"{how}: asked before {dict(inside)}, until it was noticed {dict(noticed)}")
    print(f"at any other time: {later}")
    return later


def _start_worker(host: Host, given: Mapping[str, str], folder: Path) -> None:
    """Worker and clock; they go with their host."""
    for module in ("jobs.worker", "jobs.clock"):
        spawn(
            [*host.before, sys.executable, "-m", module],
            folder / f"{module}.log",
            cwd=ROOT,
            env=os.environ | given,
        )


def _from_inside(addresses: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What to relay, and the same addresses for those who reach them over the bridge."""
    ports, moved = {}, {}
    for name, address in addresses.items():
        url, port = urlsplit(address), free_port()
        ports[f"{OUTSIDE}:{port}"] = f"{url.hostname}:{url.port}"
        who, at, _ = url.netloc.rpartition("@")
        moved[name] = url._replace(netloc=f"{who}{at}{OUTSIDE}:{port}").geturl()
    return ports, moved


if __name__ == "__main__":
    main()
