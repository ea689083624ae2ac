"""Released figures in, ILO's cells out."""

import pytest

from tests.unit.ilms.figures import lines, released
from warehouse.ilms.correspondence import UnknownArea
from warehouse.ilms.filling import Filled, ReleasedYear, filled_tables
from warehouse.ilms.questionnaire import Rate, Reading, Source, Table

YEAR = 2025
BY_CITIZENSHIP = Source("DF_EMP", "mean", "declared", {"CCT": Reading("citizenship", "CCT")})
EMPLOYED = Table("MST_TEMP_SEX_CCT_NB", (BY_CITIZENSHIP,))


def fill(table: Table, *found: ReleasedYear) -> Filled:
    return filled_tables({table.code: table}, {f.definition.id: f for f in found}, YEAR)[0]


def test_foreigners_are_the_total_less_nationals_less_those_of_unknown_citizenship() -> None:
    found = released(
        "DF_EMP",
        "mean",
        """
        citizenship  sex  value
        _T           F    1000
        MA           F    900
        SN           F    60
        _U           F    10
        """,
    )
    assert lines(fill(EMPLOYED, found)) == {
        "SEX_F CCT_CIT_TOTAL": "1000",
        "SEX_F CCT_CIT_CITIZEN": "900",
        "SEX_F CCT_CIT_NONCIT": "90",
        "SEX_F CCT_CIT_X": "10",
    }


def test_where_the_unknown_are_withheld_foreigners_include_them_and_say_so() -> None:
    found = released(
        "DF_EMP",
        "mean",
        """
        citizenship  sex  value
        _T           F    1000
        MA           F    900
        _U           F    withheld
        """,
    )
    cells = lines(fill(EMPLOYED, found))
    assert cells["SEX_F CCT_CIT_NONCIT"] == "100 W"
    assert cells["SEX_F CCT_CIT_X"] == "Q/A"


def test_nothing_is_taken_from_a_withheld_figure() -> None:
    found = released(
        "DF_EMP",
        "mean",
        """
        citizenship  sex  value
        _T           F    1000
        MA           F    withheld
        SN           F    60
        """,
    )
    cells = lines(fill(EMPLOYED, found))
    assert cells["SEX_F CCT_CIT_CITIZEN"] == "Q/A"
    assert cells["SEX_F CCT_CIT_NONCIT"] == "Q/D"


def test_a_released_status_stays_and_the_gravest_of_the_parts_is_that_of_the_whole() -> None:
    found = released(
        "DF_EMP",
        "mean",
        """
        citizenship  sex  value
        _T           F    1000 P
        MA           F    900 E
        """,
    )
    cells = lines(fill(EMPLOYED, found))
    assert cells["SEX_F CCT_CIT_TOTAL"] == "1000 P"
    assert cells["SEX_F CCT_CIT_NONCIT"] == "100 E"


BY_AGE = Table(
    "MST_XWAP_SEX_AGE_NB",
    (Source("DF_STOCK", "end_of_period", "titles", {"AGE": Reading("age", "AGE")}),),
)


def test_bands_add_up_and_whom_no_band_holds_is_not_of_working_age() -> None:
    found = released(
        "DF_STOCK",
        "end_of_period",
        """
        sex  age     value
        M    _T      100
        M    Y_LT15  5
        M    Y15T24  20
        M    Y25T34  30
        M    Y35T44  25
        M    Y55T64  12
        M    _U      8
        """,
    )
    cells = lines(fill(BY_AGE, found))
    assert cells["SEX_M AGE_YTHADULT_YGE15"] == "87"
    assert cells["SEX_M AGE_YTHADULT_YGE25"] == "67"
    assert cells["SEX_M AGE_AGGREGATE_Y25-54"] == "55"
    assert cells["SEX_M AGE_10YRBANDS_Y55-64"] == "12"
    assert not any("AGE_5YRBANDS" in codes for codes in cells)
    assert "SEX_M AGE_10YRBANDS_Y45-54" not in cells


def test_over_a_withheld_band_the_total_helps_only_where_it_is_released_whole() -> None:
    found = released(
        "DF_STOCK",
        "end_of_period",
        """
        sex  age     value
        M    _T      100
        M    Y15T24  withheld
        M    Y25T34  70
        M    Y35T44  withheld
        """,
    )
    cells = lines(fill(BY_AGE, found))
    assert cells["SEX_M AGE_YTHADULT_YGE15"] == "100"
    assert cells["SEX_M AGE_YTHADULT_YGE25"] == "Q/D"


def test_five_year_bands_stand_where_they_are_released() -> None:
    found = released(
        "DF_STOCK",
        "end_of_period",
        """
        sex  age     value
        M    Y15T19  20
        M    Y20T24  30
        """,
    )
    assert lines(fill(BY_AGE, found))["SEX_M AGE_5YRBANDS_Y20-24"] == "30"


BY_COUNTRY = Table(
    "MST_NCTE_SEX_CCT_NB",
    (
        Source(
            "DF_EMP",
            "mean",
            "declared",
            {"CCT": Reading("citizenship", "COUNTRY_OF_NON_CITIZENS")},
        ),
    ),
)


def test_countries_have_iso_codes_and_what_is_no_country_stays_in_the_total() -> None:
    found = released(
        "DF_EMP",
        "mean",
        """
        citizenship  sex  value
        _T           _T   1000
        MA           _T   800
        SN           _T   120
        XK           _T   20
        XXA          _T   30
        _U           _T   10
        """,
    )
    assert lines(fill(BY_COUNTRY, found)) == {
        "SEX_T CCT_TOTAL": "190",
        "SEX_T CCT_SEN": "120",
        "SEX_T CCT_KOS": "20",
    }


def test_a_code_that_iso_does_not_know_is_refused() -> None:
    found = released("DF_EMP", "mean", "citizenship sex value\nQQ F 10")
    with pytest.raises(UnknownArea, match="QQ"):
        fill(BY_COUNTRY, found)


def test_what_others_publish_is_neither_added_nor_taken_for_nobody() -> None:
    departures = Table(
        "MNA_OPOP_SEX_CDS_NB",
        (
            Source(
                "DF_OECD",
                "none",
                "mirror",
                {"CDS": Reading("ref_area", "COUNTRY")},
                where={"citizenship": "MA"},
            ),
        ),
    )
    found = released(
        "DF_OECD",
        "none",
        """
        ref_area  citizenship  sex  value
        FR        MA           _T   100
        FR        SN           _T   70
        IT        MA           _T   40
        """,
        kind="public",
        sources=["oecd_df_mig"],
    )
    assert lines(fill(departures, found)) == {"SEX_T CDS_FRA": "100", "SEX_T CDS_ITA": "40"}


def test_means_are_never_added() -> None:
    earnings = Table(
        "MST_EARA_SEX_CCT_NB",
        (
            Source(
                "DF_EARN",
                "ratio",
                "declared",
                {"CCT": Reading("citizenship", "CCT")},
                additive=False,
            ),
        ),
    )
    found = released(
        "DF_EARN",
        "ratio",
        """
        citizenship  sex  value
        _T           F    5200.50
        MA           F    5100.25
        """,
    )
    assert lines(fill(earnings, found)) == {
        "SEX_F CCT_CIT_TOTAL": "5200.50",
        "SEX_F CCT_CIT_CITIZEN": "5100.25",
    }


def test_an_education_below_primary_is_never_called_early_childhood() -> None:
    by_education = Table(
        "MST_XWAP_SEX_EDU_NB",
        (Source("DF_STOCK", "end_of_period", "titles", {"EDU": Reading("education", "EDU")}),),
    )
    found = released(
        "DF_STOCK",
        "end_of_period",
        """
        sex  education  value
        F    0          40
        F    1          30
        F    2          20
        F    7          10
        """,
    )
    cells = lines(fill(by_education, found))
    assert cells["SEX_F EDU_AGGREGATE_LTB"] == "40"
    assert cells["SEX_F EDU_AGGREGATE_BAS"] == "50"
    assert cells["SEX_F EDU_AGGREGATE_ADV"] == "10"
    assert not {"SEX_F EDU_ISCED11_0", "SEX_F EDU_ISCED11_X"} & set(cells)


def test_what_the_whole_dataflow_is_of_stands_in_its_own_code() -> None:
    by_status = Table(
        "MST_TEMP_SEX_STE_CCT_NB",
        (
            Source(
                "DF_EMP",
                "mean",
                "declared",
                {"CCT": Reading("citizenship", "CCT")},
                constants={"STE": ("STE_ICSE93_1",)},
            ),
        ),
    )
    found = released("DF_EMP", "mean", "citizenship sex value\n_T F 1000\nMA F 900")
    assert lines(fill(by_status, found)) == {
        "SEX_F STE_ICSE93_1 CCT_CIT_TOTAL": "1000",
        "SEX_F STE_ICSE93_1 CCT_CIT_CITIZEN": "900",
        "SEX_F STE_ICSE93_1 CCT_CIT_NONCIT": "100",
    }


def test_a_dataflow_without_sex_is_of_both_sexes() -> None:
    abroad = Table(
        "MNA_TPOP_SEX_CRS_NB",
        (
            Source(
                "DF_MIRROR",
                "none",
                "mirror",
                {"CRS": Reading("ref_area", "COUNTRY")},
                constants={"SEX": ("SEX_T",)},
                where={"counterpart_area": "MA"},
            ),
        ),
    )
    found = released("DF_MIRROR", "none", "ref_area counterpart_area value\nFR MA 900\nFR SN 80")
    assert lines(fill(abroad, found)) == {"SEX_T CRS_FRA": "900"}


def test_only_the_codes_named_of_other_dimensions_are_read() -> None:
    visas = Table(
        "MFL_NEMP_SEX_ECO_NB",
        (
            Source(
                "DF_VISA",
                "sum",
                "visas",
                {"ECO": Reading("activity", "ECO")},
                where={"application_type": "FIRST"},
            ),
        ),
    )
    found = released(
        "DF_VISA",
        "sum",
        """
        sex  activity  application_type  value
        F    C         FIRST             12
        F    C         RENEWAL           90
        F    C         _T                102
        """,
    )
    assert lines(fill(visas, found)) == {"SEX_F ECO_ISIC4_C": "12"}


FOUND = released("DF_EMP", "mean", "citizenship sex value\n_T F 1000")


@pytest.mark.parametrize(
    ("table", "found", "why"),
    [
        (EMPLOYED, [], "Not yet released: DF_EMP."),
        (
            EMPLOYED,
            [released("DF_EMP", "mean", "citizenship sex value")],
            "DF_EMP has no annual figure for 2025.",
        ),
        (
            EMPLOYED,
            [released("DF_EMP", "mean", "age sex value\n_T F 1000")],
            "DF_EMP is not released by country of citizenship, sex.",
        ),
        (
            EMPLOYED,
            [released("DF_EMP", "sum", "citizenship sex value\n_T F 1000")],
            "DF_EMP follows another rule for the year in this release.",
        ),
        (Table("MST_TUNE_SEX_CCT_NB", missing="registrations_only"), [FOUND], "Registrations with"),
    ],
)
def test_a_table_that_nothing_fills_says_why(table: Table, found: list, why: str) -> None:
    filled = fill(table, *found)
    assert filled.state == "missing"
    assert filled.remarks[0]["en"].startswith(why)


def test_the_first_dataflow_that_has_the_year_fills_the_table() -> None:
    census = Source("DF_CENSUS", "none", "residents", {"CCT": Reading("citizenship", "CCT")})
    table = Table("MST_XWAP_SEX_CCT_NB", (census, BY_CITIZENSHIP))
    counted = released("DF_CENSUS", "none", "citizenship sex value\n_T F 2000")
    assert fill(table, FOUND, counted).definition.id == "DF_CENSUS"
    empty = released("DF_CENSUS", "none", "citizenship sex value")
    assert fill(table, FOUND, empty).definition.id == "DF_EMP"


def test_limits_and_withheld_cells_make_a_table_filled_in_part() -> None:
    assert fill(EMPLOYED, FOUND).state == "filled"
    limited = Table("MST_TEMP_SEX_CCT_NB", (_with(limits=("declared_only",)),))
    assert fill(limited, FOUND).state == "partly"
    hidden = released("DF_EMP", "mean", "citizenship sex value\n_T F withheld")
    assert fill(EMPLOYED, hidden).state == "partly"


def _with(**changes: object) -> Source:
    return Source(**{**vars(BY_CITIZENSHIP), **changes})  # type: ignore[arg-type]


def rates(population: str) -> Filled:
    """The share of the employed in the population, where the employed are of `population`."""
    tables = {
        "EMPLOYED": Table("MST_TEMP_SEX_CCT_NB", (_with(population=population),)),
        "PERSONS": Table("MST_XWAP_SEX_CCT_NB", (_with(dataflow="DF_POP"),)),
        "RATE": Table("MST_TEMP_SEX_CCT_RT", rate=Rate("EMPLOYED", "PERSONS")),
    }
    employed = "citizenship sex value\n_T F 300\nMA F withheld"
    persons = "citizenship sex value\n_T F 900\nMA F 800"
    found = {
        "DF_EMP": released("DF_EMP", "mean", employed),
        "DF_POP": released("DF_POP", "mean", persons),
    }
    return filled_tables(tables, found, YEAR)[-1]


def test_a_rate_is_computed_from_released_counts_of_one_population() -> None:
    filled = rates("declared")
    assert lines(filled)["SEX_F CCT_CIT_TOTAL"] == "33.3"
    assert lines(filled)["SEX_F CCT_CIT_CITIZEN"] == "Q/D"
    assert filled.unit_measure == "PT"


def test_counts_of_two_populations_make_no_rate() -> None:
    filled = rates("residents")
    assert filled.state == "missing"
    assert "same population" in filled.remarks[0]["en"]
