"""Industries of households: what they plant and keep, the awards for it, and the market that takes it."""

from sim.campaign.families.industries.industries import Industries

__all__ = ["Industries"]
