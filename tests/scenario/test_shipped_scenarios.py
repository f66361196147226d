"""The scenarios that ship with the project."""

from pathlib import Path

import pytest

from sim.evidence import load as evidence
from sim.scenario import LINES, load

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
NEED = dict(zip(LINES, (30, 44, 75, 13, 7, 8, 10, 12, 15, 6), strict=True))


@pytest.fixture(scope="module")
def year():
    return load(FOLDER / "2018.yaml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_loads(path):
    plan = load(path)
    assert plan.name == path.stem
    assert all(sum(plan.money(name).values()) == plan.total_yuan for name in plan.allocations)
    assert all(
        title.strip()
        for a in plan.allocations.values()
        for title in (*a.title.values(), *plan.title.values())
    )


def test_committed_and_free_money_of_2018(year):
    assert sum(year.earmarked.values()) == 76_000_000
    assert sum(year.floors.values()) == 34_000_000
    assert (year.total_yuan, year.free_yuan) == (220_000_000, 110_000_000)


def test_targets_are_those_of_the_evidence(year):
    facts = evidence()
    assert year.targets.incidence == facts["plan.incidence"].value
    assert year.targets.people == facts["plan.exits_people"].value
    assert year.targets.households == facts["plan.exits_households"].value
    assert year.targets.villages == facts["plan.exits_villages"].value


def test_the_seven_allocations(year):
    assert list(year.allocations) == [
        "as_in_2016_17", "deep_tilt_up", "industry_first", "works_and_housing_first", "people_first",
        "finish_relocation", "balanced_by_need",
    ]  # fmt: skip
    assert len({tuple(year.money(name).values()) for name in year.allocations}) == 6


def test_balanced_by_need_gives_every_line_its_central_need(year):
    assert year.money("balanced_by_need") == {line: need * 1_000_000 for line, need in NEED.items()}


def test_as_before_keeps_the_known_ratio_and_tilt(year):
    money, tilt = year.money("as_in_2016_17"), year.allocations["as_in_2016_17"].tilt
    for line in ("relocation", "medical", "backstop", "cooperation", "education"):
        assert money[line] == NEED[line] * 1_000_000
    both = money["infrastructure"] + money["industry"]
    assert money["infrastructure"] / both == pytest.approx(0.785, abs=5e-5)
    assert both / money["housing"] == pytest.approx(94 / 10, rel=1e-3)
    assert (tilt["infrastructure"], tilt["industry"], tilt["housing"]) == (0.5293, 0.475, 0.5)


def test_deep_tilt_up_differs_in_the_tilt_alone(year):
    assert year.money("deep_tilt_up") == year.money("as_in_2016_17")
    assert set(year.allocations["deep_tilt_up"].tilt.values()) == {0.7}


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("industry_first", ["industry"]),
        ("works_and_housing_first", ["infrastructure", "housing"]),
        ("people_first", ["education", "medical", "backstop"]),
        ("finish_relocation", ["relocation", "cooperation", "industry"]),
    ],
)
def test_half_of_the_free_money_goes_where_the_name_says(year, name, lines):
    balanced, money = year.money("balanced_by_need"), year.money(name)
    base = {line: year.earmarked.get(line, 0) + year.floors.get(line, 0) for line in LINES}
    extra = {line: money[line] - base[line] - (balanced[line] - base[line]) / 2 for line in LINES}
    assert [line for line in LINES if extra[line] > 1] == sorted(lines, key=LINES.index)
    assert sum(extra[line] for line in lines) == pytest.approx(55_000_000, abs=2)


def test_the_smaller_ones_differ_from_the_year_only_where_they_say(year):
    quick, flood, late = (load(FOLDER / f"{name}.yaml") for name in ("quick", "flood-year", "money-late"))
    assert (quick.scale, list(quick.allocations)) == (
        0.12,
        ["as_in_2016_17", "deep_tilt_up", "balanced_by_need"],
    )
    assert flood.assumptions == {"shock.flood_plots": 0.35, "shock.flood_probability": 1.0}
    assert late.assumptions == {"money.delay_days": 60}
    assert late.replace(name="2018", title=year.title, assumptions={}) == year
