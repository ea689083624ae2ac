"""What fills each of ILO's tables, as docs/ilms.md shows it.

`python -m warehouse.ilms.document` writes it there.
"""

import re
from pathlib import Path

from warehouse.ilms.questionnaire import Source, Table, remark, tables
from warehouse.settings import settings

BEGIN, END = "<!-- tables: written by python -m warehouse.ilms.document -->", "<!-- end -->"
RULES = {
    "end_of_period": "year's end",
    "sum": "sum of the year",
    "mean": "mean of the months",
    "ratio": "the year's own",
    "none": "as published",
}


def document() -> Path:
    """The file that shows the tables."""
    return settings().project_dir / "docs" / "ilms.md"


def with_tables(text: str) -> str:
    """The document's `text` with its table as `tables.yml` has it now."""
    lines = ["| table | filled from | rule for the year | limits, or why nothing fills it |"]
    lines += ["| --- | --- | --- | --- |", *(_line(table) for table in tables().values())]
    written = "\n".join([BEGIN, "", *lines, "", END])
    return re.sub(
        f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: written, text, flags=re.DOTALL
    )


def _line(table: Table) -> str:
    if table.sources:
        flows = "; else ".join(source.dataflow for source in table.sources)
        rules = "; else ".join(RULES[source.rule] for source in table.sources)
        return f"| {table.code} | {flows} | {rules} | {_limits(table)} |"
    if table.rate:
        rate = f"{table.rate.numerator} over {table.rate.denominator}"
        return f"| {table.code} | {rate} | | only within one population |"
    assert table.missing is not None
    why = remark("missing", table.missing)["en"]
    return f"| {table.code} | not available | | {why} Would fill it: {table.would_fill_in('en')}. |"


def _limits(table: Table) -> str:
    return " Else: ".join(_limits_of(source) for source in table.sources)


def _limits_of(source: Source) -> str:
    return " ".join(remark("limits", limit)["en"] for limit in source.limits)


if __name__ == "__main__":
    path = document()
    path.write_text(with_tables(path.read_text("utf-8")), "utf-8")
