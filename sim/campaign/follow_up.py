"""Follow-up of relocation: work near the new home."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.campaign.projects import Need

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class FollowUp:
    """Follow-up of relocation: work near the new home."""

    name = "follow_up"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Nothing of the ten lines."""
        return ()

    def start(self, c: Campaign) -> None:
        """Nothing yet."""
