"""One replication of the campaign: a pure function of scenario, allocation and replication."""

from sim.campaign.campaign import Campaign
from sim.campaign.family import Family
from sim.campaign.projects import Project
from sim.campaign.replicate import FAMILIES, replicate, start

__all__ = ["FAMILIES", "Campaign", "Family", "Project", "replicate", "start"]
