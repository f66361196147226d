"""What SimPy lacks for this work: light processes, computed servers, priority queues, funds. Knows no poverty."""

from sim.kernel.environment import Environment, Process
from sim.kernel.fund import Fund
from sim.kernel.servers import FifoServer, QueueServer

__all__ = ["Environment", "FifoServer", "Fund", "Process", "QueueServer"]
