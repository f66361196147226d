"""Education, medical care and the backstop: entitlements of villages, gaps of households, minimum income by quota."""

from sim.campaign.families.protection.protection import Protection

__all__ = ["Protection"]
