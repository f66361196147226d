"""Made-up runs with the shape of real ones, for figures and tables: nothing here is a result."""

import datetime
import math
from types import SimpleNamespace

from sim.record import Run

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
        "people_short": short,
        "people_short_strict": short + 600,
        "composite_incidence": left / N + 0.002,
        "exits_people": exits,
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
        "work_days": 61_000,
    }
    return Run(
        "example", allocation, gate, replication, scalars, monthly(left / N, paid), villages(offset + luck, replication),
        why_not(left), {"industry": {"allotted": 75_000_000, "paid": 70_000_000, "idle": 5_000_000}},
    )  # fmt: skip


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
    }


def villages(offset: float, replication: int) -> dict[str, list]:
    """74 villages in four tiers with a few that miss the line."""
    rows: dict[str, list] = {name: [] for name in ("code", "township", "tier", "base_people", "incidence_start",
                                                     "incidence_end", "due", "exited", "exited_before")}  # fmt: skip
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
        rows.append({"township": "chetian", "tier": "deep", "cause": cause, "stage": "built",
                     "households": people // 3, "people": round(people * 1.6), "sole": people // 2, "last": people})  # fmt: skip
    return rows


#: name: (distance from the target, Chinese title, English title)
ALLOCATIONS = {
    "as_before": (0.0012, "照2016—2017年安排", "as in 2016-17"),
    "deep_tilt": (0.0002, "加大深度贫困倾斜", "deep tilt up"),
    "industry_first": (0.0022, "产业优先", "industry first"),
    "works_first": (-0.0008, "基础设施和住房优先", "works and housing first"),
    "people_first": (0.0016, "教育医疗兜底优先", "people first"),
    "relocation": (-0.0004, "搬迁清底", "finish relocation"),
    "balanced": (-0.0012, "按需均衡", "balanced by need"),
}


def runs(replications: int = 40) -> list[Run]:
    """Every allocation's runs under the gate `plan`, and a quarter of them without."""
    made = [run(name, offset, r) for name, (offset, _, _) in ALLOCATIONS.items() for r in range(replications)]
    open_gate = [
        run(name, offset - 0.004, r, "none")
        for name, (offset, _, _) in ALLOCATIONS.items()
        for r in range(replications // 4)
    ]
    return made + open_gate


class Standin:
    """What figures and tables read of a comparison."""

    def __init__(self, made: list[Run], total_yuan: int = 220_000_000) -> None:
        titles = {name: SimpleNamespace(title={"zh": zh, "en": en}) for name, (_, zh, en) in ALLOCATIONS.items()}
        self.scenario = SimpleNamespace(
            name="example", title={"zh": "示例", "en": "example"}, start_date=datetime.date(2018, 1, 1),
            end_date=datetime.date(2018, 12, 31), decide_on=None, total_yuan=total_yuan, allocations=titles,
            targets=SimpleNamespace(incidence=TARGET, people=13798, households=3520, villages=13),
        )  # fmt: skip
        self.runs = {name: [r for r in made if r.allocation == name and r.gate == "plan"] for name in ALLOCATIONS}

    def summary(self):
        return {"allocations": [self.row(name) for name in self.runs]}

    def row(self, name):
        runs = self.runs[name]

        def mean(scalar):
            got = [r.scalars[scalar] for r in runs]
            m = sum(got) / len(got)
            sd = math.sqrt(sum((g - m) ** 2 for g in got) / (len(got) - 1) / len(got))
            return {"mean": m, "low": m - 2 * sd, "high": m + 2 * sd}

        def chance(flags):
            p = sum(flags) / len(flags)
            return {"estimate": p, "low": max(0, p - 0.12), "high": min(1, p + 0.14)}

        return {"name": name, "incidence": mean("incidence"), "people_short": mean("people_short"),
                "p_target": chance([r.scalars["people_short"] <= 0 for r in runs]),
                "p_below_3": chance([r.scalars["incidence"] < 0.03 for r in runs]),
                "p_county_exit": chance([r.scalars["county_exit"] for r in runs])}  # fmt: skip
