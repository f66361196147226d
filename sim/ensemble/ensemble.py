"""What was played of one scenario: the runs, those that failed, and how many are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass, field

from sim.ensemble.pool import RunError
from sim.record import Run

Progress = Callable[[int, int], None]
#: Gates with the number of replications to play under each.
Plan = Sequence[tuple[str, int]]


def part_of(progress: Progress | None, done: int, whole: int | None = None) -> Progress | None:
    """Report a part of a study as what it is of the whole; without ``whole`` it is the last part."""
    if progress is None:
        return None
    return lambda played, total: progress(done + played, done + total if whole is None else whole)


@dataclass(frozen=True)
class Looks:
    """Plans, each with more than the one before, after which ``enough`` says whether to play on.

    It is asked of what the plan has, in order and once a plan, whatever else was played meanwhile.
    """

    plans: Sequence[Plan]
    enough: Callable[[Mapping[str, Ensemble]], bool]


@dataclass
class Ensemble:
    """What was played: runs by (gate, allocation, replication), failures with their reasons."""

    runs: dict[tuple[str, str, int], Run] = field(default_factory=dict)
    failed: list[tuple[str, str, int, str]] = field(default_factory=list)
    interrupted: bool = False

    def within(self, plan: Plan) -> Ensemble:
        """Return what a plan has of it."""
        most = dict(plan)
        runs = {key: run for key, run in self.runs.items() if key[2] < most.get(key[0], 0)}
        return Ensemble(runs, [row for row in self.failed if row[2] < most.get(row[1], 0)], self.interrupted)


def refuse_empty(whole: Sized | int, failed: Sequence[tuple[str, str, int, str]], interrupted: bool) -> None:
    """Raise `RunError` where a study has no replication that is ``whole`` because runs ``failed``."""
    if not whole and failed and not interrupted:
        raise RunError("no_replication", count=len(failed), why=failed[0][3])


def shortfall(
    failed: Sequence[tuple[str, str, int, str]], interrupted: bool, whole: int = 0, asked: int | None = None
) -> str:
    """Say for a result's ``repr`` what is missing, of so many asked for where that is known; empty where nothing is."""
    told = ""
    if interrupted:
        told = ", interrupted" if asked is None else f", interrupted, {whole} of {asked}"
    if failed:
        short = 0 if interrupted or asked is None else asked - whole
        lost = f"{short} of {asked}" if short else f"{len(failed)} runs"
        told += f", {lost} failed (see .failed)"
    return told
