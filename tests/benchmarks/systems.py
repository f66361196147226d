"""The table of systems in the model description, from the model as it is: ``python -m tests.benchmarks.systems``.

Markdown, a row a system of the source: where it stands, what it waits on, what it is held against, and what the model
says over replications of the first allocation (median and range).
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from sim.ensemble.pool import cores
from tests.benchmarks.facts import Fact, percent, readings, row, scalar, tens, told, whole


@dataclass(frozen=True)
class System:
    """A system of the source; ``figures`` are what the model says of it, by their words."""

    source: str
    module: str
    process: str
    waits: str
    held: str
    figures: tuple[Fact, ...]
    switch: str

    def cells(self) -> tuple[str, ...]:
        """What stands in the table whatever the model says."""
        return self.source, self.module, self.process, self.waits, self.held, self.switch


def figure(words: str, *names: str, write=whole) -> Fact:
    return Fact(words, "", "", scalar(*names), write)


def years(value: float) -> str:
    return f"{value:,.0f} days"


def millions(yuan: float) -> str:
    return f"{yuan / 1e6:.2f} M"


SYSTEMS = (
    System("seven zones, 3-4 leaders each", "zones, attention, moves", "weekly look, a push a slot; helpers and crews monthly",
           "leaders' days; crew, inspector, quota and cash queues; the list",
           "leaders a zone: input; falsified if pushed cases wait as long as others",
           (figure("cases pushed", "pushed_cases", write=tens),), "`zones`, rules `autumn_push`, `inspectors_move`"),
    System("6,000 cadres help", "cadres, desks", "monthly round; visits", "team days", "helpers: input",
           (figure("team hours", "minutes_team", write=lambda m: tens(m / 60)),), "`cadres`"),
    System("joint responsibility", "responsibility", "helpers' absence by month; effort rises with findings and rank",
           "team days", "no figure; falsified if helpers' days do not rise after a finding",
           (figure("hours absent", "absent_minutes", write=lambda m: tens(m / 60)),
            figure("hours of forms", "forms_minutes", write=lambda m: tens(m / 60))), "`responsibility`"),
    System("one household, one file, one card", "files, cards", "made when filed; noticed, mended", "station",
           "a known fault, no figure: wrong share input; falsified by an audited share at a year's end",
           (figure("wrong at first", "files_wrong_start"), figure("mended", "files_mended"),
            figure("wrong at an exit", "files_wrong_exits")), "`files`"),
    System("weekly patrol, monthly report, quarterly inspection", "supervision, findings, stuck",
           "patrols, ranking, special inspection; a process for the findings of a day",
           "patrol and special teams; village teams, stations",
           "rhythm: input; falsified if villages visited find no less the next time",
           (figure("villages a week", "villages_patrolled_weekly"), figure("findings of patrols", "findings_patrol")),
           "`supervision`"),
    System("28 + 19 problems, 45 rectified in two months", "supervision, findings, rectification", "outside inspections, rectification",
           "stations, finance, teams; the stuck case's crew or money", "47: input; 95.7 %: fitted (one value)",
           (figure("rectified", "findings_outside_rectified_share", write=percent),), "`supervision`"),
    System("money paid out slowly", "disbursement, money", "indicator, plan, notice, review, meeting, tender",
           "county finance, stations, approval and tender desks; meeting dates, notices", "1-3-9 months (judgement): predicted",
           (figure("mean lag", "lag_days", write=years), figure("unpaid of listed", "unpaid_of_listed", write=percent)),
           "`disbursement`"),
    System("over 50 leads, 38 cases in four months", "integrity", "misuse at payment; leads, cases, freezing, recovery",
           "investigators, audits, findings, funds", "50; 38: fitted (two values)",
           (figure("leads", "leads_by_april"), figure("cases", "cases_by_april"),
            figure("misused", "misused_yuan", write=millions)), "`integrity`"),
    System("industry, award in lieu", "industries, market", "entry, season, gestation, price, sale", "places, money, season, acceptance",
           "coverage 80.37 %: predicted", (figure("coverage in June", "industry_coverage_june", write=percent),), "`industries`"),
    System("experts in the fields", "guidance", "weekly choice of villages", "experts' field days, the season",
           "no figure; falsified if advised plots are lost as often as others",
           (figure("households advised", "guided_households", write=tens),), "`guidance`"),
    System("company + cooperative + base + household", "order_chain", "signing, sales with a floor, dividend",
           "team visits, room of the base, the price", "no figure; falsified if members sell below the floor as often as others",
           (figure("contracts", "contracts"), figure("villages in default", "orders_defaulted_villages")), "`order_chain`"),
    System("relocation, 5,104 people", "relocation", "phases, keys, moving, old house", "money in parts, the phase",
           "85 % moved at the start: input", (figure("moved in the year", "moved_people"),), "`relocation`"),
    System("shopping street, supermarket, farming at the site", "follow_up", "visit, money, a place",
           "places of a site, site's team", "no figure; falsified if movers without work keep their income",
           (figure("given work", "movers_given_work"), figure("without", "movers_without_work")), "`follow_up`"),
    System("Guangdong-Guangxi cooperation, posts", "cooperation", "placing, workshops' seats, posts",
           "money, festival, seats, month", "no figure; falsified if workshops stand empty",
           (figure("workshop hires", "workshop_hires"),), "`cooperation`"),
    System("village collective economy", "collective", "grant, investment, earnings, stock-taking",
           "gates, money, team visit", "67 % in September: predicted; nearly all by 20 November: built knowing it",
           (figure("September", "collective_share_september", write=percent),
            figure("November", "collective_share_november", write=percent)), "`collective_economy`"),
    System("party building, village committees", "party", "training, rotation of first secretaries, strengthening",
           "team days, money", "no figure; falsified if weak villages are as quick as sound ones",
           (figure("exits of villages", "exits_villages"),), "`party_building`"),
    System("works, housing", "works", "crews, season, halves", "crews by township, money in parts, weather",
           "stock and stages: input", (figure("crew days", "crew_days", write=tens),), "`works`"),
    System("education, medical care, backstop", "protection", "premiums, terms, quota", "village payments, stations, quota",
           "quota: input; without it every gap closes (tested)", (figure("hours of stations", "minutes_station",
           write=lambda m: tens(m / 60)),), "`protection`, rule `backstop_quota`"),
    System("double recognition, notice, township, county", "verification", "signing, notice, checks, look again",
           "village groups, stations, county teams; days of notice", "6.7 % of people held back (Guangxi 2016): a part drawn",
           (figure("turned away", "turned_away_people", write=tens),
            figure("did not sign", "turned_away_refused_people", write=tens)), "rules `double_recognition`, `county_check`"),
    System("outside evaluation, three rates", "evaluation", "a sample of households at the year's end", "the sample",
           "2 %, 2 %, 90 % (limits); falsified by rates found: predicted",
           (figure("wrong exits", "wrong_exit_rate", write=percent), figure("recognition", "recognition", write=percent)),
           "rule `outside_sampling`"),
    System("dynamic adjustment", "inflow, shocks", "illness, flood, registration in December", "dates",
           "31-38 % of exits in 2016-17 follow from N: input", (figure("registered anew", "new_people"),
           figure("returned", "returned_people")), "`inflow`, `shocks`"),
)  # fmt: skip
HEAD = ("system of the source", "module", "process", "waits on", "held against", "model, 2018", "switch")
FIGURES = tuple(fact for system in SYSTEMS for fact in system.figures)


def lines(found: list[list[tuple[float, ...]]]) -> list[str]:
    """The table in Markdown: ``found`` is a row a replication, a reading a figure."""
    readings_of = dict(zip(map(id, FIGURES), zip(*found, strict=True), strict=True))
    made = [row(*HEAD), "|---" * len(HEAD) + "|"]
    for system in SYSTEMS:
        *cells, switch = system.cells()
        said = "; ".join(f"{fact.label} {told(fact, readings_of[id(fact)])}" for fact in system.figures)
        made.append(row(*cells, said, switch))
    return made


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=24)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    chosen = options.parse_args()
    with ProcessPoolExecutor(cores()) as pool:
        found = list(pool.map(partial(_read, chosen.scenario), range(chosen.replications)))
    print("\n".join(lines(found)))


def _read(path: str, replication: int) -> list[tuple[float, ...]]:
    return readings(path, replication, FIGURES)


if __name__ == "__main__":
    main()
