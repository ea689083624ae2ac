"""Which records nothing can link, and what Splink's charts show of the model."""

import json

import polars as pl
import pytest

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.blocking import with_parts
from warehouse.linkage.charts import charts
from warehouse.linkage.description import COMPARED
from warehouse.linkage.model import LinkageTooLarge, Model, scored, untrained
from warehouse.linkage.unlinkable import self_weight, unlinkable

WHOLE = {
    "family": "BANGOURA",
    "given": "LAMINE",
    "family_sound": "BNKR",
    "given_sound": "LMN",
    "birth_date": "1966-04-12",
    "sex": "M",
    "citizenship": "GN",
}


def people(*rows: dict[str, str]) -> pl.DataFrame:
    names = ("contract", "record_id", *COMPARED, *IDENTIFIERS)
    blank = dict.fromkeys(names) | {"contract": "dgsn_residence_titles"}
    told = [blank | {"record_id": str(number)} | row for number, row in enumerate(rows)]
    return pl.DataFrame(told, schema=dict.fromkeys(names, pl.String))


@pytest.mark.parametrize(
    ("row", "has_number", "has_description", "is_unlinkable"),
    [
        (WHOLE | {"cin": "c"}, True, True, False),
        (WHOLE, False, True, False),
        ({"passport": "p"}, True, False, False),
        ({"family": "BANGOURA", "sex": "M"}, False, False, True),
        (WHOLE | {"birth_date": None}, False, False, True),
        ({}, False, False, True),
    ],
)
def test_a_record_needs_a_number_or_enough_to_match_itself(
    row, has_number, has_description, is_unlinkable
):
    model = untrained()
    likely = Model(model.levels, model.prior, {}, {"a|dgsn_residence_titles": 1e-5})
    told = unlinkable(people(row), likely).row(0, named=True)
    assert told["has_number"] is has_number
    assert told["has_description"] is has_description
    assert told["is_unlinkable"] is is_unlinkable


@pytest.mark.parametrize("frequencies", [False, True])
def test_the_weight_beside_itself_is_what_splink_gives_to_a_pair_of_twins(frequencies):
    told = people(WHOLE, WHOLE)
    model = untrained()
    if frequencies:
        term = pl.DataFrame({"family_term": ["GN|BANGOURA"], "tf_family_term": [0.01]})
        model = Model(model.levels, model.prior, {"family_term": term})
    twins = with_parts(told).with_columns(
        pl.Series("unique_id", [0, 1]),
        pl.lit(True).alias("is_fresh"),
        pl.lit(False).alias("is_duplicate_free"),
    )
    pair = scored(twins, model)
    assert pair["match_weight"].to_list() == pytest.approx([self_weight(told, model)[0]], abs=1e-6)


def test_pairs_that_do_not_fit_in_memory_are_refused_without_a_name(monkeypatch):
    monkeypatch.setattr("warehouse.linkage.model.MEMORY", "8MB")
    crowd = with_parts(people(*[WHOLE] * 2_000)).with_columns(
        pl.int_range(pl.len()).alias("unique_id"),
        pl.lit(True).alias("is_fresh"),
        pl.lit(False).alias("is_duplicate_free"),
    )
    with pytest.raises(LinkageTooLarge) as refused:
        scored(crowd, untrained())
    assert "8MB" in str(refused.value)
    assert "BANGOURA" not in str(refused.value)
    assert "SELECT" not in str(refused.value).upper()


def test_the_charts_hold_the_model_and_no_name():
    term = pl.DataFrame({"family_term": ["GN|BANGOURA"], "tf_family_term": [0.01]})
    start = untrained()
    made = charts(
        Model(start.levels, start.prior, {"family_term": term}), pl.Series([5.5, 7.2, 30.0])
    )
    assert set(made) == {"match_weights", "m_u_parameters", "histogram"}
    assert sum(row["count_rows"] for row in made["histogram"]["data"]["values"]) == 3
    shown = json.dumps(made)
    assert "BANGOURA" not in shown
    assert "http" not in shown
    compared = {row["comparison_name"] for row in made["m_u_parameters"]["data"]["values"]}
    assert compared == set(start.levels)


def test_without_a_weighed_link_there_is_no_histogram():
    assert "histogram" not in charts(untrained(), pl.Series([], dtype=pl.Float64))
