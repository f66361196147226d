"""replay.html: the replication in the middle, the same to the byte each time, shown in a browser without a network."""

from __future__ import annotations

import json
import re

import pytest

from sim import words
from sim.report import replay
from sim.report.beside import Beside
from sim.report.page.document import document as report
from sim.report.replay import frames, told
from sim.report.replay.document import document
from sim.study import compare
from tests.report import example
from tests.report.browsing import DESKTOP, HOSTILE, LANGUAGES, PHONE, opened, serious_faults, speak, wider

FIRST = "as_in_2016_17"


@pytest.fixture(scope="module")
def watched(tiny):
    return frames.replay(tiny, FIRST, 3)


@pytest.fixture(scope="module")
def page_of(tiny, watched, tmp_path_factory):
    return written(tmp_path_factory.mktemp("replay"), tiny, watched)


@pytest.fixture(scope="module")
def hostile(tiny, tmp_path_factory):
    title = {"zh": HOSTILE, "en": HOSTILE}
    plans = {name: {**plan.model_dump(), "title": title} for name, plan in tiny.allocations.items()}
    scenario = tiny.replace(title=title, allocations=plans)
    return written(tmp_path_factory.mktemp("hostile"), scenario, frames.replay(scenario, FIRST, 0))


def written(folder, scenario, watched):
    path = folder / "replay.html"
    with words.spoken("zh"):
        path.write_text(document(scenario, watched), encoding="utf-8")
    return path


def test_the_middle_is_by_incidence_and_one_of_the_runs():
    runs = [example.run(FIRST, offset, place) for place, offset in enumerate((0.5, -0.5, 0.2, 0.1))]
    assert replay.middle(runs) is runs[3] and replay.middle(runs[:3]) is runs[2] and replay.middle(runs[:1]) is runs[0]
    assert replay.middle([runs[0], runs[0]]) is runs[0]


def test_it_is_the_same_to_the_byte_for_any_number_of_workers(tiny, tmp_path):
    pages = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        comparison = compare(tiny, 3, workers=workers)
        pages.append(replay.save(comparison, folder).read_bytes())
    middle = replay.middle(list(comparison.runs[FIRST]))
    assert pages[0] == pages[1] and len(pages[0]) < 2_000_000
    assert f"{middle.scalars['registered_end_people']:,} people still on the register".encode() in pages[0]


def test_the_report_leads_to_it_where_there_is_one():
    comparison = example.comparison(2)
    assert "replay.html" not in report(comparison, Beside())
    assert report(comparison, Beside(replayed=True)).count('href="replay.html"') == len(LANGUAGES)


def test_captions_tell_every_moment_and_the_end(tiny, watched, lang):
    found = told.captions(tiny, watched)
    assert len(found) == len(watched.moments) + 1
    for (frame, _, _), moment in zip(found, watched.moments, strict=False):
        assert watched.days[frame] > moment.day and (frame == 0 or watched.days[frame - 1] <= moment.day)
    assert f"{watched.run.scalars['incidence']:.2%}" in found[-1][2].replace(" ", "")


def test_the_table_has_a_row_a_month(tiny, watched, lang):
    table = told.months(tiny, watched)
    assert {len(column.cells) for column in table.columns} == {13}
    gone = {"zh": "已脱贫\n（户）", "en": "off the\nregister"}[lang]
    cells = next(column.cells for column in table.columns if column.header == gone)
    assert cells[-1] == f"{watched.run.scalars['exits_households']:,}" and cells[0] == "0"


def test_villages_are_numbered_within_their_township(watched):
    rows = told.places(watched)
    assert sorted(p.village for places in rows.values() for p in places) == list(range(len(watched.unmet[0])))
    assert all([p.rank for p in places] == list(range(1, len(places) + 1)) for places in rows.values())
    assert all([p.is_due for p in places] == sorted((p.is_due for p in places), reverse=True) for places in rows.values())


# --- in a browser


def frame(page):
    return int(page.locator(".language:visible .week").input_value())


def last(page):
    return int(page.locator(".language:visible .week").get_attribute("max"))


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_switches_language_and_keeps_the_date_and_the_edges(browser, page_of, viewport):
    with opened(browser, page_of, viewport) as page:
        page.keyboard.press("ArrowRight")
        for lang, tag in reversed(LANGUAGES.items()):
            speak(page, lang)
            shown = page.locator(".language:visible")
            assert shown.count() == 1 and shown.get_attribute("lang") == tag and frame(page) == 1
            assert page.evaluate("document.documentElement.lang") == tag and page.locator("h1").inner_text() == page.title()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and wider(page) == []


def test_play_moves_pause_stops_and_the_end_is_the_end(browser, page_of):
    with opened(browser, page_of) as page:
        play = page.locator(".zh .play")
        page.locator(".zh .speed").select_option("200")
        play.click()
        page.wait_for_function("() => Number(document.querySelector('.zh .week').value) >= 2")
        assert play.inner_text() == "暂停"
        play.click()
        assert play.inner_text() == "播放"
        stopped = frame(page)
        page.wait_for_timeout(500)
        assert frame(page) == stopped
        page.locator(".zh .week").fill(str(last(page) - 1))
        play.click()
        page.wait_for_function("() => document.querySelector('.zh .play').textContent === '播放'")
        assert frame(page) == last(page)
        play.click()
        page.wait_for_function("() => document.querySelector('.zh .week').value === '1'")


def test_scrubbing_sets_date_counts_tiles_and_caption(browser, page_of, watched):
    with opened(browser, page_of) as page:
        before = page.locator(".zh .today").inner_text()
        page.locator(".zh .week").fill(str(last(page)))
        assert before == "2018年1月1日" and page.locator(".zh .today").inner_text() == "2018年12月31日"
        assert page.locator(".zh .week").get_attribute("aria-valuetext") == "2018年12月31日"
        exited = page.locator(".zh .stages li").last.locator("b").inner_text()
        assert exited == f"{watched.run.scalars['exits_households']:,}"
        run = watched.run.villages
        out = sum(a or b for a, b in zip(run["exited"], run["exited_before"], strict=True))
        assert page.locator(".zh .tile.out").count() == out and page.locator(".zh .tile").count() == len(run["due"])
        assert "目标" in page.locator(".zh .happens").inner_text()
        assert page.locator(".zh .happens").get_attribute("aria-live") == "polite"
        page.locator(".zh .moments button").first.click()
        assert page.locator(".zh .moments [aria-current]").count() == 1 and 0 < frame(page) < 10


def test_the_keyboard_alone_does_it(browser, page_of):
    with opened(browser, page_of) as page:
        for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("ArrowLeft", 0), ("ArrowLeft", 0)):
            page.keyboard.press(key)
            assert frame(page) == place
        page.keyboard.press(" ")
        page.wait_for_function("() => document.querySelector('.zh .week').value === '1'")
        page.keyboard.press(" ")
        assert page.locator(".zh .play").inner_text() == "播放"
        page.locator(".zh .week").focus()
        page.keyboard.press("End")
        assert frame(page) == last(page)
        page.locator(".zh .play").focus()
        page.keyboard.press(" ")
        assert page.locator(".zh .play").inner_text() == "暂停"


def test_who_wants_no_motion_sees_none_between_frames(browser, page_of):
    with opened(browser, page_of) as page:
        for wish, moves in (("reduce", False), ("no-preference", True)):
            page.emulate_media(reduced_motion=wish)
            duration = page.evaluate("getComputedStyle(document.querySelector('.zh .tile')).transitionDuration")
            assert (duration != "0s") is moves


def test_without_script_the_table_and_the_events_stand(browser, page_of):
    with opened(browser, page_of, script=False) as page:
        for lang in reversed(LANGUAGES):
            speak(page, lang)
            body = page.locator(f".language.{lang}")
            assert body.locator("tbody tr:visible").count() == 13 and body.locator(".controls:visible").count() == 0
            assert body.locator(".moments li:visible").count() > 10 and body.locator("svg:visible").count() == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_serious_fault_of_access(browser, page_of, lang):
    with opened(browser, page_of) as page:
        speak(page, lang)
        for place in ("0", str(last(page))):
            page.locator(f".{lang} .week").fill(place)
            page.wait_for_timeout(400)
            assert serious_faults(page) == set()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_hostile_names_run_nothing_and_break_nothing(browser, hostile, viewport):
    with opened(browser, hostile, viewport) as page:
        for lang in reversed(LANGUAGES):
            speak(page, lang)
            page.locator(f".{lang} .week").fill(str(last(page)))
            assert "<script>window.ran=1</script>" in page.locator(".as-of:visible").inner_text()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and wider(page) == []
        assert page.evaluate("window.ran") is None and page.locator("img").count() == 0


def test_frames_are_small_and_whole_numbers(page_of, watched):
    text = page_of.read_text(encoding="utf-8")
    kept = json.loads(re.search(r'<script type="application/json" id="frames">(.*?)</script>', text)[1])
    assert [sum(row) for row in kept["stages"]] == [sum(row) for row in watched.stages]
    assert {type(n) for row in kept["unmet"] for n in row} == {int} and len(text) < 400_000
