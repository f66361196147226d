"""Made-up runs with the shape of real ones, for figures and tables: nothing here is a result."""

import math
from pathlib import Path

from sim.ensemble.ensemble import Ensemble
from sim.record import Run
from sim.scenario import Scenario, load
from sim.study import Comparison
from sim.study.compare import fold

N = 168_680
START = 0.1059
TARGET = 0.0241
CAUSES = {
    "not_proposed": 0.16,
    "undiagnosed": 0.02,
    "file_wrong": 0.05,
    "unapproved": 0.03,
    "unfunded": 0.14,
    "no_crew": 0.06,
    "season": 0.03,
    "unfinished": 0.08,
    "unaccepted": 0.10,
    "income_young": 0.05,
    "income_short": 0.20,
    "shock": 0.03,
    "turned_away": 0.05,
}
VILLAGES = 74
LINES = {"industry": {"allotted": 75_000_000, "listed": 73_000_000, "paid": 70_000_000, "idle": 5_000_000}}
#: In all 61,000.
DESK_DAYS = {
    "team": 49_000, "station": 4500, "township_finance": 500, "county_finance": 300, "approval": 900, "tender": 100,
    "inspector": 1200, "verifier": 1000, "county_verifier": 200, "patrol": 1100, "special": 100, "investigator": 800,
    "expert": 1000, "leader": 300,
}  # fmt: skip


def run(allocation: str, offset: float, replication: int, gate: str = "plan") -> Run:
    """One replication that ends near the target plus `offset`, with luck that all allocations share."""
    luck = 0.003 * math.sin(7.3 * replication + 1.0) + 0.0006 * math.sin(3.1 * replication + 100 * offset)
    incidence = TARGET + 0.003 + offset + luck
    left = round(N * incidence)
    short = left - math.floor(TARGET * N)
    exits = round(N * START) + 300 - left
    paid = round(205e6 + 1e9 * offset + 2e6 * math.sin(replication))
    scalars = {
        "N": N,
        "registered_start_people": round(N * START),
        "registered_end_people": left,
        "incidence": left / N,
        "incidence_strict": left / N + 0.004,
        "incidence_before_holdbacks": left / N - 0.002,
        "people_short": short,
        "people_short_strict": short + 600,
        "people_short_before_holdbacks": short - 300,
        "composite_incidence": left / N + 0.002,
        "exits_people": exits,
        "ready_people": round(exits / 0.95),
        "exits_households": exits // 4,
        "exits_villages": 11 + (replication + (offset < 0)) % 3,
        "exits_people_strict": exits - 600,
        "wrong_exit_rate": 0.008,
        "missed_poor_rate": 0.005,
        "recognition": 0.93,
        "county_exit": int(left / N < 0.028),
        "allotted_yuan": 220_000_000,
        "paid_yuan": paid,
        "idle_yuan": 220_000_000 - paid,
        "work_minutes": 61_000 * 480,
        **{f"minutes_{kind}": days * 480 for kind, days in DESK_DAYS.items()},
        "crew_days": 48_000 + 100 * replication,
    }
    return Run(
        "example", allocation, gate, replication, scalars, monthly(left / N, paid),
        villages(offset + luck, replication), why_not(left), LINES, proposals=proposals(exits),
    )  # fmt: skip


def proposals(exits: int) -> dict[str, list[int]]:
    """A list of proposals of which one in twenty is turned away, most of them at its end."""
    proposed = [round(exits * share / 0.95) for share in (0.25, 0.5, 0.75, 1.0)]
    return {"proposed": proposed, "remained": [round(exits * share) for share in (0.26, 0.52, 0.77, 1.0)]}


def monthly(end: float, paid: int) -> dict[str, list[float]]:
    """Thirteen month ends: the unmet fall through the year, the registered only in December."""
    fall = [0, 0.01, 0.02, 0.06, 0.12, 0.2, 0.3, 0.42, 0.58, 0.74, 0.9, 0.99, 1.0]
    received = [0, 0, 0, 0.5, 0.5, 0.5, 0.8, 0.8, 0.8, 1, 1, 1, 1]
    spent = [0, 0.01, 0.03, 0.08, 0.15, 0.24, 0.34, 0.46, 0.58, 0.7, 0.82, 0.93, 1]
    return {
        "incidence": [START] * 12 + [end],
        "incidence_unmet": [START + (end - 0.006 - START) * share for share in fall],
        "received_yuan": [220e6 * share for share in received],
        "paid_yuan": [paid * share for share in spent],
        **{f"paid_yuan_{line}": [money["paid"] * share for share in spent] for line, money in LINES.items()},
    }


def villages(offset: float, replication: int) -> dict[str, list]:
    """74 villages in four tiers with a few that miss the line."""
    rows: dict[str, list] = {name: [] for name in ("code", "township", "tier", "base_people", "registered_start",
                                                     "registered_end", "incidence_start", "incidence_end", "due",
                                                     "exited", "exited_before")}  # fmt: skip
    for index in range(VILLAGES):
        tier = 0 if index < 19 else 1 if index < 42 else 2 if index < 47 else 3
        start = (0.28, 0.13, 0.16, 0.04)[tier] * (1 + 0.35 * math.sin(index * 1.7))
        before = tier < 2 and index % 7 < 3
        start = 0.02 if before else start
        due = tier < 2 and not before and index % 2 == 0
        end = max(0.001, start * (0.12 if due else 0.3) * (1 + 0.6 * math.sin(index + replication)) + offset)
        rows["code"].append(f"V{index + 1:02d}")
        rows["township"].append(("ziyuan", "zhongfeng", "meixi", "guali", "chetian", "liangshui", "hekou")[index % 7])
        rows["tier"].append(("deep", "poor", "high", "other")[tier])
        rows["base_people"].append(2279)
        rows["registered_start"].append(round(2279 * start))
        rows["registered_end"].append(round(2279 * end))
        rows["incidence_start"].append(start)
        rows["incidence_end"].append(end)
        rows["due"].append(int(due))
        rows["exited"].append(int(due and end < 0.03))
        rows["exited_before"].append(int(before))
    return rows


def why_not(left: int) -> list[dict]:
    """Everyone left, shared over the causes."""
    rows = []
    for cause, share in CAUSES.items():
        people = round(left * share)
        row = {"township": "chetian", "tier": "deep", "cause": cause, "stage": "built"}
        counts = {"households": people // 3, "people": round(people * 1.6), "sole": people // 2, "last": people}
        rows.append(row | counts)
    return rows


#: allocation of scenarios/2018.yaml: distance from the target
OFFSETS = {
    "as_in_2016_17": 0.0012,
    "deep_tilt_up": 0.0002,
    "industry_first": 0.0022,
    "works_and_housing_first": -0.0008,
    "people_first": 0.0016,
    "finish_relocation": -0.0010,
    "balanced_by_need": -0.0012,
}
SCENARIO = Path(__file__).parents[2] / "scenarios" / "2018.yaml"


def comparison(replications: int = 40, shift: float = 0.0, scenario: Scenario | None = None) -> Comparison:
    """Every allocation under the gate `plan`, and a quarter of the replications without; `shift` moves all."""
    runs = {}
    for name in (scenario or load(SCENARIO)).allocations:
        offset = OFFSETS.get(name, 0.0) + shift
        for r in range(replications):
            runs["plan", name, r] = run(name, offset, r)
            if r < replications // 4:
                runs["none", name, r] = run(name, offset - 0.004, r, "none")
    return fold(scenario or load(SCENARIO), Ensemble(runs=runs), replications)
