"""The truth of a specimen names the same records as the files that came."""

import polars as pl

from warehouse.contracts.contract import contract
from warehouse.identity import record_ids
from warehouse.linkage.truth import truth
from warehouse.specimen.truth import write_records

TITLES = "dgsn_residence_titles"


def test_a_record_is_found_under_the_id_of_its_key(tmp_path):
    found = contract(TITLES)
    keys = found.primary_key
    dates = {c.name for c in found.columns if c.type == "date"}
    values = {name: "2026-03-14" if name in dates else f"Z00{n}Z" for n, name in enumerate(keys)}
    joined = pl.Series(["|".join(values.values())])
    write_records(tmp_path, TITLES, "2026-03", pl.Series([42]), joined)
    told = truth(tmp_path)
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        written = {
            name: "14/03/2026" if name in dates and form != "%Y-%m-%d" else value
            for name, value in values.items()
        }
        row = {c.name: written.get(c.name) for c in found.columns} | {"part": ""}
        batch = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)).with_columns(
            pl.lit(7).alias("line_number")
        )
        record = record_ids(batch, found, "2026-03")[0]
        assert told.filter(record_id=record).to_dicts() == [
            {"contract": TITLES, "record_id": record, "person_id": "42"}
        ]


def test_a_folder_without_truth_has_none(tmp_path):
    assert truth(tmp_path).is_empty()
