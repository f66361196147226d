"""Luck by name: every draw is addressed by seed, group, purpose, period and entity."""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Group = Literal["start", "parameters", "luck"]
GROUPS: tuple[Group, ...] = get_args(Group)
_WORD, _ZEROS = (1 << 64) - 1, np.zeros(4, dtype=np.uint64)


class Streams:
    """The random numbers of one replication, in three groups with an index each.

    *start* deals the county, *parameters* the assumed values, *luck* everything else. Entity ``i`` of a
    purpose always receives number ``i`` of that purpose's stream, so what one entity draws depends neither
    on what others draw nor on what is switched on.
    """

    __slots__ = ("_indices", "_philox", "seed")

    def __init__(self, seed: int, start: int = 0, parameters: int = 0, luck: int = 0) -> None:
        self.seed = seed
        self._indices: dict[str, int] = {"start": start, "parameters": parameters, "luck": luck}
        #: Set to the start of a purpose's stream for every draw, since a new one costs as much as 2,000 numbers.
        self._philox = np.random.Philox(key=0)

    def uniform(self, group: Group, purpose: str, n: int, period: int = 0) -> NDArray[np.float64]:
        """Return ``n`` numbers strictly inside (0, 1): entry ``i`` belongs to entity ``i``, whatever ``n`` is."""
        key = self._key(group, purpose, period)
        self._philox.state = _at_start(key)
        raw = self._philox.random_raw(n)
        raw >>= np.uint64(12)
        numbers = np.asarray(raw + 0.5, dtype=np.float64)
        numbers *= 2.0**-52
        return numbers

    def _key(self, group: Group, purpose: str, period: int) -> int:
        """Return 128 bits that belong to an address alone."""
        address = f"{self.seed}/{group}/{self._indices[group]}/{purpose}/{period}"
        return int.from_bytes(blake2b(address.encode(), digest_size=16).digest(), "little")

    def array(self, group: Group, purpose: str, shape: tuple[int, ...], period: int = 0) -> NDArray[np.float64]:
        """Return a block of numbers, row ``i`` for entity ``i``; see `uniform`."""
        return self.uniform(group, purpose, int(np.prod(shape)), period).reshape(shape)

    def one(self, group: Group, purpose: str, period: int = 0) -> float:
        """Return the single number of a purpose that has one entity, such as an assumed value."""
        return ((self._key(group, purpose, period) >> 76) + 0.5) * 2.0**-52

    def attempts(self, purpose: str, n: int) -> Attempts:
        """Return the endogenous draws of a purpose: by case (entity) and attempt, dealt as they are needed."""
        return Attempts(self, purpose, n)


def _at_start(key: int) -> dict[str, object]:
    """Return the state of a Philox of this key that has dealt nothing yet."""
    words = np.array([key & _WORD, key >> 64], dtype=np.uint64)
    return {
        "bit_generator": "Philox", "state": {"counter": _ZEROS, "key": words},
        "buffer": _ZEROS, "buffer_pos": 4, "has_uint32": 0, "uinteger": 0,
    }  # fmt: skip


class Attempts:
    """Draws by (case, attempt): ``attempts(case, k)`` is the same number whenever and however often it is asked."""

    __slots__ = ("_dealt", "_n", "_purpose", "_streams")

    def __init__(self, streams: Streams, purpose: str, n: int) -> None:
        self._streams, self._purpose, self._n = streams, purpose, n
        self._dealt: dict[int, NDArray[np.float64]] = {}

    def __call__(self, case: int, attempt: int = 0) -> float:
        """Return the uniform number of this case at this attempt (both from 0)."""
        dealt = self._dealt.get(attempt)
        if dealt is None:
            dealt = self._dealt[attempt] = self._streams.uniform("luck", self._purpose, self._n, attempt)
        return dealt.item(case)
