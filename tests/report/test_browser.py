"""The report as a reader meets it: opened from disk in a browser that has no network."""

from __future__ import annotations

import re

import pytest

from sim import words
from sim.report.page.document import document
from sim.scenario import load
from tests.report import example, studies
from tests.report.browsing import (
    DESKTOP,
    HOSTILE,
    LANGUAGES,
    PAPER,
    PHONE,
    opened,
    serious_faults,
    speak,
    thinned,
    wider,
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report with every study beside it."""
    return written(tmp_path_factory.mktemp("report"), example.comparison())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    scenario = load(example.SCENARIO)
    title = {"zh": HOSTILE, "en": HOSTILE}
    plans = {name: {**plan.model_dump(), "title": title} for name, plan in scenario.allocations.items()}
    found = example.comparison(5, scenario=scenario.replace(title=title, allocations=plans))
    return written(tmp_path_factory.mktemp("hostile"), found)


def written(folder, comparison):
    path = folder / "report.html"
    with words.spoken("zh"):
        path.write_text(document(comparison, studies.beside(comparison)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def on_desktop(browser, report):
    """The report opened once for all who leave it as it was, but for where the pointer is and what is spoken."""
    with opened(browser, report) as page:
        yield page


def switches_and_nothing_reaches_over_the_edge(page):
    for lang, tag in reversed(LANGUAGES.items()):
        speak(page, lang)
        shown = page.locator(".language:visible")
        assert shown.count() == 1 and shown.get_attribute("lang") == tag
        assert page.evaluate("document.documentElement.lang") == tag
        assert page.locator("h1").inner_text() == page.title()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and wider(page) == []


def test_it_switches_language_and_nothing_reaches_over_the_edge(on_desktop):
    switches_and_nothing_reaches_over_the_edge(on_desktop)


def test_nor_on_a_phone(browser, report):
    with opened(browser, report, PHONE) as page:
        switches_and_nothing_reaches_over_the_edge(page)


def test_a_village_tells_its_story_to_the_pointer_and_to_the_keyboard(on_desktop):
    page = on_desktop
    speak(page, "zh")
    tiles = page.locator(".zh .tiles").first.locator(".tile")
    assert tiles.first.locator(".story").bounding_box()["width"] <= 1
    tiles.nth(1).hover()
    assert tiles.nth(1).locator(".story").bounding_box()["width"] > 150
    tiles.first.focus()
    page.mouse.move(0, 0)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.matches('.tile:nth-child(2)')")
    assert tiles.nth(1).locator(".story").bounding_box()["width"] > 150
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('ul') === document.querySelector('.zh .tiles')")


def test_charts_are_drawn_in_the_language_shown_and_tell_figures_to_the_pointer(on_desktop):
    page = on_desktop
    for lang, words_of in (("zh", ("在册贫困人口", "12月")), ("en", ("on the register", "Dec"))):
        speak(page, lang)
        charts = page.locator(f".{lang} .chart")
        assert charts.count() == charts.locator("svg").count() > 8
        year = page.locator(f"#when-{lang} .chart").first
        assert set(words_of) <= set(year.locator("text").all_text_contents())
        year.scroll_into_view_if_needed()
        box = year.bounding_box()
        page.mouse.move(box["x"] + box["width"] - 60, box["y"] + box["height"] / 2)
        page.mouse.move(box["x"] + box["width"] - 30, box["y"] + box["height"] / 2)
        tip = year.locator("> div").last
        page.wait_for_function("(tip) => tip.textContent.includes('%')", arg=tip.element_handle())
        assert words_of[0] in tip.text_content() and words_of[1] in tip.text_content()


def test_charts_stay_within_the_page_when_it_narrows(on_desktop):
    page = on_desktop
    speak(page, "zh")
    page.set_viewport_size(PHONE)
    page.wait_for_function("document.querySelector('.zh .chart svg').clientWidth < 390")
    assert wider(page) == []
    page.set_viewport_size(DESKTOP)


#: Figures that a line's end cuts in two.
BROKEN = """() => [...document.querySelectorAll("td:not(.left, .barred)")].filter((cell) => {
  if (!cell.checkVisibility()) return false;
  const range = document.createRange();
  range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1 + cell.querySelectorAll("br").length;
}).map((cell) => cell.textContent)"""
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one.id.startsWith('speak') ? one.nextSibling : one);
  return {place: [...document.querySelectorAll('*')].indexOf(one), name: one.id || one.textContent.slice(0, 30),
          seen: one.checkVisibility(), outline: style.outlineStyle !== 'none'};
}"""
REACHED = """(lang) => [...document.querySelectorAll(`.${lang} :is(a, [tabindex="0"], summary)`)]
  .filter((one) => one.checkVisibility()).length"""


def test_the_tab_key_goes_down_the_page_once_and_is_seen(browser, report):
    with opened(browser, report) as page:
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)["name"] == "speak-zh"
        stops = []
        for _ in range(page.evaluate(REACHED, "zh")):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(FOCUSED))
        places = [stop["place"] for stop in stops]
        assert len(stops) > 40 and places == sorted(set(places))
        assert [stop for stop in stops if not (stop["seen"] and stop["outline"])] == []


def test_the_arrows_switch_the_language(browser, report):
    with opened(browser, report) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.documentElement.lang") == "en"


@pytest.fixture(scope="module")
def on_paper(browser, report):
    with opened(browser, report, PAPER, "print") as page:
        yield page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_prints_on_a4_and_no_table_is_cut(on_paper, lang):
    page = on_paper
    page.locator(f"#speak-{lang}").evaluate("(one) => one.click()")
    assert wider(page) == []
    assert page.evaluate(
        """() => [...document.querySelectorAll(".scroll")].filter((one) => one.checkVisibility()
             && one.scrollWidth > one.clientWidth + 1).map((one) => one.ariaLabel)"""
    ) == []  # fmt: skip
    assert page.evaluate(BROKEN) == []
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = {tuple(round(float(side)) for side in found.split()) for found in re.findall(rb"/MediaBox \[0 0 ([^\]]+)\]", pdf)}
    pages = len(re.findall(rb"/Type /Page\b", pdf))
    assert sizes - {(842, 1191)} == {(595, 842)}, "A4, but for the sheet of villages on A3"
    assert 15 <= pages <= 32


ALONE = """() => [...document.querySelectorAll(".language.zh :is(thead th, caption)")].flatMap((one) => {
  const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), found = [];
  for (let text; text = texts.nextNode();) {
    const lines = {}, at = document.createRange();
    for (let k = 0; k < text.length; k++) {
      at.setStart(text, k); at.setEnd(text, k + 1);
      const top = Math.round(at.getBoundingClientRect().top);
      lines[top] = (lines[top] ?? "") + text.data[k];
    }
    if (text.length > 2 && Object.values(lines).some((line) => line.length < 2)) found.push(Object.values(lines).join("/"));
  }
  return found;
})"""


def test_no_heading_leaves_a_character_alone_in_a_line_on_paper(on_paper):
    on_paper.locator("#speak-zh").evaluate("(one) => one.click()")
    assert on_paper.evaluate(ALONE) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_of_allocations_do_not_scroll_sideways_on_a_desktop(browser, report, lang):
    """Though seven are compared."""
    with opened(browser, report) as page, words.spoken(lang):
        speak(page, lang)
        sideways = page.evaluate(
            """() => { document.querySelectorAll("details").forEach((one) => { one.open = true; });
                 return [...document.querySelectorAll(".scroll")].filter((one) => one.checkVisibility()
                 && one.scrollWidth > one.clientWidth + 1).map((one) => one.ariaLabel); }"""
        )
        assert not {words.say(f"title.{table}") for table in ("comparison", "readings", "why_not")}.intersection(sideways)


def test_without_script_the_tables_stand_and_the_language_changes(browser, report):
    with opened(browser, report, script=False) as page:
        for lang in reversed(LANGUAGES):
            speak(page, lang)
            body = page.locator(f".language.{lang}")
            assert body.is_visible() and body.locator("table:visible").count() > 15
            assert body.locator(".tile:visible").count() == example.VILLAGES
            assert body.locator(".chart:visible").count() == 0 and body.locator("details.numbers[open]").count() > 3


def test_where_charts_cannot_be_drawn_the_tables_stay(browser, report):
    with browser.new_context(offline=True) as context:
        context.add_init_script("window.ResizeObserver = undefined")
        page = context.new_page()
        page.goto(report.as_uri())
        assert page.locator(".zh .chart:visible").count() == 0 and page.locator(".zh details.numbers[open]").count() > 3
        speak(page, "en")
        assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_serious_fault_of_access(browser, report, lang):
    """On the screen and in print; of what is all alike, pages of zone commands, rows and tiles, only the beginning."""
    with opened(browser, report) as page:
        page.locator(f"#speak-{lang}").evaluate("(one) => one.click()")
        thinned(page, f".zone ~ .zone, .language:not(.{lang})")
        for media in ("screen", "print"):
            page.emulate_media(media=media)
            assert serious_faults(page) == set()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_hostile_names_run_nothing_and_break_nothing(browser, hostile, viewport):
    with opened(browser, hostile, viewport) as page:
        for lang in reversed(LANGUAGES):
            speak(page, lang)
            assert "<script>window.ran=1</script>" in page.locator(".answer:visible").inner_text()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and wider(page) == []
        assert page.evaluate("window.ran") is None and page.locator("img").count() == 0
        assert page.locator("body script").count() == page.locator("script").count()
