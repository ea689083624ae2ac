"""What the build of a month costs, and whether the months before make it dearer."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figure import Figure, seconds
from bench.home import own_home

SCALE = 0.1
MONTHS = 3
HISTORY_SCALE = 0.01
HISTORY_MONTHS = 36
EARLY_MONTH = 3
END = "2025-12"


def month() -> Iterator[Figure]:
    """From the accepted files of a new month to its observations, at scale 0.1."""
    with own_home() as home:
        arrivals = _made(home / "specimen", MONTHS, SCALE)
        taken = _built_month_by_month(arrivals, [MONTHS])
    yield Figure("month_seconds", taken[MONTHS], "s", f"at most 60; scale {SCALE:g}, build alone")


def month_ratio() -> Iterator[Figure]:
    """The build of month 36 over that of month 3, of one stationary stream of months."""
    with own_home() as home:
        arrivals = _made(home / "specimen", HISTORY_MONTHS, HISTORY_SCALE)
        measured = [EARLY_MONTH, EARLY_MONTH + 1, HISTORY_MONTHS - 1, HISTORY_MONTHS]
        taken = _built_month_by_month(arrivals, measured)
    # Months 4 and 35 end no quarter, months 3 and 36 end one: both kinds are compared.
    early = taken[EARLY_MONTH] + taken[EARLY_MONTH + 1]
    late = taken[HISTORY_MONTHS] + taken[HISTORY_MONTHS - 1]
    yield Figure("month_early_seconds", early / 2, "s", "months 3 and 4")
    yield Figure("month_late_seconds", late / 2, "s", "months 35 and 36")
    yield Figure("month_ratio", late / early, "", "at most 1.2")


Arrivals = Sequence[tuple[Path, str, str]]


def _made(folder: Path, months: int, scale: float) -> Arrivals:
    """The files of a specimen with contract and period, in the order of arrival."""
    from warehouse.specimen import generate

    made = generate(folder, months=months, end=END, scale=scale)
    return [(file.path, file.contract, file.period) for file in made]


def _built_month_by_month(arrivals: Arrivals, measured: Sequence[int]) -> dict[int, float]:
    """The seconds of the build after each month in `measured`, counted from 1.

    Between two of them the months come without a build: a build then takes what has come.
    """
    from warehouse.build import build
    from warehouse.submission import receive_file

    # Before the first month comes a stock, as the file of the month before it.
    months = sorted({period for _, _, period in arrivals if _is_month(period)})[-max(measured) :]
    taken = {}
    waiting = list(arrivals)
    for number in sorted({*measured, *(m - 1 for m in measured)}):
        come = [a for a in waiting if not _is_month(a[2]) or a[2] <= months[number - 1]]
        waiting = [a for a in waiting if a not in come]
        for path, contract, period in come:
            receive_file(path, contract, period, is_specimen=True, gate=False)
        spent = seconds(build)
        if number in measured:
            taken[number] = spent
    return taken


def _is_month(period: str) -> bool:
    return len(period) == len(END) and "Q" not in period
