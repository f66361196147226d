"""The servers under one name."""

from sim.kernel.fifo import FifoServer
from sim.kernel.line import Claim
from sim.kernel.queue import QueueServer

__all__ = ["Claim", "FifoServer", "QueueServer"]
