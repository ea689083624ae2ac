"""Splink's own charts of the model and of the weights, as Vega-Lite; no value of a person in them.

Term-frequency charts are left out: they would show names.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.description import COMPARED
from warehouse.linkage.model import TERMS, Model, linker_of, splink_memory

Chart = dict[str, Any]
SHOWN = (
    "comparison_name",
    "label_for_charts",
    "m_probability",
    "u_probability",
    "bayes_factor",
    "log2_bayes_factor",
    "comparison_vector_value",
    "comparison_sort_order",
    "splink_score_bin_low",
    "splink_score_bin_high",
    "count_rows",
)
"""What the charts draw; the rest of their data serves tooltips, which a drawing has not."""
TARGET_BINS = 40


def charts(model: Model, weights: pl.Series) -> Mapping[str, Chart]:
    """The charts match_weights, m_u_parameters and, where there are weights, histogram."""
    # The model alone is drawn: its frequencies, which are of names, stay out.
    bare = Model(model.levels, model.prior, {}, model.priors)
    with splink_memory() as memory:
        linker = linker_of(_nobody(), bare, memory)
        drawn = linker.visualisations
        made = {
            "match_weights": drawn.match_weights_chart().chart_dict,
            "m_u_parameters": drawn.m_u_parameters_chart().chart_dict,
        }
        if len(weights):
            told = pl.DataFrame({"match_weight": weights.cast(pl.Float64)})
            weighed = memory.register(told.to_arrow(), table_name="weights")
            table = linker.table_management.register_table_predict(weighed)
            made["histogram"] = drawn.match_weights_histogram(table, TARGET_BINS).chart_dict
    return {name: _still(chart) for name, chart in made.items()}


def _nobody() -> pl.DataFrame:
    """No record, of all columns that are compared."""
    columns = {"unique_id", "contract", "is_fresh", "is_duplicate_free", *COMPARED, *IDENTIFIERS}
    columns |= {"birth_year", "birth_day", *TERMS}
    return pl.DataFrame(schema=dict.fromkeys(sorted(columns), pl.String))


def _still(chart: Chart) -> Chart:
    """The chart without what only a mouse brings out."""
    kept = _without(chart, {"tooltip", "params", "$schema"})
    rows = [{k: row[k] for k in SHOWN if k in row} for row in chart["data"]["values"]]
    return {**kept, "data": {"values": rows}}


def _without(part: Any, names: set[str]) -> Any:
    if isinstance(part, dict):
        return {k: _without(v, names) for k, v in part.items() if k not in names}
    if isinstance(part, list):
        return [_without(one, names) for one in part]
    return part
