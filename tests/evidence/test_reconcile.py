"""Each identity worked out again from the printed figures, and verdicts that follow from rounding alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim import words
from sim.evidence import Evidence, load, reconcile
from sim.evidence.bases import BASES
from sim.evidence.figure import at_least, count, printed
from sim.evidence.reconcile import _identity

ROWS = {row.code: row for row in reconcile()}

EXPECTED = {
    "base_2018": (13798 / 0.0818, 168680, "holds"),
    "base_2016_17": (13267 / 0.0544, 168680, "explained"),
    "base_2016_18": (27065 / 0.1362, 168680, "explained"),
    "end_2017_without_inflow": ((0.1603 * 168680 - 13267) / 168680, 0.1059, "explained"),
    "end_2018_on_the_old_base": (0.1059 - 13798 / 243879, 0.0241, "explained"),
    "infrastructure_total": (78.108e6 / 0.5293, 70.683e6 / 0.4790, "holds"),
    "industry_total": (19.212e6 / 0.4750, 70e6, "open"),
    "shares_overlap": (1.0083, 1, "explained"),
    "poor_villages": (47 / 74, 0.635, "holds"),
    "village_exit_rate": (31 / 42, 0.7, "holds"),
    "village_exit_rate_of_47": (31 / 47, 0.7, "explained"),
    "deep_townships": (0.75, 0.75, "holds"),
    "exits_deep_townships": (6381 / 13267, 0.481, "holds"),
    "exits_deep_villages": (4542 / 13267, 0.342, "holds"),
    "size_2016_17": (13267 / 3465, 3.83, "holds"),
    "size_2018": (13798 / 3520, 3.92, "holds"),
    "pace_people": (13798 / 13267, 1, "holds"),
    "pace_households": (3520 / 3465, 1, "holds"),
    "pace_villages": (13 / 18, 1, "explained"),
    "moved_in": (4300 / 5104, 0.85, "holds"),
    "rectified": (45 / 47, 0.957, "holds"),
    "award": (500, 500, "holds"),
}

def test_every_row_is_expected_here():
    assert set(ROWS) == set(EXPECTED) | {f"inflow_{base}" for base in BASES}


@pytest.mark.parametrize("code", EXPECTED)
def test_an_identity_worked_out_again(code):
    left, right, verdict = EXPECTED[code]
    row = ROWS[code]
    assert row.left_value == pytest.approx(left, rel=1e-5)
    assert row.right_value == pytest.approx(right, rel=1e-5)
    assert row.verdict == verdict


def test_a_base_above_the_top_is_not_possible():
    rows = {row.code: row.verdict for row in reconcile(populations=(150_000, 175_000))}
    assert (rows["inflow_150000"], rows["inflow_175000"]) == ("holds", "open")
    assert rows["base_2016_17"] == "open", "no inflow explains what one of the bases forbids"


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("fact.rectified_share", {"printed": "97.5 %", "value": 0.975}, "rectified"),
        ("county.exited_people_deep_townships", {"value": 6400}, "exits_deep_townships"),
        ("fact.infrastructure_deep_villages", {"printed": "70.7830 M", "value": 70_783_000}, "infrastructure_total"),
        ("county.exited_households", {"value": 3400}, "size_2016_17"),
    ],
)
def test_a_wrong_figure_opens_its_identity(name, change, code):
    evidence = load()
    wrong = Evidence({**evidence, name: replace(evidence[name], **change)})
    assert {row.code: row.verdict for row in reconcile(wrong)}[code] == "open"


def test_what_cannot_be_reconciled_is_refused_by_name():
    with pytest.raises(ValueError, match=r"evidence must have 'county\.[a-z0-9_]+', as sim\.evidence\.load\(\) has"):
        reconcile({})
    for evidence in (3, {"county.villages": 74}):
        with pytest.raises(TypeError, match=r"evidence\(=.*\) must be entries by name, such as sim\.evidence\.load\(\)"):
            reconcile(evidence)
    for populations in (5, (), "168680", (1.5,)):
        with pytest.raises(ValueError, match=r"populations\(=.*\) must be whole numbers in a list, such as \[168_680\]"):
            reconcile(populations=populations)


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [("16.03 %", 0.1603, 0.00005), ("85 %", 0.85, 0.005), ("47.90 %", 0.479, 0.00005), ("78.1080 M", 78_108_000, 50),
     ("3.83", 3.83, 0.005), ("13,267", 13267, 0)],
)  # fmt: skip
def test_the_last_printed_digit_tells_the_rounding(text, value, half):
    figure = printed(text)
    assert figure.value == pytest.approx(value)
    assert (figure.high - figure.value, figure.value - figure.low) == pytest.approx((half, half))


def test_over_is_known_from_below_only():
    assert printed("over 70 %").meets(count(0.74)) and not printed("over 70 %").meets(count(0.69))
    assert at_least(1, "at least 1").meets(count(1))


def test_printed_figures_are_the_values():
    for entry in load().values():
        if entry.printed:
            assert printed(entry.printed).value == pytest.approx(entry.value), entry.name


@pytest.mark.parametrize("explained", [True, False])
def test_an_explanation_never_turns_what_holds(explained):
    assert _identity("x", count(1), count(1), explained).verdict == "holds"
    assert _identity("x", count(1), count(2), explained).verdict == ("explained" if explained else "open")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_row_has_its_words_and_every_gap_its_note(lang):
    texts = words.texts(lang)
    assert all(f"reconcile.{code}" in texts for code in ROWS)
    assert all(f"reconcile_note.{row.code}" in texts for row in ROWS.values() if row.verdict != "holds")
