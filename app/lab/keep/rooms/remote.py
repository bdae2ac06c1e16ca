"""Rooms in a Valkey or Redis server, which replicas share: a hash for each room, and the list of their codes."""

from hmac import compare_digest
from typing import Any, cast

from app.lab.errors import RoomsFull
from app.lab.keep.rooms.base import (
    FRESH_SECONDS,
    MAX_BALLOTS,
    MAX_ROOMS,
    ROOM_SECONDS,
    Outcome,
    Room,
    digest,
    new_code,
    new_secret,
    no_such_room,
    wrong_key,
)
from app.lab.keep.stores.server import Server

PREFIX = "convfold:room:"
CODES = "convfold:rooms"  # a sorted set: code by the time at which it was opened
BALLOT = "b:"  # before the hash of a ballot, among the fields of a room
# KEYS[1] the room, KEYS[2] the codes
# ARGV: code, lesson, hash of the key, seconds kept, most rooms, prefix, seconds fresh
OPEN = """
local now = redis.call('TIME')[1]
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[4])
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) then
  local gone = false
  for _, code in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[7])) do
    if tonumber(redis.call('HGET', ARGV[6] .. code, 'ballots') or 0) == 0 then
      redis.call('UNLINK', ARGV[6] .. code)
      redis.call('ZREM', KEYS[2], code)
      gone = true
      break
    end
  end
  if not gone then return 0 end
end
redis.call('HSET', KEYS[1], 'lesson', ARGV[2], 'key', ARGV[3], 'ballots', 0)
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], now, ARGV[1])
return 1
"""
# KEYS[1] the room; ARGV: hash of the key, then the names of the marks to set.
MARK = """
local held = redis.call('HGET', KEYS[1], 'key')
if not held then return 'nowhere' end
if held ~= ARGV[1] then return 'wrong' end
for place = 2, #ARGV do redis.call('HSET', KEYS[1], ARGV[place], '1') end
return 'set'
"""
# KEYS[1] the room; ARGV: field of the ballot, guess, most ballots.
VOTE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 'nowhere' end
if redis.call('HEXISTS', KEYS[1], 'closed') == 1 then return 'closed' end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 'already' end
if tonumber(redis.call('HGET', KEYS[1], 'ballots')) >= tonumber(ARGV[3]) then return 'full' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HINCRBY', KEYS[1], 'ballots', 1)
return 'counted'
"""


class RemoteRooms:
    """Rooms in the server at `url`. Where there are too many, the oldest without ballots gives way."""

    def __init__(self, url: str) -> None:
        self._server = Server(url)
        self._open, self._vote, self._mark = map(self._server.script, (OPEN, VOTE, MARK))

    def open(self, lesson: str) -> tuple[str, str]:
        """Open a room for a lesson; return its code and the presenter's key."""
        code, key = new_code(), new_secret()
        arguments = (code, lesson, digest(key), ROOM_SECONDS, MAX_ROOMS, PREFIX, FRESH_SECONDS)
        with self._server.client():
            opened = self._open(keys=[PREFIX + code, CODES], args=arguments)
        if not opened:
            raise RoomsFull
        return code, key

    def find(self, code: str) -> Room | None:
        """Return the room of a code, or None if there is none or its day is over."""
        names = ["lesson", "closed", "revealed", "ballots"]
        with self._server.client() as client:
            lesson, closed, revealed, ballots = cast(
                list[bytes | None], client.hmget(PREFIX + code, names)
            )
        if lesson is None:
            return None
        return Room(
            code=code,
            lesson=lesson.decode(),
            is_closed=closed is not None,
            is_revealed=revealed is not None,
            ballots=int(ballots or 0),
        )

    def vote(self, code: str, ballot: str, guess: str) -> Outcome:
        """Count a guess, once for each ballot."""
        with self._server.client():
            outcome = self._vote(
                keys=[PREFIX + code], args=(BALLOT + digest(ballot), guess, MAX_BALLOTS)
            ).decode()
        if outcome == "nowhere":
            raise no_such_room()
        return cast(Outcome, outcome)

    def counts(self, code: str, key: str) -> dict[str, int]:
        """Return how often each guess was given."""
        with self._server.client() as client:
            self._check(client, code, key)
            fields = cast(dict[bytes, bytes], client.hgetall(PREFIX + code))
        found: dict[str, int] = {}
        for name, guess in fields.items():
            if name.startswith(BALLOT.encode()):
                found[guess.decode()] = found.get(guess.decode(), 0) + 1
        return found

    def close(self, code: str, key: str) -> None:
        """Take no more ballots."""
        self._set(code, key, "closed")

    def reveal(self, code: str, key: str) -> None:
        """Close the room and let everybody see the answer."""
        self._set(code, key, "closed", "revealed")

    def sweep(self) -> None:
        """Do nothing: the server deletes a room when its day is over."""

    def release(self) -> None:
        """Close the connections."""
        self._server.close()

    def _set(self, code: str, key: str, *names: str) -> None:
        with self._server.client():
            outcome = self._mark(keys=[PREFIX + code], args=(digest(key), *names))
        if outcome == b"nowhere":
            raise no_such_room()
        if outcome == b"wrong":
            raise wrong_key()

    def _check(self, client: Any, code: str, key: str) -> None:
        held = cast(bytes | None, client.hget(PREFIX + code, "key"))
        if held is None:
            raise no_such_room()
        if not compare_digest(held.decode(), digest(key)):
            raise wrong_key()
