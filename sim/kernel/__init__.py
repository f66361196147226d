"""What SimPy lacks here: light processes, computed servers, priority queues, funds. It knows no poverty.

Models written for SimPy play the same here, but for the following, each on purpose
(``tests/kernel/test_simpy.py`` plays both side by side and asserts every row):

========== =================================== ============================================ =========================
what       SimPy 4.1                           here                                         why
========== =================================== ============================================ =========================
until      run(until=t) stops before what is   it plays what is due at t; t may be now      a year includes its last
           due at t; t must be after now                                                    instant
stop       run(until=event) ends at its turn   when the event is wholly processed           nothing is half done
           among those who wait for the event                                               between two runs
tie        what is due at one instant goes by  by rank, then by creation of the process,    who is first must not
           the moment it was scheduled         which keeps its place for life               hang on who slept last
start      a process starts before all else    at its own rank among all that is due        a child must not overtake
           due at the instant                                                               lower ranks
return     a process that nobody waits for is  it is processed as it returns                an event less a process
           processed one event later
number     yielding a number leaves run as     it is a sleep; other nonsense is thrown in   a sleep without an event
           RuntimeError, like other nonsense   where it was yielded
error      an exception is handed on as a copy it is handed on itself; KeyboardInterrupt    fields are not in args;
           made from its args, of any kind     and the like leave run at once               a user may stop
infinity   what is due at infinity is played   it never comes; a condition may wait for it  never is not a time
           last                                together with others
interrupt  every process knows interrupt(),    simpy.Process(env, ...) does, and may use    a light process has no
           target and name, and is             simpy.PreemptiveResource; a light process    room for it
           env.active_process                  has is_alive only, and must not use it
========== =================================== ============================================ =========================
"""

from sim.kernel.environment import Environment, collection_paused
from sim.kernel.fifo import FifoServer
from sim.kernel.fund import Fund
from sim.kernel.line import Claim
from sim.kernel.process import Process, Steps, Wait
from sim.kernel.queue import QueueServer

__all__ = ["Claim", "Environment", "FifoServer", "Fund", "Process", "QueueServer", "Steps", "Wait", "collection_paused"]
