"""A list whose sums are in another unit than its heading says is told of, checked or played."""

import pytest

from sim import cli
from sim.cli import units
from sim.scenario import load
from tests.scenario.plans import MINIMAL

HEAD, HOUSES = "line,kind,village,places,cost_yuan\n", "housing,housing,2,3,{cost}\n"


@pytest.fixture
def plan(tmp_path):
    def of(cost):
        (tmp_path / "list.csv").write_text(HEAD + HOUSES.format(cost=cost), encoding="utf-8")
        (tmp_path / "plan.yaml").write_text(MINIMAL + "projects: list.csv\n", encoding="utf-8")
        return tmp_path / "plan.yaml"

    return of


@pytest.mark.parametrize(("cost", "doubts"), [(0, 1), (299, 1), (300, 0), (75_000, 0), (10**9, 1)])
def test_sums_beyond_what_anything_costs_are_doubted(plan, cost, doubts):
    assert len(list(units.doubted(load(plan(cost))))) == doubts


def test_a_scenario_without_a_list_has_no_sums_to_doubt(tmp_path):
    (tmp_path / "plan.yaml").write_text(MINIMAL, encoding="utf-8")
    assert not list(units.doubted(load(tmp_path / "plan.yaml")))


def test_it_is_said_by_check_with_the_sum_of_the_list_and_before_a_run(plan, tmp_path, capsys, toy_campaign):
    path = str(plan(12))
    assert cli.main(["check", path, "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert "1 projects, 12 yuan in all" in said.out and "cost less than 100 yuan a place: 1, first project 1 (12 yuan)" in said.err
    cli.main([path, "--lang", "en", "--no-figures", "--workers", "1", "--out", str(tmp_path / "out")])
    assert "cost less than 100 yuan a place" in capsys.readouterr().err
