"""Reference periods as text: a month 2026-03, a quarter 2026-Q1, a year 2026, or the years of a
campaign, 2016-2017."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from warehouse.contracts.contract import Contract
from warehouse.errors import InvalidPeriod, UnknownPeriod
from warehouse.working_days import working_day_from

PATTERNS = {
    "M": re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    "Q": re.compile(r"(\d{4})-Q([1-4])"),
    "A": re.compile(r"(\d{4})"),
    "campaign": re.compile(r"(\d{4})(-\d{4})?"),
}
SHAPES = {"M": "AAAA-MM", "Q": "AAAA-Qn", "A": "AAAA", "campaign": "AAAA | AAAA-AAAA"}
EXAMPLES = {"M": "2026-03", "Q": "2026-Q1", "A": "2026", "campaign": "2016-2017"}
PER_YEAR = {"M": 12, "Q": 4, "A": 1}


def require_period(contract: Contract, period: str) -> str:
    """The period itself where it fits the contract's frequency; raises InvalidPeriod.

    A campaign is named by its year, or by its first and last one.
    """
    shape = "campaign" if contract.coverage == "campaign" else contract.frequency
    ends_early = shape == "campaign" and period[-4:] < period[:4]
    if ends_early or not PATTERNS[shape].fullmatch(period):
        raise InvalidPeriod(
            period=period, contract=contract.id, expected=SHAPES[shape], example=EXAMPLES[shape]
        )
    return period


def require_any_period(period: str) -> str:
    """The period itself where it is a month, a quarter or a year; raises UnknownPeriod."""
    if not any(pattern.fullmatch(period) for pattern in PATTERNS.values()):
        raise UnknownPeriod(period=period, examples=", ".join(EXAMPLES.values()))
    return period


def last_day(period: str) -> date:
    """The last day of a period.

    >>> last_day("2026-Q1")
    datetime.date(2026, 3, 31)
    """
    frequency = frequency_of(period)
    if frequency == "A":
        return date(int(period[-4:]), 12, 31)
    year = int(period[:4])
    month = 3 * int(period[-1]) if frequency == "Q" else int(period[5:7])
    return date(year, month, calendar.monthrange(year, month)[1])


def first_day(period: str) -> date:
    """The first day of a period.

    >>> first_day("2026-Q1")
    datetime.date(2026, 1, 1)
    """
    months = {"M": 1, "Q": 3, "A": 12}[frequency_of(period)]
    return date(int(period[:4]), last_day(period).month - months + 1, 1)


def frequency_of(period: str) -> str:
    """M, Q or A, which stands for the years of a campaign too."""
    return "Q" if "Q" in period else "M" if len(period) == 7 else "A"


def next_period(period: str) -> str:
    """The period that follows.

    >>> next_period("2025-12"), next_period("2025-Q4"), next_period("2025")
    ('2026-01', '2026-Q1', '2026')
    """
    return period_of(last_day(period) + timedelta(days=1), frequency_of(period))


def period_of(day: date, frequency: str) -> str:
    """The period of `frequency` that holds `day`."""
    if frequency == "M":
        return f"{day:%Y-%m}"
    if frequency == "Q":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return str(day.year)


def is_regular(contract: Contract) -> bool:
    """Whether an extract is due for every period: no campaign, nothing that others publish."""
    return contract.kind != "public" and contract.coverage != "campaign"


def due_periods(contract: Contract, first: str) -> Iterator[str]:
    """The periods of an extract from `first` on, without end; of a census its years alone."""
    period = first
    while True:
        if (first_day(period).year - contract.first_year) % contract.years_apart == 0:
            yield period
        period = next_period(period)


def agreed_day(contract: Contract, period: str) -> date:
    """The day that the contract names for the extract of `period`, be it a day off."""
    return last_day(period) + timedelta(days=contract.due_days)


def due_date(contract: Contract, period: str) -> date | None:
    """The working day by which the extract of `period` is expected; None of a campaign."""
    if contract.coverage == "campaign":
        return None
    return working_day_from(agreed_day(contract, period))
