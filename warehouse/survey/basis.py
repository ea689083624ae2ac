"""What a round is estimated with: the method, its settings, the exchange rates in force."""

import hashlib
from pathlib import Path
from typing import Any

import psycopg

from warehouse.settings import settings

SHIPPED_RATES = Path(__file__).with_name("exchange_rates.csv")
OWN_RATES = "exchange_rates.csv"
"""In SIMIMO_HOME: the steward's own rates, which take the place of those that ship."""
DOCUMENTS = ("analysis_report.py", "report_charts.py", "report_words.py", "words.py")
"""What only writes of the figures: no figure follows from it."""


def rates_file() -> Path:
    """The exchange rates in force: the steward's where there are any, else those that ship."""
    own = settings().home / OWN_RATES
    return own if own.exists() else SHIPPED_RATES


def basis() -> str:
    """One hash of all that the figures of a round follow from, besides its answers."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    method = [path for path in sorted(folder.glob("*.py")) if path.name not in DOCUMENTS]
    for path in (*method, folder / "estimates.yml", rates_file()):
        digest.update(f"{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def outdated(session: psycopg.Connection[Any]) -> list[str]:
    """The rounds that were estimated with something else than now."""
    found = session.execute(
        "select period from survey.round where basis <> %s order by period", [basis()]
    )
    return [period for (period,) in found]
