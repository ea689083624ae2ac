"""The report on linkage tells its figures in each language, and no small cell of a citizenship."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import polars as pl
import pytest

from warehouse.documents.document import html
from warehouse.documents.linkage_report import linkage_report
from warehouse.linkage.charts import charts
from warehouse.linkage.model import untrained
from warehouse.linkage.quality import SMALL, UNKNOWN, Agreement
from warehouse.linkage.quality_figures import LinkageFigures, SourceFigures, TruthFigures
from warehouse.linkage.review_estimate import ReviewEstimate
from warehouse.linkage.shares import counted_share
from warehouse.messages import LANGUAGES, words

TITLES, SEEKERS = "dgsn_residence_titles", "anapec_job_seekers"
RIGHT = Agreement(counted_share(990, 1000), counted_share(990, 1100))
FEW = Agreement(counted_share(3, 3), counted_share(3, 4))

FIGURES = LinkageFigures(
    run=7,
    finished_at=datetime(2026, 3, 14, tzinfo=UTC),
    is_specimen=True,
    records=4200,
    persons=3100,
    persons_shared=775,
    link_from_weight=5,
    sources=(
        SourceFigures(SEEKERS, 1200, 1100, 775, 60, 12, 6),
        SourceFigures(TITLES, 3000, 2775, 775, 0, 0, 0),
    ),
    overlap={
        (SEEKERS, SEEKERS): 1100,
        (TITLES, TITLES): 2775,
        (SEEKERS, TITLES): 775,
        (TITLES, SEEKERS): 775,
    },
    methods={"single": 2325, "passport": 1500, "names": 280, "first": 75, "reviewed": 20},
    truth=TruthFigures(
        4200,
        4100,
        RIGHT,
        RIGHT,
        {"citizenship": {"SN": RIGHT, "GN": FEW, SMALL: RIGHT, UNKNOWN: RIGHT}, "sex": {"F": FEW}},
        {(SEEKERS, TITLES): RIGHT},
    ),
    review=ReviewEstimate(0, None, None),
    charts=charts(untrained(), pl.Series([5.5, 7.2, 30.0])),
)


def page(figures: LinkageFigures, lang: str) -> str:
    return html(linkage_report(figures, lang))


def shown(figures: LinkageFigures, lang: str) -> str:
    """The page as its reader sees it: no tags, no entities."""
    whole = re.sub(r"</?bdi[^>]*>", "", page(figures, lang))
    body = re.sub(r"<[^>]+>", " ", whole.split("<body>")[1])
    return " ".join(unescape(body).replace("\u202f", " ").split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_of_the_report_is_told(lang):
    text = shown(FIGURES, lang)
    told = words("linkage")
    for key in ("summary", "sources", "overlap", "methods", "weights", "truth", "model"):
        assert told[f"section_{key}"][lang] in text
    for method in ("single", "names", "first", "reviewed"):
        assert told[f"by_{method}"][lang] in text
    assert told["levels"]["same_sound"][lang] in text
    assert "{" not in text


def test_precision_and_recall_stand_with_their_intervals():
    text = shown(FIGURES, "en")
    assert "99% [98.17%; 99.46%]" in text
    assert "90% [88.09%; 91.64%]" in text


def test_a_small_count_is_hidden_by_citizenship_alone():
    whole = page(FIGURES, "en")
    tables = {
        re.findall(r"<caption>(.*?)</caption>", table)[0]: table
        for table in whole.split("<table>")
        if "<caption>" in table
    }
    by_citizenship = next(table for name, table in tables.items() if "citizenship" in name)
    by_sex = next(table for name, table in tables.items() if "sex" in name)
    assert "&lt; 5" in by_citizenship
    assert "75%" not in by_citizenship
    assert "&lt; 5" not in by_sex
    assert "75%" in by_sex


def test_without_a_truth_nothing_is_said_of_precision():
    text = shown(replace(FIGURES, truth=None), "en")
    assert "recision" not in text
    assert "Overlap of sources" in text


def test_what_reviewers_answered_is_shown_where_there_are_answers():
    found = ReviewEstimate(400, counted_share(390, 400), None)
    text = shown(replace(FIGURES, truth=None, review=found), "en")
    assert words("linkage")["section_review"]["en"] in text
    assert "97.5%" in text
    assert words("linkage")["too_few_answers"]["en"] in text
    assert words("linkage")["section_review"]["en"] not in shown(FIGURES, "en")


def test_the_page_is_read_without_a_script_or_the_net():
    whole = page(FIGURES, "fr")
    assert "<script" not in whole
    addresses = set(re.findall(r"https?://[^\"' <]+", whole))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_stands_in_each_language(lang):
    def entries(part):
        if set(part) == set(LANGUAGES):
            yield part
        else:
            for one in part.values():
                yield from entries(one)

    for entry in entries(words("linkage")):
        assert entry[lang].strip()
