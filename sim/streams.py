"""Luck by name: every draw is addressed by seed, group, purpose, period and entity."""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Group = Literal["start", "parameters", "luck"]
GROUPS: tuple[Group, ...] = get_args(Group)


class Streams:
    """The random numbers of one replication, in three groups with an index each.

    *start* deals the county, *parameters* the assumed values, *luck* everything else. Entity ``i`` of a
    purpose always receives number ``i`` of that purpose's stream, so what one entity draws depends neither
    on what others draw nor on what is switched on.
    """

    __slots__ = ("_indices", "seed")

    def __init__(self, seed: int, start: int = 0, parameters: int = 0, luck: int = 0) -> None:
        self.seed = seed
        self._indices: dict[str, int] = {"start": start, "parameters": parameters, "luck": luck}

    def uniform(self, group: Group, purpose: str, n: int, period: int = 0) -> NDArray[np.float64]:
        """Return ``n`` numbers strictly inside (0, 1): entry ``i`` belongs to entity ``i``, whatever ``n`` is."""
        raw = np.random.Philox(key=self._key(group, purpose, period)).random_raw(n)
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


class Attempts:
    """Draws by (case, attempt): ``attempts(case, k)`` is the same number whenever and however often it is asked.

    First attempts, which most cases make, are dealt together; later ones, which few make, each by its own address.
    """

    __slots__ = ("_first", "_purpose", "_streams")

    def __init__(self, streams: Streams, purpose: str, n: int) -> None:
        self._streams, self._purpose = streams, purpose
        self._first = streams.uniform("luck", purpose, n)

    def __call__(self, case: int, attempt: int = 0) -> float:
        """Return the uniform number of this case at this attempt (both from 0)."""
        if attempt:
            return self._streams.one("luck", f"{self._purpose}/{case}", attempt)
        return self._first.item(case)
