"""`make bench`: one line a figure, `name value unit`; `python -m bench load demo` runs some."""

import subprocess
import sys
from collections.abc import Callable, Iterator

from bench import (
    aggregate,
    country,
    disclosure,
    ledger,
    linkage,
    load,
    month,
    occupation,
    start,
    survey,
)
from bench.figure import Figure

BENCHES: dict[str, Callable[[], Iterator[Figure]]] = {
    "start": start.cold_start,
    "load": load.load,
    "aggregate": aggregate.aggregate,
    "occupation": occupation.occupation,
    "febrl4": linkage.febrl4,
    "link": linkage.specimen,
    "link_country": linkage.country,
    "link_month": linkage.month,
    "link_million": linkage.million,
    "month": month.month,
    "month_ratio": month.month_ratio,
    "survey": survey.coverage,
    "ledger": ledger.ledger,
    "sdc": disclosure.linked,
    "sdc_large": disclosure.large,
    "demo": start.demo,
    "country": country.country,
}


def main() -> None:
    """Run the benches named on the command line, or all."""
    names = sys.argv[1:] or list(BENCHES)
    if len(names) > 1:
        # Each in a process of its own: a warehouse's address and keys are read once.
        for name in names:
            subprocess.run([sys.executable, "-m", "bench", name], check=True)
        return
    for figure in BENCHES[names[0]]():
        print(figure, flush=True)


if __name__ == "__main__":
    main()
