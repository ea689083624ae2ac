"""Every declared table of DGSN's and the employment ministry's dataflows, counted again by Polars.

Codes are decoded by the same tables, as these are decided by hand; what is counted, when, and of
whom is told here a second time, and nothing of dbt's SQL is used.
"""

import csv
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import polars as pl

from warehouse.database import connect
from warehouse.indicator import TOTAL, dataflow
from warehouse.settings import settings

Cells = Mapping[tuple[str, ...], int]

LAST_DAY = date(2025, 12, 31)
AGES = {"Y_LT15": 15, "Y15T24": 25, "Y25T34": 35, "Y35T44": 45, "Y45T54": 55, "Y55T64": 65}
"""Each band and the age at which the next one begins."""


@dataclass(frozen=True)
class WholeTables:
    """A dataflow's tables of some months, and how the files of a contract give their rows.

    `rows` have `month` and the dimensions in common codes, but for `untold` ones, which Polars
    cannot tell; they are counted, or `count` is what they add up to.
    """

    dataflow: str
    contract: str
    rows: Callable[[pl.DataFrame], pl.DataFrame]
    count: str | None = None
    untold: tuple[str, ...] = ()

    def counted(self, extracts: pl.DataFrame) -> Cells:
        """The cells by month and the codes of all dimensions, from the files."""
        rows = self.rows(_latest(extracts))
        flow = dataflow(self.dataflow)
        value = pl.col(self.count).cast(pl.Int64).sum() if self.count else pl.len()
        told = [table for table in flow.tables_of("M") if not set(table) & set(self.untold)]
        kept = {k for table in told for n in range(len(table) + 1) for k in combinations(table, n)}
        return {
            (row["month"], *(row.get(d, TOTAL) for d in flow.dimension_ids)): row["value"]
            for dimensions in kept
            for row in rows.group_by("month", *dimensions).agg(value=value).iter_rows(named=True)
        }

    def held(self, months: set[str]) -> Cells:
        """The same cells as the warehouse holds them, before protection."""
        flow = dataflow(self.dataflow)
        totals = "".join(f" and {d} = '{TOTAL}'" for d in self.untold)
        with connect("simimo_analyst") as session:
            rows = session.execute(
                f"select time_period, {', '.join(flow.dimension_ids)}, obs_value "
                f"from indicators.{flow.model} "
                f"where freq = 'M' and time_period = any(%s){totals}",
                [list(months)],
            ).fetchall()
        return {tuple(codes): int(value) for *codes, value in rows}


def _latest(extracts: pl.DataFrame) -> pl.DataFrame:
    """The rows of each month's last file."""
    corrected = extracts.filter("is_corrected")["period"].unique().implode()
    return extracts.filter(
        pl.col("is_corrected") | ~pl.col("period").is_in(corrected)
    ).with_columns(month="period")


def _decided(extract: pl.DataFrame) -> pl.DataFrame:
    """Decisions on titles, with the age on the last day of all."""
    rows = _decoded(
        extract,
        "dgsn",
        citizenship=("nationalite", "area"),
        sex=("sexe", "sex"),
        province=("province", "region"),
        reason=("motif", "reason"),
        permit_type=("type_titre", "permit_type"),
    )
    return rows.with_columns(
        citizenship_group=_citizenship_group("citizenship"),
        ref_area=_at_level("cl_region", "province", 2),
        age=_age_band("date_naissance", LAST_DAY),
        decided=_day("date_decision"),
        expires=_day("date_expiration"),
    )


def stock(extract: pl.DataFrame) -> pl.DataFrame:
    """Titles valid on the last day: their latest decision in effect is no cancellation."""
    cancelled = pl.col("statut") == "ANNULATION"
    begins = pl.max_horizontal("decided", _day("date_delivrance"))
    in_effect = (
        _decided(extract)
        .with_columns(effective=pl.when(cancelled).then("decided").otherwise(begins))
        .filter(pl.col("effective") <= LAST_DAY)
    )
    last = in_effect.sort("decided", "effective").group_by("numero_titre").last()
    valid = last.filter(~cancelled & (pl.col("expires") >= LAST_DAY))
    return valid.with_columns(month=pl.lit(f"{LAST_DAY:%Y-%m}"))


def first_titles(extract: pl.DataFrame) -> pl.DataFrame:
    """First titles of the last month."""
    first = (pl.col("statut") == "PREMIERE") & (pl.col("decided") >= LAST_DAY.replace(day=1))
    return _decided(extract).filter(first)


def visas(extract: pl.DataFrame) -> pl.DataFrame:
    """Decisions on contracts; occupation is coded by a program where a title alone is given."""
    rows = _decoded(
        extract.with_columns(employer_division=pl.col("activite_employeur").str.slice(0, 2)),
        "miepeec",
        citizenship=("nationalite", "area"),
        sex=("sexe", "sex"),
        division=("employer_division", "activity"),
        application_type=("nature_demande", "application_type"),
        contract_type=("type_contrat", "contract_type"),
        decision=("decision", "visa_decision"),
    )
    months = pl.col("duree_mois").cast(pl.Float64)
    lengths = ["M_LT3", "M3T5", "M6T11", "M_GE12"]
    length = months.cut([3, 6, 12], labels=lengths, left_closed=True).cast(pl.String)
    return rows.with_columns(
        citizenship_group=_citizenship_group("citizenship"),
        activity=_at_level("cl_activity", "division", 1),
        status=_at_level("cl_visa_decision", "decision", 1),
        duration=pl.when(pl.col("type_contrat") == "CDI")
        .then(pl.lit("M_GE12"))
        .when(months > 0)
        .then(length)
        .otherwise(pl.lit("_U")),
    )


def crossings(extract: pl.DataFrame) -> pl.DataFrame:
    """Counts of crossings; the reason is asked on entry alone."""
    rows = _decoded(
        extract,
        "dgsn",
        citizenship=("nationalite", "area"),
        border_post=("poste", "border_post"),
        direction=("sens", "direction"),
        transport_mode=("mode", "transport_mode"),
        reason=("motif", "reason"),
    )
    return rows.with_columns(
        citizenship_group=_citizenship_group("citizenship"),
        reason=pl.when(pl.col("sens") == "E").then("reason").otherwise(pl.lit("_Z")),
    )


def _decoded(rows: pl.DataFrame, provider: str, **codes: tuple[str, str]) -> pl.DataFrame:
    """With a column of common codes for each of `codes`: sex=("sexe", "sex")."""
    found = {
        name: pl.col(column)
        .map_elements(_plain, return_dtype=pl.String, skip_nulls=True)
        .replace_strict(_correspondence(variable, provider), default="_U", return_dtype=pl.String)
        .fill_null("_U")
        for name, (column, variable) in codes.items()
    }
    return rows.with_columns(**found)


def _at_level(code_list: str, column: str, level: int) -> pl.Expr:
    """The codes of a column with their ancestor at a level; _U where there is none."""
    listed = {row["code"]: row for row in _rows(f"codelists/{code_list}.csv")}

    def ancestor(code: str) -> str:
        while code in listed and int(listed[code]["level"]) > level:
            code = listed[code]["parent_code"]
        return code or "_U"

    return pl.col(column).map_elements(ancestor, return_dtype=pl.String)


def _citizenship_group(column: str) -> pl.Expr:
    """The M49 sub-region of a citizenship; Moroccans and the stateless for themselves."""
    group = _at_level("cl_area", column, 2)
    own = (pl.col(column) == "MA") | ((group == "_U") & (pl.col(column) != "_U"))
    return pl.when(own).then(pl.col(column)).otherwise(group)


def _day(column: str) -> pl.Expr:
    """A day as the specimen writes it, 2025-12-31 or 31/12/2025."""
    text = pl.col(column).cast(pl.String)
    return pl.coalesce(
        text.str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d/%m/%Y", strict=False)
    )


def _age_band(birth: str, at: date) -> pl.Expr:
    """The band of the age on the last day of a month."""
    born = _day(birth)
    had_birthday = born.dt.month() <= at.month
    age = at.year - born.dt.year() - pl.when(had_birthday).then(0).otherwise(1)
    band = pl.when(age.is_null() | (age < 0)).then(pl.lit("_U"))
    for code, following in AGES.items():
        band = band.when(age < following).then(pl.lit(code))
    return band.otherwise(pl.lit("Y_GE65"))


def _correspondence(variable: str, provider: str) -> dict[str, str]:
    rows = _rows(f"correspondences/{variable}.csv")
    of_all = {_plain(r["source_code"]): r["code"] for r in rows if r["provider"] == "*"}
    own = {_plain(r["source_code"]): r["code"] for r in rows if r["provider"] == provider}
    return {**of_all, **own}


def _rows(path: str) -> list[dict[str, Any]]:
    with (settings().dbt_dir / "seeds" / path).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _plain(text: str) -> str:
    """Capitals without accents or doubled blanks, as codes are compared."""
    apart = unicodedata.normalize("NFD", text.replace("’", "'").upper())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


WHOLE_TABLES = (
    WholeTables("DF_TITLE_STOCK", "dgsn_residence_titles", stock),
    WholeTables("DF_TITLE_FIRST", "dgsn_residence_titles", first_titles),
    WholeTables("DF_CONTRACT_VISA", "miepeec_contract_visas", visas, untold=("occupation",)),
    WholeTables("DF_BORDER_CROSSING", "dgsn_border_crossings", crossings, count="nombre"),
)
