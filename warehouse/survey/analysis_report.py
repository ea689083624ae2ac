"""The analysis report of the survey: response, definitions, results with their errors, quality."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from warehouse.documents.document import Document, Fact, Picture, Section, Table
from warehouse.messages import message
from warehouse.report.figures import number, percent
from warehouse.report.marked import Marked, isolated
from warehouse.survey.calibration import CALIBRATED
from warehouse.survey.estimating import CELL, Survey
from warehouse.survey.figures import EARNERS, TOTAL
from warehouse.survey.report_charts import Bar, interval_picture
from warehouse.survey.report_words import (
    breakdown_name,
    code_name,
    lines,
    measure_name,
    said,
)
from warehouse.survey.settings import settings
from warehouse.survey.weighting import (
    NON_RESPONSES,
    OUTSIDE,
    RESPONDENT,
    UNKNOWN,
    response_rates,
)

RATIO_MEASURES = ("RATIO_TOTALS", "MEAN_RATIO", "Q1_RATIO", "MEDIAN_RATIO", "Q3_RATIO")
COST_MEASURES = (*RATIO_MEASURES, "MEAN_COST", "MEAN_EARNINGS", "ZERO_COST", "PERSONS")
EARNINGS_MEASURES = ("MEAN", "Q1", "MEDIAN", "Q3")
WORKER_MEASURES = ("IMW", "IMW_RES", "IMW_NRES", "RMW", "RMW_5Y", "RMW_12M")
SHOWN_BREAKDOWNS = (
    "sex", "age_band", "education", "occupation", "activity", "corridor", "channel",
    "migration_rank",
)  # fmt: skip
WITH_AND_WITHOUT = (("with_outliers", True), ("without_outliers", False))
DECIMALS = {"RATIO": 2, "MAD": 0, "PS": 0, "PT": 1}
ESTIMATE_HEADINGS = ("estimate", "standard_error", "interval", "cv", "effect", "count")
NONE = Marked("–")

Row = dict[str, Any]


def analysis_report(survey: Survey, lang: str, is_specimen: bool = False) -> Document:
    """The report of `survey` in `lang`."""
    sections = (
        _summary(survey, lang),
        Section(said("section_definitions", lang), items=lines("definitions", lang)),
        _response(survey, lang),
        _workers(survey, lang),
        _cost(survey, "strict", lang),
        _cost(survey, "seasonal", lang),
        _quality(survey, lang),
        _findings(survey, lang),
    )
    return Document(lang, said("title", lang), said("subject", lang), sections, is_specimen)


def _summary(survey: Survey, lang: str) -> Section:
    households = survey.answers.households
    answered = households.filter(pl.col("response_status") == RESPONDENT).height
    overall = response_rates(households.with_columns(pl.lit(TOTAL).alias("all")), "all")
    counted = {
        "drawn": number(households.height, lang),
        "answered": number(answered, lang),
        "response_rate": percent(overall["response_rate"][0], lang),
        "persons": number(survey.persons.height, lang),
        "recruited": number(survey.persons["indicator_scope"].count(), lang),
    }
    facts = [Fact(said(key, lang), isolated(value)) for key, value in counted.items()]
    for key, measure, scope, with_outliers in (
        ("headline_workers", "IMW", TOTAL, True),
        ("headline_returnees", "RMW", TOTAL, True),
        ("headline_ratio", "RATIO_TOTALS", "strict", True),
        ("headline_ratio_without", "RATIO_TOTALS", "strict", False),
        ("headline_median", "MEDIAN_RATIO", "strict", True),
    ):
        for row in _rows(survey, scope, (measure,), with_outliers=with_outliers):
            facts.append(Fact(said(key, lang), _headline(row, lang)))
    return Section(said("section_summary", lang), facts=tuple(facts))


def _rows(
    survey: Survey,
    scope: str,
    measures: Sequence[str],
    breakdown: str = TOTAL,
    with_outliers: bool = True,
) -> Iterator[Row]:
    """The figures of a scope and breakdown, measure by measure in the order given."""
    told = survey.figures.filter(
        (pl.col("scope") == scope)
        & (pl.col("breakdown") == breakdown)
        & (pl.col("with_outliers") == with_outliers)
    )
    for measure in measures:
        yield from told.filter(pl.col("measure") == measure).sort("code").iter_rows(named=True)


def _headline(row: Row, lang: str) -> Marked:
    if row["quality"] == "withheld":
        return said("withheld", lang)
    value, low, high = (_value(row, name, lang) for name in ("value", "lower", "upper"))
    return said("with_interval", lang, value=value, low=low, high=high)


def _value(row: Row, name: str, lang: str) -> str:
    return number(round(row[name], DECIMALS[row["unit_measure"]]), lang)


def _response(survey: Survey, lang: str) -> Section:
    columns = ("drawn", RESPONDENT, *NON_RESPONSES, OUTSIDE, UNKNOWN, "response_rate")
    rows = tuple(
        (
            isolated(row[CELL]),
            *(isolated(number(row[name], lang)) for name in columns[:-1]),
            isolated(percent(row["response_rate"], lang)),
        )
        for row in _responses(survey, lang)
    )
    table = Table(
        tuple(said(key, lang) for key in ("stratum", *columns)),
        rows,
        (1.2, *([1] * len(columns))),
        numbers=tuple(range(1, len(columns) + 1)),
    )
    note = lines("response_note", lang)
    return Section(said("section_response", lang), text=note, tables=(table,))


def _responses(survey: Survey, lang: str) -> Iterator[Row]:
    """The responses of each stratum, and of all."""
    households = survey.answers.households
    whole = households.with_columns(pl.lit(str(said("all_strata", lang))).alias(CELL))
    for each in (households, whole):
        yield from response_rates(each, CELL).iter_rows(named=True)


def _workers(survey: Survey, lang: str) -> Section:
    total = _estimates(
        [
            (measure_name(row["measure"], lang), row)
            for row in _rows(survey, TOTAL, WORKER_MEASURES)
        ],
        said("measure", lang),
        "",
        lang,
    )
    tables = [total]
    for breakdown in ("sex", "age_band", "citizenship", "region"):
        named = _named(survey, "IMW", breakdown, lang)
        caption = said("workers_by", lang, breakdown=breakdown_name(breakdown, lang))
        tables.append(_estimates(named, said("domain", lang), caption, lang))
    tables += [_earnings(survey, category, lang) for category in EARNERS]
    bars = [_bar(name, row) for name, row in _named(survey, "IMW", "region", lang) if _is_told(row)]
    pictures = (interval_picture(bars, said("picture_regions", lang), lang),) if bars else ()
    return Section(said("section_workers", lang), pictures=pictures, tables=tuple(tables))


def _earnings(survey: Survey, category: str, lang: str) -> Table:
    """What one group earns in a month."""
    rows = [
        (measure_name(row["measure"], lang), row)
        for row in _rows(survey, category, EARNINGS_MEASURES)
    ]
    caption = said("earnings_of", lang, group=measure_name(category, lang))
    return _estimates(rows, said("measure", lang), caption, lang)


def _named(survey: Survey, measure: str, breakdown: str, lang: str) -> list[tuple[str, Row]]:
    return [
        (code_name(breakdown, row["code"], lang), row)
        for row in _rows(survey, TOTAL, (measure,), breakdown)
    ]


def _is_told(row: Row) -> bool:
    return row["quality"] != "withheld" and row["lower"] is not None


def _bar(name: str, row: Row, series: str = "") -> Bar:
    return Bar(name, row["value"], row["lower"], row["upper"], series)


def _cost(survey: Survey, scope: str, lang: str) -> Section:
    tables = [
        _estimates(
            [(measure_name(row["measure"], lang), row) for row in rows],
            said("measure", lang),
            said(caption, lang),
            lang,
        )
        for caption, rows in (
            ("with_outliers", list(_rows(survey, scope, COST_MEASURES))),
            ("without_outliers", list(_rows(survey, scope, COST_MEASURES, with_outliers=False))),
        )
    ]
    tables += [
        table
        for breakdown in SHOWN_BREAKDOWNS
        if (table := _by_table(survey, scope, breakdown, lang)).rows
    ]
    return Section(
        said(f"section_{scope}", lang),
        text=(said("cost_note", lang),),
        pictures=tuple(_cost_pictures(survey, scope, lang)),
        tables=tuple(tables),
    )


def _cost_pictures(survey: Survey, scope: str, lang: str) -> Iterator[Picture]:
    measures = [
        _bar(measure_name(row["measure"], lang), row, said(series, lang))
        for measure in RATIO_MEASURES
        for series, with_outliers in WITH_AND_WITHOUT
        for row in _rows(survey, scope, (measure,), with_outliers=with_outliers)
        if _is_told(row)
    ]
    if measures:
        series = [said(name, lang) for name, _ in WITH_AND_WITHOUT]
        yield interval_picture(measures, said("picture_measures", lang), lang, series)
    domains = [
        _bar(code_name(breakdown, row["code"], lang), row)
        for breakdown in ("sex", "age_band", "channel", "corridor")
        for row in _rows(survey, scope, ("MEDIAN_RATIO",), breakdown)
        if _is_told(row)
    ]
    if domains:
        yield interval_picture(domains, said("picture_domains", lang), lang)


def _by_table(survey: Survey, scope: str, breakdown: str, lang: str) -> Table:
    """Median and ratio of totals of each code, side by side; only those that are told."""
    ratios = {row["code"]: row for row in _rows(survey, scope, ("RATIO_TOTALS",), breakdown)}
    rows = tuple(
        (
            isolated(code_name(breakdown, row["code"], lang)),
            _cell(row, lang),
            _interval(row, lang),
            _cell(ratios[row["code"]], lang),
            _interval(ratios[row["code"]], lang),
            isolated(number(row["count"], lang)),
        )
        for row in _rows(survey, scope, ("MEDIAN_RATIO",), breakdown)
        if row["quality"] != "withheld" or ratios[row["code"]]["quality"] != "withheld"
    )
    headings = (
        said("domain", lang),
        Marked(measure_name("MEDIAN_RATIO", lang)),
        said("interval", lang),
        Marked(measure_name("RATIO_TOTALS", lang)),
        said("interval", lang),
        said("count", lang),
    )
    caption = said("by", lang, breakdown=breakdown_name(breakdown, lang))
    return Table(headings, rows, (2.2, 1.2, 1.4, 1.2, 1.4, 0.6), (1, 2, 3, 4, 5), caption)


def _estimates(named: Sequence[tuple[str, Row]], first: Marked, caption: str, lang: str) -> Table:
    """One row an estimate: value, standard error, interval, CV, design effect, n."""
    rows = tuple((isolated(name), *_cells(row, lang)) for name, row in named)
    headings = (first, *(said(key, lang) for key in ESTIMATE_HEADINGS))
    return Table(headings, rows, (2.6, 1.2, 1, 1.6, 0.8, 0.8, 0.7), (1, 2, 3, 4, 5, 6), caption)


def _cells(row: Row, lang: str) -> tuple[Marked, ...]:
    effect = row["design_effect"]
    return (
        _cell(row, lang),
        isolated(_value(row, "standard_error", lang)) if _is_told(row) else NONE,
        _interval(row, lang),
        isolated(percent(row["cv"], lang)) if row["cv"] is not None else NONE,
        isolated(number(round(effect, 2), lang)) if effect is not None else NONE,
        isolated(number(row["count"], lang)),
    )


def _cell(row: Row, lang: str) -> Marked:
    if row["quality"] == "withheld":
        return said("withheld", lang)
    value = _value(row, "value", lang)
    return said("flagged", lang, value=value) if row["quality"] == "flagged" else isolated(value)


def _interval(row: Row, lang: str) -> Marked:
    if not _is_told(row):
        return NONE
    return isolated(f"{_value(row, 'lower', lang)} – {_value(row, 'upper', lang)}")


def _quality(survey: Survey, lang: str) -> Section:
    rules = settings()
    weights = survey.persons[survey.weight].cast(pl.Float64)
    kish = weights.len() * float((weights**2).sum()) / float(weights.sum()) ** 2
    is_calibrated = survey.weight == CALIBRATED
    items = lines(
        "quality",
        lang,
        replicates=number(rules.replicates, lang),
        seed=rules.seed,
        confidence=percent(rules.confidence, lang),
        flagged=percent(rules.flagged_over_cv, lang),
        withheld=percent(rules.withheld_over_cv, lang),
        flagged_freedom=rules.flagged_below_freedom,
        withheld_freedom=rules.withheld_below_freedom,
        persons=rules.withheld_below_count,
        lonely=rules.lonely_unit,
        spreads=number(rules.outlier_spreads, lang),
        least=number(round(float(weights.min() or 0), 1), lang),  # type: ignore[arg-type]
        most=number(round(float(weights.max() or 0), 1), lang),  # type: ignore[arg-type]
        kish=number(round(kish, 2), lang),
        calibration=said("calibrated" if is_calibrated else "not_calibrated", lang),
    )
    return Section(said("section_quality", lang), items=items)


def _findings(survey: Survey, lang: str) -> Section:
    told = tuple(
        Marked(message(finding.rule, lang, **finding.values).text)
        for finding in survey.answers.findings
    )
    return Section(said("section_findings", lang), items=told or (said("no_findings", lang),))
