"""One replication of the campaign: a pure function of scenario, allocation and replication."""

from sim.campaign.campaign import Campaign
from sim.campaign.cases import Case, Kind, Measure
from sim.campaign.family import Family
from sim.campaign.money.projects import Need, Project, village_places
from sim.campaign.replicate import FAMILIES, replicate, start

__all__ = [
    "FAMILIES", "Campaign", "Case", "Family", "Kind", "Measure", "Need", "Project", "replicate", "start",
    "village_places",
]  # fmt: skip
