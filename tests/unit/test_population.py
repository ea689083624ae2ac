"""Which records a table on demand may count, by what, and which dataflows count them too."""

import pytest

from warehouse.indicator import dataflows
from warehouse.population import Population, code_list, column_label, populations


def test_populations_are_facts_with_one_row_a_record() -> None:
    assert {"job_seeker", "employment", "residence_permit"} <= set(populations())
    assert not {"border_crossing", "published_statistic", "population"} & set(populations())


@pytest.mark.parametrize(
    ("name", "dataflow"),
    [
        ("job_seeker", "DF_JOBSEEKER"),
        ("job_seeker", "DF_ICLS_CATEGORY"),
        ("insured_person", "DF_EMP_DECLARED"),
        ("employer", "DF_EMP_DECLARED"),
        ("residence_permit", "DF_TITLE_COVERAGE"),
    ],
)
def test_a_dataflow_that_takes_anything_from_the_records_counts_them(
    name: str, dataflow: str
) -> None:
    assert dataflow in Population(name, ()).counted_by


def test_the_dataflow_of_the_records_themselves_is_named_first() -> None:
    assert Population("job_seeker", ()).counted_by[0] == "DF_JOBSEEKER"


def test_every_national_dataflow_of_records_has_its_population() -> None:
    """None could be released beside perturbed tables of what it counts."""
    covered = {flow for name in populations() for flow in Population(name, ()).counted_by}
    of_records = {
        flow.id
        for flow in dataflows().values()
        if flow.kind == "national" and not _is_of_aggregates(flow.sources)
    }
    assert of_records <= covered


def _is_of_aggregates(sources: tuple[str, ...]) -> bool:
    from warehouse.contracts.contract import contract

    return all(contract(source).kind == "aggregates" for source in sources)


@pytest.mark.parametrize(
    ("column", "known"),
    [
        ("sex", "cl_sex"),
        ("region", "cl_region"),
        ("citizenship", "cl_area"),
        ("country_of_birth", "cl_area"),
        ("status_6_months", "cl_business_status"),
        ("interviewer", None),
    ],
)
def test_columns_have_their_code_lists(column: str, known: str | None) -> None:
    assert code_list(column) == known


def test_columns_are_called_as_readers_call_them() -> None:
    assert column_label("sex")["fr"] == "Sexe"
    assert column_label("region")["fr"] != "region"
    assert column_label("nobody")["fr"] == "nobody"
