"""places.yml: what an administrator may write, and what is refused before anything is fetched."""

import re

import pytest

from warehouse.pull.place import InvalidPlaces, NoPlaces, PeriodNotNamed, SecretMissing, places
from warehouse.settings import settings

TITLES = {
    "name": "dgsn-titles",
    "provider": "dgsn",
    "contract": "dgsn_residence_titles",
    "url": "file:///inbox/dgsn/*.csv",
    "period": r"titres_(?P<period>.+)\.csv",
}
HOST_KEY = "SHA256:" + "a" * 43


@pytest.fixture
def agreed(home):
    """Write places.yml with one place, changed as told, and read it."""

    def written(**changes):
        import yaml

        entry = {key: value for key, value in {**TITLES, **changes}.items() if value is not None}
        (home / "places.yml").write_text(yaml.safe_dump({"places": [entry]}), "utf-8")
        return places()[0]

    return written


@pytest.mark.parametrize(
    ("expression", "name", "period"),
    [
        (r"titres_(?P<period>.+)\.csv", "titres_2026-03.csv", "2026-03"),
        (r"titres_(?P<period>\d{6})\.csv", "titres_202603.csv", "2026-03"),
        (r"(?P<month>\d\d)-(?P<year>\d{4})\.csv", "03-2026.csv", "2026-03"),
        (r"(?P<month>\d+)-(?P<year>\d{4})\.csv", "3-2026.csv", "2026-03"),
    ],
)
def test_the_period_is_read_from_the_name(agreed, expression, name, period):
    assert agreed(period=expression).period_of(name) == period


def test_quarters_too(agreed):
    place = agreed(provider="anapec", contract="anapec_seasonal_workers")
    assert place.period_of("titres_2026T1.csv") == place.period_of("titres_2026-Q1.csv")
    assert place.period_of("titres_2026T1.csv") == "2026-Q1"


@pytest.mark.parametrize(
    "name", ["titres.csv", "titres_2026.csv", "titres_2026-13.csv", "x_titres_2026-03.csv"]
)
def test_a_name_without_its_period_is_refused(agreed, name):
    with pytest.raises(PeriodNotNamed):
        agreed().period_of(name)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "http://depot.example/*.csv"}, "https"),
        ({"url": "ftp://depot.example/*.csv"}, "sftp"),
        ({"url": "zip://*.csv::https://depot.example/a.zip"}, "https"),
        ({"url": "https://u:hidden@depot.example/*.csv"}, "env"),
        ({"url": "file:///inbox/*/a.csv"}, "FOLDER/PATTERN"),
        ({"url": "file:///inbox/"}, "FOLDER/PATTERN"),
        ({"url": "sftp://depot.example/out/*.csv"}, "host_key"),
        ({"period": r"titres_\d+\.csv"}, "(?P<period>...)"),
        ({"period": r"titres_(?P<period>"}, "period"),
        ({"provider": "cnss"}, "dgsn"),
        ({"contract": None}, "contract"),
        ({"colour": "blue"}, "colour"),
        ({"options": {"password": "hidden"}}, "password"),
        ({"options": {"secret": "hidden"}}, "secret"),
        ({"options": {"client_kwargs": {"headers": {"Authorization": "hidden"}}}}, "Authorization"),
    ],
)
def test_what_may_not_be_written_is_told_without_its_value(agreed, changes, told):
    with pytest.raises(InvalidPlaces) as refused:
        agreed(**changes)
    assert told in refused.value.text("fr")
    assert "hidden" not in refused.value.text("fr") + refused.value.detail


def test_secrets_come_from_the_environment_at_any_depth(agreed, monkeypatch):
    options = {
        "username": "simimo",
        "key_filename": "/keys/id",
        "client_kwargs": {"headers": {"Authorization": {"env": "DEPOT_TOKEN"}}},
    }
    place = agreed(options=options, url="sftp://depot.example/out/*.csv", host_key=HOST_KEY)
    with pytest.raises(SecretMissing) as refused:
        place.secrets()
    assert "DEPOT_TOKEN" in refused.value.text("fr")
    monkeypatch.setenv("DEPOT_TOKEN", "hidden")
    assert place.secrets() == {
        "username": "simimo",
        "key_filename": "/keys/id",
        "client_kwargs": {"headers": {"Authorization": "hidden"}},
    }


def test_no_file_of_places_or_none_of_the_provider_is_told(agreed):
    with pytest.raises(NoPlaces):
        places()
    agreed()
    for provider in ("DGSN", "*", None):
        assert [place.name for place in places(provider)] == ["dgsn-titles"]
    with pytest.raises(NoPlaces):
        places("cnss")


@pytest.mark.parametrize("content", ["", "[]", "places: 3", "places: [3]", "places: [a: b: c]"])
def test_a_file_that_is_none_is_told(home, content):
    (home / "places.yml").write_text(content, "utf-8")
    with pytest.raises(InvalidPlaces):
        places()


def test_two_places_may_not_bear_one_name(home):
    import yaml

    (home / "places.yml").write_text(yaml.safe_dump({"places": [TITLES, TITLES]}), "utf-8")
    with pytest.raises(InvalidPlaces) as refused:
        places()
    assert "dgsn-titles" in refused.value.text("fr")


def test_the_example_of_the_documents_holds(home):
    text = (settings().project_dir / "docs" / "operations.md").read_text("utf-8")
    example = next(b for b in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "places:" in b)
    (home / "places.yml").write_text(example, "utf-8")
    titles, declarations, transfers = places()
    assert titles.period_of("titres_2026-03.csv") == "2026-03"
    assert declarations.period_of("DS_2026_03.zip") == "2026-03"
    assert transfers.period_of("transferts_202603.csv") == "2026-03"
