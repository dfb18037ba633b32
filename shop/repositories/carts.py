"""Carts in Redis: a set of book ids and a hash for each line.

All keys of a cart share the hash tag `{cart:<id>}`, so they live in one slot and each change
of a line and of the set is one atomic script. Each change renews the life of the whole cart.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.commands.core import Script

# KEYS: the set, the line.
# ARGV: book id, quantity, how, most copies, time, life, most lines, prefix.
# how: "set" the quantity, "add" to it, or keep "at_least" that many (which never refuses).
# Answers the line's quantity, -1 when the cart is full, -2 when it would be too many copies.
PUT = """
local now = tonumber(redis.call('HGET', KEYS[2], 'quantity') or '0')
local wanted = tonumber(ARGV[2])
if ARGV[3] == 'add' then wanted = now + wanted end
if ARGV[3] == 'at_least' then wanted = math.max(now, wanted)
elseif wanted > tonumber(ARGV[4]) then return -2 end
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then
  if ARGV[3] ~= 'at_least' and redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[7]) then
    return -1
  end
  redis.call('SADD', KEYS[1], ARGV[1])
end
redis.call('HSET', KEYS[2], 'quantity', wanted)
redis.call('HSETNX', KEYS[2], 'added_at', ARGV[5])
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  redis.call('EXPIRE', ARGV[8] .. id, ARGV[6])
end
redis.call('EXPIRE', KEYS[1], ARGV[6])
return wanted
"""

# KEYS: the set, the line, where a removed line is kept. ARGV: book id, life, prefix, keep seconds.
REMOVE = """
redis.call('SREM', KEYS[1], ARGV[1])
if tonumber(ARGV[4]) > 0 and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('RENAME', KEYS[2], KEYS[3])
  redis.call('EXPIRE', KEYS[3], ARGV[4])
else
  redis.call('DEL', KEYS[2])
end
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  redis.call('EXPIRE', ARGV[3] .. id, ARGV[2])
end
return redis.call('EXPIRE', KEYS[1], ARGV[2])
"""

# KEYS: the set, the line, where the removed line is kept. ARGV: book id, life, most lines, prefix.
# Answers 1; 0 when nothing is kept there, -1 when the cart has become full meanwhile.
RESTORE = """
local kept = redis.call('HMGET', KEYS[3], 'quantity', 'added_at')
if not kept[1] then return 0 end
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 and
   redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[3]) then return -1 end
redis.call('SADD', KEYS[1], ARGV[1])
local now = tonumber(redis.call('HGET', KEYS[2], 'quantity') or '0')
redis.call('HSET', KEYS[2], 'quantity', math.max(now, tonumber(kept[1])), 'added_at', kept[2])
redis.call('DEL', KEYS[3])
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  redis.call('EXPIRE', ARGV[4] .. id, ARGV[2])
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""

# KEYS: the set. ARGV: prefix. Answers book id, quantity, added_at for each line.
READ = """
local lines = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local line = redis.call('HMGET', ARGV[1] .. id, 'quantity', 'added_at')
  if line[1] then
    lines[#lines + 1] = {id, line[1], line[2] or '0'}
  end
end
return lines
"""


class Full(Exception):
    """The cart holds as many titles as it may."""


class TooMany(Exception):
    """The line would hold more copies than it may."""


@dataclass(frozen=True)
class StoredLine:
    """One line as Redis keeps it. `added_at` is in seconds since 1970."""

    book_id: int
    quantity: int
    added_at: float


class CartRepository:
    """`life` is how long an untouched cart is kept, in seconds."""

    def __init__(self, redis: Redis, life: int, most_lines: int) -> None:
        self.redis = redis
        self.life = life
        self.most_lines = most_lines
        self._put: Script = redis.register_script(PUT)
        self._remove: Script = redis.register_script(REMOVE)
        self._restore: Script = redis.register_script(RESTORE)
        self._read: Script = redis.register_script(READ)

    def ping(self) -> None:
        self.redis.ping()

    def lines(self, cart_id: str) -> list[StoredLine]:
        """The lines in the order in which they were put in."""
        rows: Any = self._read(keys=[self._set(cart_id)], args=[self._line(cart_id)])
        lines = [StoredLine(int(book), int(number), float(at)) for book, number, at in rows]
        return sorted(lines, key=lambda line: (line.added_at, line.book_id))

    def put(self, cart_id: str, book_id: int, quantity: int, *, most: int, add: bool) -> None:
        """Set the line's copies, or add to them; TooMany over `most`, Full for one title more."""
        answer = self._run_put(cart_id, book_id, quantity, "add" if add else "set", most)
        if answer == -1:
            raise Full
        if answer == -2:
            raise TooMany

    def put_at_least(self, cart_id: str, book_id: int, quantity: int) -> None:
        """Keep the larger of the line's copies and `quantity`, in a full cart too."""
        self._run_put(cart_id, book_id, quantity, "at_least", 0)

    def remove(self, cart_id: str, book_id: int, *, keep: int = 0) -> None:
        """Take the line out; for `keep` seconds it can be put back as it was."""
        self._remove(
            keys=self._keys(cart_id, book_id),
            args=[book_id, self.life, self._line(cart_id), keep],
        )

    def removed(self, cart_id: str, book_id: int) -> StoredLine | None:
        """The line that could be put back."""
        row: Any = self.redis.hmget(self._keys(cart_id, book_id)[2], "quantity", "added_at")
        quantity, at = row
        return StoredLine(book_id, int(quantity), float(at)) if quantity else None

    def restore(self, cart_id: str, book_id: int) -> bool:
        """Put a removed line back into its place; False when it is kept no more, or Full."""
        answer: Any = self._restore(
            keys=self._keys(cart_id, book_id),
            args=[book_id, self.life, self.most_lines, self._line(cart_id)],
        )
        if answer == -1:
            raise Full
        return bool(answer)

    def _run_put(self, cart_id: str, book_id: int, quantity: int, how: str, most: int) -> int:
        prefix = self._line(cart_id)
        answer: Any = self._put(
            keys=[self._set(cart_id), f"{prefix}{book_id}"],
            args=[book_id, quantity, how, most, time.time(), self.life, self.most_lines, prefix],
        )
        return int(answer)

    @classmethod
    def _keys(cls, cart_id: str, book_id: int) -> list[str]:
        """The set, the line, and where the line is kept after its removal."""
        kept = f"{{cart:{cart_id}}}:removed:{book_id}"
        return [cls._set(cart_id), f"{cls._line(cart_id)}{book_id}", kept]

    @staticmethod
    def _set(cart_id: str) -> str:
        return f"{{cart:{cart_id}}}:books"

    @staticmethod
    def _line(cart_id: str) -> str:
        return f"{{cart:{cart_id}}}:line:"
