from __future__ import annotations

import pytest

from sim.study import compare, write
from sim.study.store import Store, StoreBusyError, locked

TOY = "tests.study.toy:replicate"


def files(folder):
    skip = {"timing.json", "runs.sqlite"}
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.name not in skip}


def test_workers_do_not_change_a_byte(tiny, tmp_path):
    for workers, name in ((1, "one"), (2, "two")):
        done = compare(tiny, 6, workers=workers, out=tmp_path / name, replicate=TOY)
        write(done, tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one")) == 8


def test_a_second_run_reuses_and_a_longer_one_adds(tiny, tmp_path):
    calls = []
    compare(tiny, 4, workers=1, out=tmp_path, replicate=TOY)
    again = compare(tiny, 6, workers=1, out=tmp_path, replicate=TOY, progress=lambda done, total: calls.append(done))
    assert calls[0] == (4 + 1) * len(tiny.allocations)
    assert again.rows() == compare(tiny, 6, workers=1, replicate=TOY).rows()


def test_a_changed_scenario_never_reuses(tiny, tmp_path):
    compare(tiny, 3, workers=1, out=tmp_path, replicate=TOY)
    calls = []
    compare(tiny.replace(seed=5), 3, workers=1, out=tmp_path, replicate=TOY, progress=lambda d, t: calls.append(d))
    assert calls[0] == 0


def test_a_failed_replication_is_a_row_and_the_rest_stands(tiny):
    done = compare(tiny, 5, workers=1, replicate="tests.study.toy:fails_on_two")
    assert done.replications == 4
    assert {(gate, r, why) for _, gate, r, why in done.failed if gate == "plan"} == {
        ("plan", 2, "ValueError: a bridge is out")
    }


def test_a_dying_worker_costs_only_its_replication(tiny):
    done = compare(tiny, 4, workers=2, replicate="tests.study.toy:dies_on_one")
    assert done.replications == 3
    assert {(gate, r) for _, gate, r, _ in done.failed} == {("plan", 1)}


def test_an_interrupt_keeps_what_is_complete_for_all(tiny, tmp_path):
    def stop(done, total):
        if done >= 2 * len(tiny.allocations):
            raise KeyboardInterrupt

    done = compare(tiny, 5, workers=1, out=tmp_path, replicate=TOY, progress=stop)
    assert done.interrupted
    assert done.replications == 2
    assert compare(tiny, 5, workers=1, out=tmp_path, replicate=TOY).replications == 5


def test_a_second_run_on_the_folder_says_so(tmp_path):
    (tmp_path / ".lock").write_text("1")
    with pytest.raises(StoreBusyError), locked(tmp_path):
        pass
    (tmp_path / ".lock").write_text("999999999")
    with locked(tmp_path):
        assert (tmp_path / ".lock").exists()
    assert not (tmp_path / ".lock").exists()


def test_the_store_holds_text_and_gives_back_the_run(tiny, tmp_path):
    from tests.study.toy import replicate

    run = replicate(tiny, next(iter(tiny.allocations)), 0, gate="plan")
    store = Store(tmp_path / "runs.sqlite")
    store.put("k", "plan", 0, run.allocation, run)
    assert store.get("k", "plan", 0) == run
    assert store.get("k", "none", 0) is None
    store.close()


def test_the_comparison_by_hand(tiny):
    done = compare(tiny, 8, workers=1, replicate=TOY)
    names = list(tiny.allocations)
    assert done.best == names[-1]
    last = done.differences[-1]
    assert last.incidence.mean == pytest.approx(-0.002 * (len(names) - 1))
    assert last.verdict == "better"
    assert last.variance_reduction > 1e6
    assert done.allocations[0].why_not[0]["cause"] == "unfunded"
    assert done.gate_none[0].incidence.mean < done.allocations[0].incidence.mean + 0.01
    assert "best" in repr(done)
    assert "<table>" in done._repr_html_()


def test_totals_compare_at_each_and_name_a_rise(tiny, tmp_path):
    from sim.study.totals import totals, write_totals

    found = totals(tiny, (300_000_000, 150_000_000), replications=3, workers=1, out=tmp_path, replicate=TOY)
    write_totals(found, tmp_path)
    assert list(found.comparisons) == [150_000_000, 300_000_000]
    assert found.rises() == []
    assert (tmp_path / "summary.json").exists()
