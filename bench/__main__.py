"""`make bench`: one line a figure, `name value unit`; `python -m bench load demo` runs some."""

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
    for name in sys.argv[1:] or BENCHES:
        for figure in BENCHES[name]():
            print(figure, flush=True)


if __name__ == "__main__":
    main()
