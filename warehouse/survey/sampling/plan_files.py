"""The sampling plan as files: CSV for programs, one workbook and one page for people."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from warehouse.survey.sampling.fieldwork import Stay, interviews_in
from warehouse.survey.sampling.plan import Plan
from warehouse.survey.sampling.precision import expected_precision

Cell = str | int | float
Table = Sequence[Mapping[str, Cell]]

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
"""Written into the workbook, so that the same plan gives the same bytes."""


def tables(plan: Plan, stays: Sequence[Stay]) -> dict[str, Table]:
    """The tables of the plan: units, strata, precision, calendar."""
    return {
        "units": list(_units(plan)),
        "strata": list(_strata(plan)),
        "precision": list(_precision(plan)),
        "calendar": list(_calendar(stays)),
    }


def write_plan(folder: Path, made: Mapping[str, Table], page: bytes) -> list[Path]:
    """Write each table as CSV, all of them as plan.xlsx, and the page; what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {f"{name}.csv": csv_text(rows).encode() for name, rows in made.items()}
    content |= {"plan.xlsx": _workbook(made), "plan.html": page}
    for name, written in content.items():
        (folder / name).write_bytes(written)
    return [folder / name for name in content]


def _units(plan: Plan) -> Iterator[Mapping[str, Cell]]:
    for drawn in plan.units:
        yield {
            "psu": drawn.unit.code,
            "name_fr": drawn.unit.name_fr,
            "name_ar": drawn.unit.name_ar,
            "region": drawn.unit.region,
            "milieu": drawn.unit.milieu,
            "stratum": drawn.unit.stratum,
            "variance_stratum": drawn.variance_stratum,
            "is_self_representing": int(drawn.is_self_representing),
            "households_2024": drawn.unit.households,
            "psu_probability": drawn.probability,
            "segment_count": drawn.segments,
            "segment_interval": drawn.interval,
            "listed_segment_count": len(drawn.listed),
            "listed_segments": " ".join(map(str, drawn.listed)),
            "listing_probability": drawn.listing_probability,
            "listed_households_expected": drawn.listed_households,
            "others_interval": drawn.others_interval,
            "interviews_expected": interviews_in(drawn, plan),
            "base_weight": drawn.weight,
            "base_weight_others": drawn.weight_others,
        }


def _strata(plan: Plan) -> Iterator[Mapping[str, Cell]]:
    for stratum in plan.strata:
        own = [drawn for drawn in plan.units if drawn.unit.stratum == stratum.code]
        yield {
            "stratum": stratum.code,
            "units": len(stratum.units),
            "households_2024": stratum.households,
            "workers_expected": stratum.expected["worker"],
            "returnees_expected": stratum.expected["returnee"],
            "recruited_expected": stratum.expected["recruitment"],
            "listing_rate": stratum.rate,
            "drawn_units": len(own),
            "self_representing_units": sum(drawn.is_self_representing for drawn in own),
            "listed_households_expected": sum(drawn.listed_households for drawn in own),
            "interviews_expected": sum(interviews_in(drawn, plan) for drawn in own),
        }


def _precision(plan: Plan) -> Iterator[Mapping[str, Cell]]:
    for expected in expected_precision(plan):
        yield {
            "domain": expected.domain,
            "module": expected.module,
            "share": plan.share,
            "respondents_expected": expected.persons,
            "design_effect": expected.effect,
            "cv": expected.cv,
        }


def _calendar(stays: Sequence[Stay]) -> Iterator[Mapping[str, Cell]]:
    for stay in stays:
        yield {
            "team": stay.team,
            "week": stay.week,
            "psu": stay.unit.unit.code,
            "name_fr": stay.unit.unit.name_fr,
            "first_day": stay.first.isoformat(),
            "last_day": stay.last.isoformat(),
            "working_days": stay.days,
        }


def csv_text(rows: Table) -> str:
    """A table as CSV, its headings first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_written(cell) for cell in row.values()] for row in rows)
    return text.getvalue()


def _written(cell: Cell) -> str:
    """A cell of a CSV: twelve significant digits, enough to find a frame's total again."""
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell)


def _workbook(made: Mapping[str, Table]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"created": CREATED})
    bold = book.add_format({"bold": True})
    for name, rows in made.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for column, heading in enumerate(rows[0]):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, max(12, len(heading) + 2))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row.values()):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                else:
                    sheet.write_number(number, column, cell)
    book.close()
    return content.getvalue()
