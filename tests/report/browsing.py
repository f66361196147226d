"""A browser that has no network, and what is asked of every page in it."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
AXE = Path(__file__).parent / "vendored" / "axe.min.js"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
#: What is left of A4 between the margins, in CSS pixels.
PAPER = {"width": 688, "height": 1000}
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
HOSTILE = "<script>window.ran=1</script>\"'><img src=x onerror=window.ran=1>\u202eexe\u2028</script> & {b}" + "长W" * 1000


@contextmanager
def launched():
    if not Path(CHROMIUM).exists():
        missing = f"no browser at {CHROMIUM}: apt-get install chromium"
        (pytest.fail if os.environ.get("SIM_BROWSER") == "required" else pytest.skip)(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


@contextmanager
def opened(browser, path, viewport=DESKTOP, media="screen", script=True):
    """The page without a network; what it asks for, says or raises is an error."""
    with browser.new_context(offline=True, viewport=viewport, java_script_enabled=script) as context:
        page = context.new_page()
        trouble = []
        page.on("request", lambda request: request.url == path.as_uri() or trouble.append(request.url))
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        page.emulate_media(media=media)
        page.goto(path.as_uri())
        yield page
        assert trouble == []


def speak(page, lang):
    page.locator(f"label[for=speak-{lang}]").click()


def wider(page):
    """What reaches out of the window to the right, but for what scrolls by itself."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((one) => one.checkVisibility()
             && !one.closest(".scroll table, pre") && one.getBoundingClientRect().right > innerWidth + 1)
           .map((one) => one.outerHTML.slice(0, 120))"""
    )


#: Of the rows of a table and the items of a list that are built alike, only the first two stay.
THINNED = """(left_out) => {
  document.querySelectorAll(left_out).forEach((one) => one.remove());
  const built = (one) => [one, ...one.querySelectorAll("*")].map((part) =>
    [part.tagName, part.className, part.getAttribute("style")?.replace(/[0-9.]+/g, "")]).join();
  for (const whole of document.querySelectorAll("tbody, ul, ol")) {
    const seen = {};
    for (const one of [...whole.children]) {
      const kind = built(one);
      seen[kind] = (seen[kind] ?? 0) + 1;
      if (seen[kind] > 2) one.remove();
    }
  }
}"""


def thinned(page, left_out):
    """Leave of the page what is not like something else on it, which is all that takes time to be looked at."""
    page.evaluate(THINNED, left_out)


def serious_faults(page):
    """What axe-core finds that keeps somebody out."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """() => axe.run({resultTypes: ["violations"], preload: false}).then((found) => found.violations)"""
    )
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    return {(one["id"], node["html"][:150]) for one in serious for node in one["nodes"]}
