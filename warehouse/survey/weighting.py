"""Weights of those who answered: base weights adjusted for the households that did not."""

from collections.abc import Iterator

import polars as pl

from warehouse.findings import Finding

RESPONDENT, REFUSED, OUTSIDE, UNKNOWN = "respondent", "non_respondent", "ineligible", "unknown"
STATUSES = {
    "completed": RESPONDENT,
    "partial": RESPONDENT,
    "no_contact": REFUSED,
    "refused": REFUSED,
    "unable": REFUSED,
    "vacant": OUTSIDE,
    "not_dwelling": OUTSIDE,
    "not_found": UNKNOWN,
}
"""What each result of the last visit says of a household drawn; one without a form is unknown."""
NON_RESPONSES = tuple(result for result, status in STATUSES.items() if status == REFUSED)
"""The results of eligible households that did not answer, told apart in tables of response."""


def response_status(result: str = "visit_result") -> pl.Expr:
    """The status of a household by the result of its last visit."""
    told = pl.col(result).replace_strict(STATUSES, default=UNKNOWN, return_dtype=pl.String)
    return told.fill_null(UNKNOWN).alias("response_status")


def cell_findings(households: pl.DataFrame, cell: str) -> tuple[Finding, ...]:
    """Response cells in which nobody answered: their weight cannot be given to anybody."""
    return tuple(_empty_cells(households, cell))


def _empty_cells(households: pl.DataFrame, cell: str) -> Iterator[Finding]:
    answered = (pl.col("response_status") == RESPONDENT).sum().alias("answered")
    counted = households.group_by(cell).agg(answered, pl.len().alias("drawn")).sort(cell)
    for code, drawn in counted.filter(pl.col("answered") == 0).select(cell, "drawn").rows():
        values = {"column": cell, "cell": str(code), "count": str(drawn)}
        yield Finding("survey_cell_without_answer", "error", column=cell, values=values)


def response_weights(households: pl.DataFrame, weight: str, cell: str) -> pl.Series:
    """The weight of each household drawn once non-response of its cell is made up for.

    In a cell, the weight of households of unknown status counts as eligible in the share of those
    known; eligible weight is then given to respondents in proportion to theirs:
        w = base x (R + N + U (R + N) / (R + N + I)) / R
    with R, N, I, U the base weights of respondents, other eligible, ineligible and unknown
    households. Others than respondents have null.
    """

    def weight_of(status: str) -> pl.Expr:
        is_status = pl.col("response_status") == status
        return pl.when(is_status).then(pl.col(weight)).otherwise(0.0).sum().over(cell)

    answered, other = weight_of(RESPONDENT), weight_of(REFUSED)
    outside, unknown = weight_of(OUTSIDE), weight_of(UNKNOWN)
    eligible = answered + other
    factor = (eligible + unknown * eligible / (eligible + outside)) / answered
    is_respondent = pl.col("response_status") == RESPONDENT
    return households.select(
        pl.when(is_respondent).then(pl.col(weight) * factor).alias("response_weight")
    )["response_weight"]


def response_rates(households: pl.DataFrame, by: str) -> pl.DataFrame:
    """Households drawn by what became of their visits, and their response rate, by code of `by`.

    The rate is respondents over eligible households, those of unknown status taken for eligible
    in the share of those known (RR3 of the American Association for Public Opinion Research).
    """
    statuses = [
        (pl.col("response_status") == status).sum().alias(status)
        for status in (RESPONDENT, OUTSIDE, UNKNOWN)
    ]
    results = [
        (pl.col("visit_result") == result).fill_null(False).sum().alias(result)
        for result in NON_RESPONSES
    ]
    told = households.group_by(by).agg(pl.len().alias("drawn"), *statuses, *results).sort(by)
    eligible = pl.sum_horizontal(RESPONDENT, *NON_RESPONSES)
    share = eligible / (eligible + pl.col(OUTSIDE))
    return told.with_columns(
        (pl.col(RESPONDENT) / (eligible + pl.col(UNKNOWN) * share)).alias("response_rate")
    )
