"""`reconcile`: do the published figures agree with each other?"""

from __future__ import annotations

from argparse import Namespace

from sim.evidence import reconcile
from sim.report import tables


def run(chosen: Namespace) -> int:
    """Print every identity, both sides, and whether it holds, is explained, or is open."""
    tables.show(tables.reconciliation(reconcile()))
    return 0
