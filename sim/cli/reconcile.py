"""`reconcile`: do the published figures agree with each other?"""

from __future__ import annotations

from argparse import Namespace

from sim.evidence import reconcile
from sim.report.reconciliation import reconciliation
from sim.report.tables import show


def run(chosen: Namespace) -> int:
    """Print every identity, both sides, and whether it holds, is explained, or is open."""
    show(reconciliation(reconcile()))
    return 0
