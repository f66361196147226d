"""What SimPy lacks here: light processes, computed servers, priority queues, funds. It knows no poverty."""

from sim.kernel.environment import Environment, collection_paused
from sim.kernel.fifo import FifoServer
from sim.kernel.fund import Fund
from sim.kernel.line import Claim
from sim.kernel.process import Process, Steps, Wait
from sim.kernel.queue import QueueServer

__all__ = ["Claim", "Environment", "FifoServer", "Fund", "Process", "QueueServer", "Steps", "Wait", "collection_paused"]
