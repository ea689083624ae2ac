"""What a migrant worker paid for a job abroad, and earned in its first month (SDG 10.7.1).

Each cost item of the form is three columns, cost_<item>_paid, cost_<item> and
cost_<item>_currency; loan interest is one too. The cost is the items' sum, or the total that the
person stands by, less what was paid back, in dirhams; nothing is imputed: an unknown item without
a stated total leaves the cost unknown.
"""

import re
from collections.abc import Iterator

import polars as pl

from warehouse.findings import Finding, Severity
from warehouse.survey.exchange import in_dirhams
from warehouse.survey.exchange import rates as exchange_rates
from warehouse.survey.settings import settings

ITEM = re.compile(r"^cost_(\w+)_paid$")
INTEREST = "loan_interest"
MEASURED = ("cost", "first_earnings", "cost_ratio", "is_free", "is_outlier")
DAY = "job_start_day"


def cost_items(columns: list[str]) -> list[tuple[str, str, str]]:
    """The columns of each item: whether it was paid, how much, in which currency."""
    names = [f"cost_{found[1]}" for column in columns if (found := ITEM.match(column))]
    names += [INTEREST] if f"{INTEREST}_paid" in columns else []
    return [(f"{name}_paid", name, f"{name}_currency") for name in names]


def measured(
    answers: pl.DataFrame, rates: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The answers of the form's recruitment module with MEASURED, and what is wrong in them.

    `cost` and `first_earnings` are in dirhams and null where they cannot be told, `cost_ratio`
    is the one over the other, `is_free` is 1 of a cost of zero.
    """
    dated = answers.with_columns(
        pl.date("job_start_year", "job_start_month", 1).alias(DAY),
        *(pl.lit(None, pl.String).alias(name) for name in _absent(answers)),
    )
    told = dated.with_columns(
        _cost(dated, rates).alias("cost"), _first_earnings(dated, rates).alias("first_earnings")
    )
    rated = told.with_columns((pl.col("cost") / pl.col("first_earnings")).alias("cost_ratio"))
    flagged = rated.with_columns(
        (pl.col("cost") == 0).cast(pl.Int8).alias("is_free"),
        pl.any_horizontal(
            _is_far(name).fill_null(False) for name in ("cost", "first_earnings", "cost_ratio")
        ).alias("is_outlier"),
    )
    return flagged, tuple(_findings(dated, flagged, rates))


def _absent(answers: pl.DataFrame) -> list[str]:
    """Questions that nobody was asked have no column in some exports."""
    asked = ("cost_total", "cost_total_currency", "reimbursement", "reimbursement_currency")
    return [name for name in asked if name not in answers.columns]


def _cost(rows: pl.DataFrame, rates: pl.DataFrame | None) -> pl.Series:
    """Items or stated total less reimbursement; null where unknown or less than nothing."""
    amounts = rows.select(
        _item(rows, *item, rates).alias(item[1]) for item in cost_items(rows.columns)
    )
    # One unknown item makes the sum unknown.
    summed = pl.sum_horizontal(pl.all(), ignore_nulls=False)
    parts = rows.select("cost_any", "cost_total_basis", "reimbursed").with_columns(
        amounts.select(summed.alias("items"))["items"],
        in_dirhams(rows, "cost_total", "cost_total_currency", DAY, rates).alias("stated"),
        in_dirhams(rows, "reimbursement", "reimbursement_currency", DAY, rates).alias("back"),
    )
    paid = pl.when(pl.col("cost_total_basis") == "stated").then("stated").otherwise("items")
    back = pl.when(pl.col("reimbursed").is_in(["yes", "amount_unknown", "dk"])).then("back")
    known = parts.select(
        pl.when(pl.col("cost_any") == "no")
        .then(0.0)
        .when(pl.col("cost_any") == "yes")
        .then(paid - back.otherwise(0.0))
        .alias("cost")
    )
    return known.select(pl.when(pl.col("cost") >= 0).then("cost").alias("cost"))["cost"]


def _item(
    rows: pl.DataFrame, paid: str, amount: str, currency: str, rates: pl.DataFrame | None
) -> pl.Series:
    """One item in dirhams: zero where it was not paid, null where its amount is not known."""
    known = in_dirhams(rows, amount, currency, DAY, rates)
    answers = rows.select(pl.col(paid).alias("paid")).with_columns(known.alias("known"))
    return answers.select(
        pl.when(pl.col("paid") == "yes")
        .then("known")
        .when((pl.col("paid") == "no") | pl.col("paid").is_null())
        .then(0.0)
        .alias("known")
    )["known"]


def _first_earnings(rows: pl.DataFrame, rates: pl.DataFrame | None) -> pl.Series:
    """The first month's earnings; null where unknown, zero or less."""
    known = in_dirhams(rows, "first_earnings_month", "first_earnings_currency", DAY, rates)
    return pl.select(pl.when(known > 0).then(known).alias("known"))["known"]


def _is_far(column: str) -> pl.Expr:
    """Whether the logarithm of `column` is an outlier by the rule of estimates.yml."""
    logarithm = pl.when(pl.col(column) > 0).then(pl.col(column)).log()
    distance = (logarithm - logarithm.median()).abs()
    spread = distance.median() / 0.6745
    is_enough = logarithm.count() >= settings().outlier_answers_min
    return is_enough & (spread > 0) & (distance > settings().outlier_spreads * spread)


def _findings(
    rows: pl.DataFrame, flagged: pl.DataFrame, rates: pl.DataFrame | None
) -> Iterator[Finding]:
    amounts = [item[1:] for item in cost_items(rows.columns)]
    amounts += [
        ("cost_total", "cost_total_currency"),
        ("reimbursement", "reimbursement_currency"),
        ("first_earnings_month", "first_earnings_currency"),
    ]
    for amount, currency in amounts:
        yield from _currency_findings(rows, amount, currency, rates)
    earned = pl.col("first_earnings_month").cast(pl.Float64)
    yield from _counted(rows, "survey_earnings_not_positive", "first_earnings_month", earned <= 0)
    for paid, amount, _ in cost_items(rows.columns):
        is_wrong = pl.col(amount).cast(pl.Float64) <= 0
        yield from _counted(rows, "survey_cost_not_positive", amount, is_wrong)
        without = (pl.col(paid) == "yes") & pl.col(amount).is_null()
        yield from _counted(rows, "survey_cost_amount_missing", amount, without)
    yield from _specimen_rates(rows, [currency for _, currency in amounts], rates)
    unknown = (pl.col("cost_any") == "yes") & pl.col("cost").is_null()
    yield from _counted(flagged, "survey_cost_unknown", "cost", unknown, "information")
    outlier = pl.col("is_outlier")
    yield from _counted(flagged, "survey_outlier", "cost_ratio", outlier, "information")


def _currency_findings(
    rows: pl.DataFrame, amount: str, currency: str, rates: pl.DataFrame | None
) -> Iterator[Finding]:
    """An amount without currency, and one whose currency or day has no rate."""
    has_amount = pl.col(amount).is_not_null()
    yield from _counted(
        rows, "survey_currency_missing", currency, has_amount & pl.col(currency).is_null()
    )
    unrated = rows.with_columns(in_dirhams(rows, amount, currency, DAY, rates).alias("rated"))
    lost = unrated.filter(has_amount & pl.col(currency).is_not_null() & pl.col("rated").is_null())
    for code, year, count in (
        lost.group_by(currency, "job_start_year").len().sort(currency, "job_start_year").rows()
    ):
        yield _finding(
            "survey_rate_unknown", "warning", amount, currency=code, period=year, count=count
        )


def _specimen_rates(
    rows: pl.DataFrame, currencies: list[str], known: pl.DataFrame | None
) -> Iterator[Finding]:
    """Currencies in use whose rates are round figures, good for a specimen alone."""
    of = exchange_rates() if known is None else known
    used = {code for name in currencies for code in rows[name].drop_nulls().unique()}
    round_figures = set(of.filter("is_specimen")["currency"])
    if found := sorted(used & round_figures):
        column = "first_earnings_currency"
        yield _finding("survey_rate_specimen", "warning", column, currencies=", ".join(found))


def _counted(
    rows: pl.DataFrame, rule: str, column: str, is_broken: pl.Expr, severity: Severity = "warning"
) -> Iterator[Finding]:
    if count := rows.filter(is_broken).height:
        yield _finding(rule, severity, column, count=count)


def _finding(rule: str, severity: Severity, column: str, **values: object) -> Finding:
    told = {"column": column} | {name: str(value) for name, value in values.items()}
    return Finding(rule, severity, column=column, values=told)
