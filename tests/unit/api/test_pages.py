"""The pages: what a reader finds on them, in which language, and that nothing else is loaded."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from warehouse.observation import Page

from .fake import FakeReleased

PAGES = (
    *("/", "/docs", "/dataflows/DF_TITLE_STOCK", "/dataflows/DF_POPULATION"),
    "/explain/DF_TITLE_STOCK?period=2025-12&release=2",
)


def _query(page: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page).query))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("lang", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")])
def test_a_page_is_in_the_language_chosen(
    client: TestClient, page: str, lang: str, direction: str
) -> None:
    answer = client.get(page, params={**_query(page), "lang": lang})
    assert answer.status_code == 200
    assert f'<html lang="{lang}" dir="{direction}">' in answer.text
    assert answer.headers["content-language"] == lang
    assert "Accept-Language" in answer.headers["vary"]


def test_a_page_follows_the_browser_and_is_french_otherwise(client: TestClient) -> None:
    assert 'lang="ar"' in client.get("/", headers={"Accept-Language": "ar-MA"}).text
    assert '<html lang="fr"' in client.get("/", headers={"Accept-Language": "de"}).text


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing(
    client: TestClient, page: str
) -> None:
    text = client.get(page).text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert all(address.startswith(("/", "#")) for address in loaded)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(client: TestClient, page: str) -> None:
    links = set(re.findall(r'href="(/[^"]*)"', client.get(page).text))
    answers = {link: client.get(link.replace("&amp;", "&")).status_code for link in links}
    # The documentation shows one request that fails on purpose.
    assert {link for link, status in answers.items() if status != 200} <= {
        "/v1/data/DF_POPULATION?colour=red"
    }


def test_the_start_page_lists_every_dataflow_with_its_last_period(client: TestClient) -> None:
    text = client.get("/?lang=fr").text
    for published in client.get("/v1/dataflows").json()["dataflows"]:
        assert f'href="{published["links"]["page"]}?lang=fr"' in text
        assert published["links"]["data_csv"].replace("&", "&amp;") in text
    assert "décembre 2025" in text
    assert "T4 2025" in text


def test_the_start_page_draws_one_dataflow(client: TestClient) -> None:
    text = client.get("/").text
    assert text.count('role="img"') == 1
    assert text.count('class="run"') == 1


def test_a_specimen_is_marked_on_page_and_chart(client: TestClient) -> None:
    text = client.get("/dataflows/DF_TITLE_STOCK?lang=fr").text
    assert "SPÉCIMEN\u00a0: données synthétiques" in text
    assert ">SPECIMEN</text>" in text


def test_real_figures_are_not(client: TestClient) -> None:
    assert "SPÉCIMEN" not in client.get("/dataflows/DF_POPULATION?lang=fr").text


def test_a_withheld_figure_is_said_and_not_drawn_as_zero(client: TestClient) -> None:
    text = client.get("/dataflows/DF_TITLE_STOCK?lang=en").text
    [syria] = re.findall(r"Syria</th>\s*<td.*?</td>", text, re.DOTALL)
    assert "withheld" in syria
    assert "<rect" not in syria
    assert "a figure not published to protect persons" in text


def test_an_estimated_figure_is_marked_and_explained() -> None:
    class Estimated(FakeReleased):
        """The same releases, every figure estimated."""

        def page(self, *asked: Any) -> Page:
            page = super().page(*asked)
            return replace(page, observations=[{**o, "obs_status": "E"} for o in page.observations])

    with TestClient(create_app(Estimated())) as client:
        text = client.get("/dataflows/DF_POPULATION?lang=en").text
    assert re.search(
        r"2024</th><td[^>]*>36,828,330 <abbr title=\"Estimated value\">\(e\)</abbr>", text
    )
    assert "the known limits of the definition say why" in text


def test_a_series_that_is_withheld_whole_says_so_in_place_of_a_chart(client: TestClient) -> None:
    class Withheld(FakeReleased):
        """The same releases, every figure withheld."""

        def page(self, *asked: Any) -> Page:
            page = super().page(*asked)
            held = {"obs_value": None, "obs_status": "Q"}
            return replace(page, observations=[{**o, **held} for o in page.observations])

    note = "Aucun chiffre de cette série n’est publié."
    with TestClient(create_app(Withheld())) as withheld:
        text = withheld.get("/dataflows/DF_POPULATION?lang=fr").text
    assert note in text
    assert 'role="img"' not in text
    assert note not in client.get("/dataflows/DF_POPULATION?lang=fr").text


def test_figures_that_are_not_estimated_are_not_marked(client: TestClient) -> None:
    assert "<abbr" not in client.get("/dataflows/DF_POPULATION?lang=en").text


def test_a_page_has_a_switch_between_frequencies_and_keeps_to_one(client: TestClient) -> None:
    text = client.get("/dataflows/DF_TITLE_STOCK?lang=fr&freq=Q&release=2").text
    assert "<title>Titres de séjour valides – données trimestrielles – SIMIMO</title>" in text
    for freq, name in (("M", "Mensuelle"), ("Q", "Trimestrielle"), ("A", "Annuelle")):
        current = ' aria-current="true"' if freq == "Q" else ""
        address = f"/dataflows/DF_TITLE_STOCK?lang=fr&amp;freq={freq}&amp;release=2"
        assert f'<a href="{address}"{current}>{name}</a>' in text
    assert 'href="/dataflows/DF_TITLE_STOCK?lang=ar&amp;freq=Q&amp;release=2"' in text
    assert "T4 2025" in text
    assert "novembre 2025" not in text
    assert "release=2&amp;freq=Q&amp;format=csv" in text


def test_a_dataflow_of_one_frequency_has_no_switch(client: TestClient) -> None:
    assert 'class="frequencies"' not in client.get("/dataflows/DF_POPULATION").text
    assert client.get("/dataflows/DF_POPULATION?freq=M").status_code == 422


def test_a_provisional_figure_is_marked_and_explained(client: TestClient) -> None:
    text = client.get("/dataflows/DF_TITLE_STOCK?lang=fr").text
    latest = r"décembre 2025</th><td[^>]*>1\u202f776 <abbr title=\"Valeur provisoire\">\(p\)</abbr>"
    assert re.search(latest, text)
    assert "le mois suivant le confirme ou le révise" in text
    assert text.count('class="point hollow"') == 1


@pytest.mark.parametrize(
    ("lang", "rule", "coverage", "unknown"),
    [
        ("fr", "sur 1 à 4 unités", "12 sur 12", "Sexe 0,25"),
        ("ar", "من 1 إلى 4", "12 من 12", "الجنس 0,25"),
        ("en", "on 1 to 4 units", "12 of 12", "Sex 0.25"),
    ],
)
def test_a_page_tells_the_rules_and_the_quality(
    client: TestClient, lang: str, rule: str, coverage: str, unknown: str
) -> None:
    text = client.get(f"/dataflows/DF_TITLE_STOCK?lang={lang}").text
    assert rule in text
    assert coverage in text
    assert unknown in text


@pytest.mark.parametrize(
    ("lang", "cells"),
    [
        ("fr", ("Sénégal", "18,4", "HCP RGPH 2024 (2024)", "-0,22")),
        ("ar", ("السنغال", "18,4", "HCP RGPH 2024 (2024)", "-0,22")),
        ("en", ("Senegal", "18.4%", "HCP RGPH 2024 (2024)", "-0.22")),
    ],
)
def test_a_specimen_stands_beside_the_figures_it_is_held_to(
    client: TestClient, lang: str, cells: tuple[str, ...]
) -> None:
    text = client.get(f"/dataflows/DF_TITLE_STOCK?lang={lang}").text
    section = text.split('<h2 id="coherence">')[1].split("</section>")[0]
    assert "SPECIMEN" in section
    assert [cell for cell in cells if cell not in section] == []


def test_what_is_held_to_no_figure_has_no_such_section(client: TestClient) -> None:
    assert 'id="coherence"' not in client.get("/dataflows/DF_POPULATION").text


def test_a_missing_month_is_a_gap_in_the_line(client: TestClient) -> None:
    text = client.get("/dataflows/DF_EARNINGS").text
    assert text.count('class="run"') == 2
    assert text.count('class="gap"') == 1


def test_a_sum_of_cells_says_that_it_is_one(client: TestClient) -> None:
    note = "Sum of the published cells"
    assert note in client.get("/dataflows/DF_UK_SPONSORSHIP?lang=en").text
    assert note not in client.get("/dataflows/DF_POPULATION?lang=en").text


def test_an_earlier_release_has_its_page(client: TestClient) -> None:
    text = client.get("/dataflows/DF_POPULATION?release=1&lang=en").text
    assert "Release 1 of 5 January 2026" in text
    assert "release=1&amp;format=csv" in text


def test_a_page_is_made_once(fresh_client: TestClient, released: FakeReleased) -> None:
    first = fresh_client.get("/")
    reads = released.reads
    assert (
        fresh_client.get("/", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    )
    assert released.reads == reads
