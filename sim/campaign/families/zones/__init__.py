"""The seven zones: what their commanders move and press, and the attention of leaders."""

from sim.campaign.families.zones.zones import Zones

__all__ = ["Zones"]
