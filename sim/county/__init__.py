"""The county on the first day: places and households as arrays, and how they are made."""

from sim.county.county import CAUSES, PRODUCTS, TIERS, TOWNSHIPS, County
from sim.county.synthesis import all_on_the_books, synthesise

__all__ = ["CAUSES", "PRODUCTS", "TIERS", "TOWNSHIPS", "County", "all_on_the_books", "synthesise"]
