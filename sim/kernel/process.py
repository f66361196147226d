"""A generator on its way through time, light enough that a county can have tens of thousands."""

from __future__ import annotations

from collections.abc import Generator
from numbers import Real
from types import GeneratorType
from typing import TYPE_CHECKING, Any, cast, final

from simpy.events import PENDING, Event

if TYPE_CHECKING:
    from sim.kernel.environment import Environment

#: What a process may yield: a time to sleep, or an event to wait for.
Wait = float | Event
Steps = Generator[Wait, Any, Any]


@final
class Process(Event):
    """Sleeps by yielding a number, waits by yielding an event, and is an event that triggers when it returns.

    While it sleeps it stands on the agenda itself, so a sleep costs no event object; a float is cheapest. An
    event that is already processed is passed at once. The value is what the generator returned. An exception
    goes to whoever waits for the process; it leaves ``run`` where nobody does.
    """

    # Those that SimPy keeps in a dict are slots too: nothing else is made as often.
    __slots__ = ("_ok", "_value", "callbacks", "env", "generator", "key")

    env: Environment

    def __init__(self, env: Environment, generator: Steps, key: int) -> None:
        if generator.__class__ is not GeneratorType and not hasattr(generator, "throw"):
            raise ValueError(f"{generator} is not a generator.")
        self.env, self.callbacks, self._value = env, [], PENDING
        self.generator, self.key = generator, key

    @property
    def is_alive(self) -> bool:
        """Whether the generator has neither returned nor failed."""
        return not self.triggered

    def wake(self, event: Event) -> None:
        """Go on after ``event``, under the process's own rank: the callback of whatever it waits for."""
        self.env.rank_key = self.key
        try:
            wait = self.generator.send(event._value) if event._ok else self._throw(event)
        except StopIteration as stop:
            self.finish(stop.value)
        except Exception as error:
            self.finish(error, ok=False)
        else:
            self.proceed(wait)

    def proceed(self, wait: Wait) -> None:
        """Wait for what was yielded; go on as long as it is there already."""
        try:
            while True:
                if isinstance(wait, Event):
                    callbacks = wait.callbacks
                    if callbacks is not None:
                        callbacks.append(self.wake)
                        return
                    wait = self.generator.send(wait._value) if wait._ok else self._throw(wait)
                elif wait.__class__ is float and wait >= 0.0:
                    self.env.put(self.env.now + wait, self.key, self)
                    return
                else:
                    refused = self._sleep(wait)
                    if refused is None:
                        return
                    wait = self.generator.throw(refused)
        except StopIteration as stop:
            self.finish(stop.value)
        except Exception as error:
            self.finish(error, ok=False)

    def finish(self, value: Any, ok: bool = True) -> None:
        """Trigger with a value, or not ``ok`` with an exception; a value that nobody waits for costs no event."""
        self._ok, self._value = ok, value
        if ok and not self.callbacks:
            self.callbacks = None  # type: ignore[assignment]
            return
        # The agenda takes a process for a sleeper, so another event brings the word.
        word = Event(self.env)
        word.callbacks.append(self._tell)
        word.succeed()

    def _tell(self, _: Event) -> None:
        self.env.fire(self)

    def _throw(self, failed: Event) -> Wait:
        failed.defused = True
        return self.generator.throw(failed._value)

    def _sleep(self, delay: object) -> Exception | None:
        """Stand on the agenda for ``delay``, or return why that cannot be."""
        if delay.__class__ is not float and (isinstance(delay, bool) or not isinstance(delay, Real)):
            return TypeError(f"{self._desc()} yielded {delay!r}, which is neither a number nor an event")
        time = float(cast(float, delay))
        if not time >= 0:
            return ValueError(f"delay(={delay}) must be >= 0")
        self.env.put(self.env.now + time, self.key, self)
        return None

    def _desc(self) -> str:
        return f"{type(self).__name__}({getattr(self.generator, '__qualname__', self.generator)})"
