"""The tables that ILO asks for: all of them, each with what fills it or why nothing does."""

import itertools

import pytest

from warehouse.ilms.correspondence import correspondences
from warehouse.ilms.questionnaire import SEX, Source, Table, remark, tables
from warehouse.indicator import dataflows
from warehouse.messages import LANGUAGES

TABLES = list(tables().values())
SOURCES = [(table, source) for table in TABLES for source in table.sources]


def named(family: str, *parts: tuple[str, ...]) -> set[str]:
    return {"_".join([family, *chosen]) for chosen in itertools.product(*parts)}


def test_every_table_of_the_questionnaire_is_there() -> None:
    born_or_citizen = ("CBR", "CCT")
    asked = named(
        "MST", ("XWAP", "TEAP", "TEMP", "TUNE"), ("SEX_AGE", "SEX_EDU"), born_or_citizen, ("NB",)
    )
    asked |= named(
        "MST", ("TEAP", "TEMP", "TUNE"), ("SEX_AGE", "SEX_EDU"), born_or_citizen, ("RT",)
    )
    asked |= named("MST_TEMP", ("SEX_ECO", "SEX_OCU", "SEX_STE"), born_or_citizen, ("NB",))
    asked |= named("MST", ("FORP", "FORE", "EARA"), ("SEX_CBR_NB",))
    asked |= named("MST", ("NCTP", "NCTE"), ("SEX_CCT_NB",))
    asked |= named("EIP_NEET_SEX", born_or_citizen, ("NB", "RT"))
    asked |= {"MFL_FPOP_SEX_CBR_NB", "MFL_NCIT_SEX_CCT_NB"}
    asked |= named("MFL", ("FWAP", "NWAP"), ("SEX_EDU_NB",))
    asked |= named("MFL", ("FEMP", "NEMP"), ("SEX_ECO_NB", "SEX_OCU_NB"))
    asked |= {"MNA_TPOP_SEX_CRS_NB", "MNA_OPOP_SEX_CDS_NB", "MNA_XRET_SEX_CPR_NB"}
    asked |= named("MNA_OEMP_SEX", ("CDS", "EDU", "ECO", "OCU"), ("NB",))
    asked |= named("INJ", ("FATL", "NFTL"), ("SEX_MIG",), ("NB", "RT"))
    asked |= {"INJ_DAYS_SEX_MIG_NB", "INJ_NFTL_SEX_INJ_MIG_NB"}
    assert {table.code for table in TABLES if not table.by_analogy} == asked


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.code)
def test_a_table_has_a_title_in_three_languages(table: Table) -> None:
    titles = [table.title(lang) for lang in LANGUAGES]
    assert len(set(titles)) == len(LANGUAGES)


def test_a_title_says_what_is_counted_and_by_what() -> None:
    table = tables()["MST_TEMP_SEX_ECO_CCT_NB"]
    assert table.title("fr") == "Emploi, par sexe, activité économique et nationalité"
    assert table.title("ar") == "التشغيل حسب الجنس والنشاط الاقتصادي والجنسية"
    assert table.title("en") == "Employment by sex, economic activity and citizenship"
    assert (table.measure, table.classifications) == ("MST_TEMP_NB", ("ECO", "CCT"))
    assert (table.dataflow, table.ilostat) == (
        "DF_MST_TEMP_SEX_ECO_CCT_NB",
        "DF_EMP_TEMP_SEX_ECO_CCT_NB",
    )


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.code)
def test_one_thing_is_said_of_how_a_table_is_filled(table: Table) -> None:
    said = [bool(table.sources), table.rate is not None, table.missing is not None]
    assert said.count(True) == 1
    if table.missing:
        assert remark("missing", table.missing)
    if not table.sources:
        assert table.would_fill_in("fr")
    if table.twin:
        assert "CCT" in table.twin or table.twin.startswith("MFL_N")
        assert table.twin in tables()
    if table.rate:
        assert {table.rate.numerator, table.rate.denominator} <= set(tables())


@pytest.mark.parametrize(("table", "source"), SOURCES, ids=str)
def test_a_dataflow_is_read_as_it_is_defined(table: Table, source: Source) -> None:
    told = {*source.classifications, *source.constants} - {SEX}
    assert told == set(table.classifications)
    for classification, reading in source.classifications.items():
        assert reading.entries in correspondences(), classification
    for limit in source.limits:
        assert set(remark("limits", limit)) == set(LANGUAGES)
    defined = dataflows().get(source.dataflow)
    if defined is not None:
        dimensions = {r.dimension for r in source.classifications.values()} | set(source.where)
        assert defined.time_aggregation == source.rule
        dimensions |= set() if SEX in source.constants else {"sex"}
        assert any(dimensions <= set(declared) for declared in defined.tables)
