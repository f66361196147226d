"""The county on the first day: townships, villages, hamlets and households as arrays, and how they are made."""

from sim.county.county import CAUSES, PRODUCTS, TIERS, TOWNSHIPS, County
from sim.county.margins import Margin, check
from sim.county.synthesis import synthesise

__all__ = ["CAUSES", "PRODUCTS", "TIERS", "TOWNSHIPS", "County", "Margin", "check", "synthesise"]
