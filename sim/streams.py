"""Luck by name: every draw is addressed by seed, group, purpose, period and entity."""

from __future__ import annotations

from hashlib import blake2b
from struct import unpack
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Group = Literal["start", "parameters", "luck"]
GROUPS: tuple[Group, ...] = get_args(Group)
#: Seeds that `Streams.seed_of` gives lie below this.
SEEDS = 10**12

#: The bits that a number has no room for, the bits of the number 1.0, and half a step less than it.
#: Arrays, since a number by itself is made into one whenever it meets another.
BEHIND = np.array(12, dtype=np.uint64)
ONE = np.array(1.0).view(np.uint64)
BELOW = np.array(1.0 - 2.0**-53)


class Streams:
    """The random numbers of one replication, in three groups with an index each.

    *start* deals the county, *parameters* the assumed values, *luck* everything else. Entity ``i`` of a
    purpose always receives number ``i`` of that purpose's stream, so what one entity draws depends neither
    on what others draw nor on what is switched on.
    """

    __slots__ = ("_beginning", "_generator", "_hashes", "indices", "seed")

    def __init__(self, seed: int, start: int = 0, parameters: int = 0, luck: int = 0) -> None:
        self.seed, self.indices = seed, (start, parameters, luck)
        #: By group: the hash of the part that all its addresses begin with.
        self._hashes = {
            group: blake2b(f"{seed}/{group}/{index}/".encode(), digest_size=16)
            for group, index in zip(GROUPS, self.indices, strict=True)
        }
        self._generator = np.random.Philox(0)
        #: The state of a stream of which no number was taken, but for its key; numpy reads plain numbers fastest.
        self._beginning: Any = self._generator.state | {"state": {"counter": [0] * 4}, "buffer": [0] * 4}

    def uniform(self, group: Group, purpose: str, n: int, period: int = 0) -> NDArray[np.float64]:
        """Return ``n`` numbers strictly inside (0, 1): entry ``i`` belongs to entity ``i``, whatever ``n`` is."""
        self._beginning["state"]["key"] = unpack("<2Q", self._key(group, purpose, period))
        self._generator.state = self._beginning
        raw = self._generator.random_raw(n)
        # Behind the exponent of 1.0, 52 bits are a number in [1, 2) as they stand; then down to the middle of a step.
        raw >>= BEHIND
        raw |= ONE
        numbers = raw.view(np.float64)
        numbers -= BELOW
        return numbers

    def _key(self, group: Group, purpose: str, period: int) -> bytes:
        """Return 128 bits that belong to an address alone."""
        address = self._hashes[group].copy()
        address.update(f"{purpose}/{period}".encode())
        return address.digest()

    def array(self, group: Group, purpose: str, shape: tuple[int, ...], period: int = 0) -> NDArray[np.float64]:
        """Return a block of numbers, row ``i`` for entity ``i``; see `uniform`."""
        return self.uniform(group, purpose, int(np.prod(shape)), period).reshape(shape)

    def one(self, group: Group, purpose: str, period: int = 0) -> float:
        """Return the single number of a purpose that has one entity, such as an assumed value."""
        return ((int.from_bytes(self._key(group, purpose, period), "little") >> 76) + 0.5) * 2.0**-52

    def seed_of(self, purpose: str, number: int = 0) -> int:
        """Return the seed of a campaign within a study, whose luck has nothing in common with that of this seed."""
        return int(self.one("luck", f"{purpose}.seed", number) * SEEDS)

    def attempts(self, purpose: str, n: int) -> Attempts:
        """Return the endogenous draws of a purpose: by case (entity) and attempt, dealt as they are needed."""
        return Attempts(self, purpose, n)


class Attempts:
    """Draws by (case, attempt): ``attempts.of(case, k)`` is the same number whenever and however often it is asked.

    First attempts, which most cases make, are dealt together (``first``, by case); later ones, which few make, each by
    its own address.
    """

    __slots__ = ("_purpose", "_streams", "first")

    def __init__(self, streams: Streams, purpose: str, n: int) -> None:
        self._streams, self._purpose = streams, purpose
        #: As memory, of which one number is read at half the price.
        self.first: memoryview[float] = streams.uniform("luck", purpose, n).data  # type: ignore[assignment]

    def of(self, case: int, attempt: int = 0) -> float:
        """Return the uniform number of this case at this attempt (both from 0)."""
        if attempt:
            return self._streams.one("luck", f"{self._purpose}/{case}", attempt)
        return self.first[case]
