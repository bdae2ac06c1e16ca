"""The limit on simultaneous computations, shared by requests and by work done ahead."""

import threading
from collections.abc import Callable

from app.lab.compute.memory import ComputeMemory
from app.lab.compute.prices import CHEAP_BYTES

UNBOUNDED = 2**63


class Slots:
    """Slots that any thread can take and give back; waiting requests have priority.

    A slot comes with the bytes that its computation reserves; many bytes count as dear in any slots. `waiting` is
    the number of waiting requests. Their queue maintains it, and learns by `when_free` that a slot or memory is
    free.
    """

    def __init__(
        self,
        count: int,
        memory: ComputeMemory | None = None,
        *,
        beside: "Slots | None" = None,
        dear: bool = False,
    ) -> None:
        """Make `count` slots, for `dear` computations or others; `beside` are slots that share the memory."""
        self.count = count
        self.taken = 0
        self.waiting = 0
        self._memory = memory or ComputeMemory(UNBOUNDED)
        self._dear = dear
        self._sharing: list[Slots] = [] if beside is None else beside._sharing
        self._sharing.append(self)
        self._lock = threading.Lock()
        self._when_free: Callable[[], None] | None = None

    def take_if_free(self, nbytes: int = 0, *, waited: bool = False) -> bool:
        """Take a slot and memory if both are free and nobody waits for them; `waited` says that the caller is one
        of those waiting.
        """
        with self._lock:
            if self.taken >= self.count or (self.waiting and not waited):
                return False
            dear_waits = any(one._dear and one.waiting for one in self._sharing)
            if not self._memory.take_if_fits(
                nbytes, dear=self._is_dear(nbytes), dear_waits=dear_waits
            ):
                return False
            self.taken += 1
            return True

    def give_back(self, nbytes: int = 0) -> None:
        """Give a slot and its memory back."""
        with self._lock:
            assert self.taken > 0
            self.taken -= 1
            self._memory.give_back(nbytes, dear=self._is_dear(nbytes))
        for slots in self._sharing:
            slots.tell()

    def tell(self) -> None:
        """Tell those who wait that a slot or memory may be free."""
        if self.waiting and self._when_free:
            self._when_free()

    def when_free(self, call: Callable[[], None]) -> None:
        """Register a callback for when a slot becomes free while somebody waits; the releasing thread calls it."""
        self._when_free = call

    def _is_dear(self, nbytes: int) -> bool:
        return self._dear or nbytes > CHEAP_BYTES
