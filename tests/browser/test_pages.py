"""The pages as a reader meets them: on a telephone, by keyboard, in Arabic, without network."""

from itertools import pairwise
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGES = ("/", "/docs", "/dataflows/DF_TITLE_STOCK", "/dataflows/DF_EARNINGS", "/nowhere")
LANGUAGES = ("fr", "ar", "en")
PHONE_WIDTH = 360
MIN_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, level AA, for text of ordinary size."""

LOWEST_CONTRAST = """
const number = c => c.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92
  : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const behind = e => { for (; e; e = e.parentElement) {
  const c = number(getComputedStyle(e).backgroundColor);
  if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let lowest = [21, ""];
while (texts.nextNode()) {
  const e = texts.currentNode.parentElement;
  const isShown = texts.currentNode.data.trim() && e.checkVisibility();
  if (!isShown || e.closest("[aria-hidden]")) continue;
  const style = getComputedStyle(e);
  const color = e instanceof SVGElement ? style.fill : style.color;
  const pair = [light(number(color)), light(behind(e))].sort((a, b) => b - a);
  const ratio = (pair[0] + .05) / (pair[1] + .05);
  if (ratio < lowest[0]) lowest = [ratio, texts.currentNode.data.trim()];
}
return lowest;
"""

TOO_WIDE = """
const width = document.documentElement.clientWidth;
return [...document.querySelectorAll("body *")]
  .filter(e => !e.closest("pre, .skip, .unseen") && e.checkVisibility())
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.right > width + 1 || box.left < -1)
  .map(([e, box]) => e.outerHTML.slice(0, 120));
"""


def show(chromium: Any, site: str, page: str, lang: str, width: int = 1280) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    chromium.get(f"{site}{page}?lang={lang}")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_over_the_edge_of_a_telephone(
    chromium: Any, site: str, page: str, lang: str
) -> None:
    show(chromium, site, page, lang, PHONE_WIDTH)
    assert chromium.execute_script(TOO_WIDE) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_stands_out_from_what_is_behind_it(
    chromium: Any, site: str, page: str, lang: str
) -> None:
    show(chromium, site, page, lang)
    ratio, text = chromium.execute_script(LOWEST_CONTRAST)
    assert ratio >= MIN_CONTRAST, text


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_fetched_from_elsewhere_or_refused(chromium: Any, site: str, page: str) -> None:
    chromium.get_log("browser")
    show(chromium, site, page, "fr")
    fetched = chromium.execute_script(
        "return performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    assert fetched
    assert all(address.startswith(site) for address in fetched)
    expected = ["404"] if page == "/nowhere" else []
    said = [entry["message"] for entry in chromium.get_log("browser")]
    assert [word for message in said for word in expected if word in message] == expected
    assert len(said) == len(expected), said


@pytest.mark.parametrize("page", PAGES)
def test_a_screen_reader_finds_landmarks_and_headings_in_order(
    chromium: Any, site: str, page: str
) -> None:
    show(chromium, site, page, "fr")
    landmarks = chromium.execute_script(
        "return ['header', 'nav', 'main', 'footer'].map(n => document.querySelectorAll(n).length)"
    )
    assert landmarks[0] == landmarks[2] == landmarks[3] == 1
    levels = chromium.execute_script(
        "return [...document.querySelectorAll('h1, h2, h3, h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_has_words_and_a_table_of_its_figures(chromium: Any, site: str) -> None:
    show(chromium, site, "/dataflows/DF_TITLE_STOCK", "en")
    charts = chromium.execute_script(
        """return [...document.querySelectorAll("svg[role=img]")].map(svg => [
             svg.getAttribute("aria-label"),
             svg.closest("figure").querySelectorAll("tbody tr").length])"""
    )
    assert charts == [
        [
            "Line chart: Total (Residence titles), from January 2025 to December 2025. "
            "First value 1,504, last value 1,776.",
            12,
        ]
    ]


def test_the_keyboard_skips_to_the_content_first(chromium: Any, site: str) -> None:
    from selenium.webdriver.common.keys import Keys

    show(chromium, site, "/", "fr")
    chromium.switch_to.active_element.send_keys(Keys.TAB)
    focused = chromium.switch_to.active_element
    assert focused.get_attribute("href").endswith("#content")
    assert focused.location["y"] >= 0
    assert focused.value_of_css_property("outline-style") == "solid"


def test_arabic_reads_from_the_right(chromium: Any, site: str) -> None:
    def sides(lang: str) -> tuple[float, float]:
        show(chromium, site, "/", lang)
        found = chromium.execute_script(
            """return [".brand", ".languages"].map(
                 s => document.querySelector(s).getBoundingClientRect().left)"""
        )
        return found[0], found[1]

    french, arabic = sides("fr"), sides("ar")
    assert french[0] < french[1]
    assert arabic[0] > arabic[1]
