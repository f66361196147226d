"""Supervision: who looks, what they find, and how it is put right."""

from sim.campaign.families.supervision.supervision import Supervision

__all__ = ["Supervision"]
