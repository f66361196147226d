"""A scenario of which no county can be made is refused before anything is played, and says which change is to blame."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sim
from sim import cli
from sim.campaign.assumed import values
from sim.cli import first_day
from sim.cli.first_day import MADE_FROM
from sim.county import synthesise
from sim.evidence import Parameters
from sim.streams import Streams
from sim.study import first_day as blame
from tests.conftest import SCENARIOS

QUICK = (SCENARIOS / "quick.yaml").resolve()
SMALL = "county.rural_population: {value: 25000, outside_range: true}"


@pytest.fixture
def write(tmp_path):
    """Write a scenario that extends another: a change of an assumed value a line, the first in line 4."""

    def written(*changes, name="mine.yaml", base=QUICK, more="seed: 20180601"):
        path = tmp_path / name
        path.write_text("\n".join([f"extends: {base}", more, "assumptions:", *(f"  {each}" for each in changes)]))
        return path

    return written


@pytest.fixture
def dealt(monkeypatch):
    """The counties that are dealt, with their year."""
    made = []
    monkeypatch.setattr(sim.county, "synthesise", lambda p, *rest: made.append((rest[-1], synthesise(p, *rest))))
    return made


def refused(path):
    with pytest.raises(sim.ScenarioError) as caught:
        first_day.refuse([(sim.load(path), path)])
    return [(p.code, p.file, p.line, p.key, p.value, p.fields) for p in caught.value.problems]


def raised(scenario):
    with pytest.raises(ValueError) as caught:
        sim.run(scenario, scenario.baseline, 0)
    return f"ValueError: {caught.value}"


def test_it_is_told_where_it_is_written_with_the_reason_of_a_run(write):
    path = write("works.road_crews: {times: 1.1}", SMALL, "county.hamlets_per_village: {times: 1.1}")
    why = raised(sim.load(path))
    assert "must lie between" in why
    assert refused(path) == [
        ("no_county", str(path), 5, "assumptions.county.rural_population", "{...}", {"why": why})
    ]


def test_a_factor_is_judged_too(write):
    path = write("county.rural_population: {times: 0.15, outside_range: true}")
    assert [(code, line, key) for code, _, line, key, _, _ in refused(path)] == [
        ("no_county", 4, "assumptions.county.rural_population")
    ]


def test_changes_that_only_fail_together_are_named_together(write):
    path = write(
        "county.rural_population: {value: 45000, outside_range: true}", "county.away_share: 0.5",
        "county.deep_villages: {value: 9, outside_range: true}",
    )  # fmt: skip
    fields = {"others": "assumptions.county.rural_population", "why": raised(sim.load(path))}
    assert refused(path) == [
        ("no_county_with", str(path), 6, "assumptions.county.deep_villages", "{...}", fields)
    ]


def test_each_of_several_faults_is_told_with_its_own_reason():
    a, b, c, d, e = keys = [("assumptions", name) for name in "abcde"]

    def why(kept):
        return "bad" if b in kept else "odd" if {c, e} <= {*kept} else ""

    assert [*blame._blamed(keys, why)] == [([b], "bad"), ([c, e], "odd")]
    assert [*blame._blamed([a, c, d], why)] == []


def test_a_change_is_told_in_the_file_it_stands_in(write):
    below = write(SMALL, name="below.yaml")
    above = write("county.away_share: 0.5", base=below)
    assert [(file, line) for _, file, line, *_ in refused(above)] == [(str(below), 4)]


def test_the_years_before_make_the_county(write):
    few = "county.incidence_end_2015: {value: 0.002, outside_range: true}"
    before = write(few, name="before.yaml", base=(SCENARIOS / "2016-2017.yaml").resolve())
    after = (SCENARIOS / "2018-after-history.yaml").resolve()
    path = write("county.away_share: 0.5", base=after, more=f"history: {before}")
    why = raised(sim.load(path))
    assert refused(path) == [
        ("no_county", str(before), 4, "history.assumptions.county.incidence_end_2015", "{...}", {"why": why})
    ]
    over = write(few.replace("0.002", "0.16"), base=after, more=f"history: {before}")
    first_day.refuse([(sim.load(over), over)])


def test_the_options_of_a_command_are_judged_with_it(write, tmp_path, capsys):
    """One draw leaves room where another does not."""
    path = write("county.rural_population: {value: 60000, outside_range: true}")
    assert cli.main(["check", str(path), "--lang", "en"]) == 0
    assert cli.main(["trace", str(path), "--seed", "0", "--household", "--lang", "en"]) == 2
    assert "assumptions.county.rural_population" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "no county can be made with this; on the first day of replication 0: "),
        ("zh", "照此合成不出起点的县；第0次推演第一天："),
    ],
)
def test_check_tells_of_every_file_and_nothing_is_played(write, capsys, tmp_path, lang, told):
    bad, good = write(SMALL), write("county.away_share: 0.5", name="good.yaml")
    line = f"{bad}:4: assumptions.county.rural_population: {{...}}: {told}{raised(sim.load(bad))}"
    assert cli.main(["check", str(bad), str(good), "--lang", lang]) == 2
    out, err = capsys.readouterr()
    assert (str(good) in out, str(bad) in out, err) == (True, False, f"{line}\n")
    for verb in (["compare"], ["totals"], ["trace"]):
        words = [*verb, str(good), str(bad), *(["--out", str(tmp_path / "runs")] if verb != ["trace"] else [])]
        assert cli.main([*words, "--lang", lang]) == 2
        assert capsys.readouterr() == ("", f"{line}\n")
    assert not (tmp_path / "runs").exists()


def test_a_county_that_can_be_made_is_dealt_once(write, dealt, capsys):
    path = write("county.away_share: 0.5", "works.road_crews: {times: 1.1}")
    assert cli.main(["check", str(path), "--lang", "en"]) == 0
    assert [year for year, _ in dealt] == [2018]


def test_nothing_is_dealt_where_the_county_is_as_ever(write, dealt, capsys):
    path = write("works.road_crews: {times: 1.1}", "money.delay_days: {times: 1.1, outside_range: true}")
    assert cli.main(["check", str(path), *map(str, sorted(SCENARIOS.glob("*.yaml"))), "--lang", "en"]) == 0
    assert dealt == []


def test_nor_is_anything_imported_that_could(write):
    path = write("works.road_crews: {times: 1.1}")
    script = f"import sys; from sim import cli; print(cli.main(['check', {str(path)!r}, '--quiet']), 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "0 False\n"


def test_what_the_county_is_made_from_is_what_is_read_to_make_it(full):
    """No more and no less, in either year."""
    read = set()

    class Read(Parameters):
        def __getitem__(self, name):
            read.add(name)
            return super().__getitem__(name)

    for year in (2016, 2018):
        synthesise(Read(values(full, 0)), Streams(full.seed), 0.2, year)
    assert {name for name in read if not name.startswith(MADE_FROM)} == set()
    assert {begin for begin in MADE_FROM if not any(name.startswith(begin) for name in read)} == set()
