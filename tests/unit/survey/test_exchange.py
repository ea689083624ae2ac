"""Exchange rates: those that ship are said to be a specimen's, the steward's take their place."""

from pathlib import Path

import polars as pl
import pytest

from warehouse.settings import settings
from warehouse.survey.basis import SHIPPED_RATES, basis, rates_file
from warehouse.survey.exchange import RatesNotReadable, in_dirhams, rates, read_rates

HEAD = "currency,valid_from,valid_to,dirhams,source,is_specimen\n"
OWN = "EUR,2026-01-01,2026-02-01,10.61,Bank Al-Maghrib (read 2026-03-02),false\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIMIMO_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def test_every_shipped_rate_but_the_dirham_is_a_specimens_and_says_so() -> None:
    told = read_rates(SHIPPED_RATES).filter(pl.col("currency") != "MAD")
    assert told["is_specimen"].all()
    assert (told["source"].str.contains("(?i)specimen")).all()


def test_the_stewards_rates_take_the_place_of_those_that_ship(home: Path) -> None:
    assert rates_file() == SHIPPED_RATES
    before = basis()
    (home / "exchange_rates.csv").write_text(HEAD + OWN)
    assert rates()["dirhams"].to_list() == [10.61]
    assert basis() != before, "a round estimated with others is estimated anew"


def test_a_currency_or_month_without_a_rate_is_not_guessed(home: Path) -> None:
    (home / "exchange_rates.csv").write_text(HEAD + OWN)
    asked = pl.DataFrame(
        {
            "amount": [100.0, 100.0, 100.0],
            "currency": ["EUR", "EUR", "XXX"],
            "day": ["2026-01-15", "2026-02-01", "2026-01-15"],
        }
    ).with_columns(pl.col("day").str.to_date())
    assert in_dirhams(asked, "amount", "currency", "day").to_list() == [1061.0, None, None]


# The fault of a file, and where it is told to be.
FAULTS = {
    HEAD.replace(",source", "") + "EUR,2026-01-01,,10,false\n": "source",
    HEAD + "EUR,2026-01-01,,10,,false\n": "source (2)",
    HEAD + OWN + "EUR,2026-01-31,,10,Bank Al-Maghrib,false\n": "valid_to (2)",
    HEAD + OWN + "USD,2026-01-01,,-9,Bank Al-Maghrib,false\n": "dirhams (3)",
    HEAD + "EUR,01/01/2026,,10,Bank Al-Maghrib,false\n": "valid_from (2)",
}


@pytest.mark.parametrize(("content", "place"), FAULTS.items())
def test_a_faulty_file_is_refused_with_its_line(tmp_path: Path, content: str, place: str) -> None:
    path = tmp_path / "exchange_rates.csv"
    path.write_text(content)
    with pytest.raises(RatesNotReadable) as refused:
        read_rates(path)
    for lang in ("fr", "ar", "en"):
        assert place in refused.value.text(lang)
