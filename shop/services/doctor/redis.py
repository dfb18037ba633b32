"""Redis: reachable, new enough, forgets nothing."""

from __future__ import annotations

from collections.abc import Iterator

from redis.exceptions import AuthenticationError, RedisError

from shop.repositories.redis_state import RedisState, RedisStateRepository
from shop.services.doctor.findings import Finding, ok, warning, wrong

OLDEST = 7
SLOW_SECONDS = 0.02
NEARLY_FULL = 0.8


class RedisCheck:
    def __init__(self, state: RedisStateRepository) -> None:
        self.state = state

    def __call__(self) -> Iterator[Finding]:
        try:
            state = self.state.ask()
        except AuthenticationError:
            yield wrong("Redis refuses user or password: correct them in REDIS_URL.")
        except RedisError as error:
            said = str(error).strip().rstrip(".")
            yield wrong(f"Redis cannot be used: {said}. Start it, or correct REDIS_URL.")
        else:
            yield from _judged(state)


def _judged(state: RedisState) -> Iterator[Finding]:
    if int(state.version.partition(".")[0]) < OLDEST:
        yield wrong(f"Redis is {state.version}, and the shop needs 7 or newer: update it.")
    else:
        yield ok(f"{state.name} {state.version} answers in {1000 * state.latency:.1f} ms.")
    if state.cluster:
        yield wrong("REDIS_URL leads to a cluster, on which jobs do not run: name a plain server.")
    if state.read_only:
        yield wrong("REDIS_URL leads to a replica that takes no writes: name the primary.")
    yield from _forgetful(state)
    if state.latency > SLOW_SECONDS:
        yield warning(
            f"Redis takes {1000 * state.latency:.0f} ms for an answer, and each page asks several "
            "times: put it nearer to the shop."
        )


def _forgetful(state: RedisState) -> Iterator[Finding]:
    if state.policy not in ("", "noeviction"):
        yield wrong(
            f"Redis throws away carts, logins and jobs when it is full (maxmemory-policy is "
            f"{state.policy}): set it to noeviction."
        )
    if state.fullness is not None and state.fullness > NEARLY_FULL:
        yield warning(f"Redis is {100 * state.fullness:.0f} % full: give it more memory.")
    if state.keeps is False:
        yield warning(
            "Redis keeps nothing on disk: a restart of it forgets guests' carts and logins. Set "
            "appendonly to yes."
        )
