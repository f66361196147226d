"""The register's files: one household, one file, one card."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.campaign.projects import Need

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Files:
    """The register's files: one household, one file, one card."""

    name = "files"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Nothing of the ten lines."""
        return ()

    def start(self, c: Campaign) -> None:
        """Nothing yet."""
