"""Every fact and constant of the model, with its kind, range and source, and the check that they add up."""

from sim.evidence.bases import Base
from sim.evidence.entry import Entry, Evidence, Parameters, load, triangular
from sim.evidence.reconcile import Identity, reconcile

__all__ = ["Base", "Entry", "Evidence", "Identity", "Parameters", "load", "reconcile", "triangular"]
