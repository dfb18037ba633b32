"""Redis: reachable, new enough, forgets nothing that it has to keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from redis.exceptions import AuthenticationError, RedisError

from shop.repositories.redis_state import RedisState, RedisStateRepository
from shop.services.doctor.findings import Finding, ok, warning, wrong

OLDEST = 7
SLOW_SECONDS = 0.02
NEARLY_FULL = 0.8


@dataclass(frozen=True)
class Duty:
    """`kept` is what it may not forget; nothing, where all can be made anew."""

    name: str
    variable: str
    kept: str
    may_be_cluster: bool


EVERYTHING = Duty("Redis", "REDIS_URL", "carts, logins and jobs", may_be_cluster=False)
CARTS = Duty("The Redis of the carts", "CART_REDIS_URL", "carts", may_be_cluster=True)
CACHE = Duty("The Redis of the cache", "CACHE_REDIS_URL", "", may_be_cluster=True)


class RedisCheck:
    def __init__(self, state: RedisStateRepository, duty: Duty) -> None:
        self.state = state
        self.duty = duty

    def __call__(self) -> Iterator[Finding]:
        duty = self.duty
        try:
            state = self.state.ask()
        except AuthenticationError:
            yield wrong(f"{duty.name} refuses user or password: correct them in {duty.variable}.")
        except RedisError as error:
            said = str(error).strip().rstrip(".")
            yield wrong(
                f"{duty.name} cannot be used: {said}. Start it, or correct {duty.variable}."
            )
        else:
            yield from _judged(state, duty)


def _judged(state: RedisState, duty: Duty) -> Iterator[Finding]:
    if int(state.version.partition(".")[0]) < OLDEST:
        yield wrong(f"{duty.name} is {state.version}, and the shop needs 7 or newer: update it.")
    else:
        what = state.name if duty is EVERYTHING else f"{duty.name}, {state.name}"
        yield ok(f"{what} {state.version} answers in {1000 * state.latency:.1f} ms.")
    if state.cluster and not duty.may_be_cluster:
        yield wrong(
            f"{duty.variable} leads to a cluster, on which jobs do not run: name a plain server."
        )
    if state.read_only:
        yield wrong(f"{duty.variable} leads to a replica that takes no writes: name the primary.")
    yield from _forgetful(state, duty) if duty.kept else _stubborn(state, duty)
    if state.latency > SLOW_SECONDS:
        yield warning(
            f"{duty.name} takes {1000 * state.latency:.0f} ms for an answer, and each page asks "
            "several times: put it nearer to the shop."
        )


def _forgetful(state: RedisState, duty: Duty) -> Iterator[Finding]:
    if state.policy not in ("", "noeviction"):
        yield wrong(
            f"{duty.name} throws away {duty.kept} when it is full (maxmemory-policy is "
            f"{state.policy}): set it to noeviction."
        )
    if state.fullness is not None and state.fullness > NEARLY_FULL:
        yield warning(f"{duty.name} is {100 * state.fullness:.0f} % full: give it more memory.")
    if state.keeps is False:
        yield warning(
            f"{duty.name} keeps nothing on disk: a restart of it forgets {duty.kept}. Set "
            "appendonly to yes."
        )


def _stubborn(state: RedisState, duty: Duty) -> Iterator[Finding]:
    """What is full and lets nothing go takes nothing new."""
    if state.fullness is not None and state.policy == "noeviction":
        yield warning(
            f"{duty.name} takes nothing new when it is full (maxmemory-policy is noeviction): set "
            "it to allkeys-lru."
        )
