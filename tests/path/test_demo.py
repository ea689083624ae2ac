"""The whole path on a small specimen: what comes out is what went in, and nobody is in it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.path import declared, demo_home, robot_at_large
from tests.path.demo_home import LAST_MONTH
from tests.path.recomputed import RECOMPUTED
from tests.path.whole_tables import WHOLE_TABLES
from tests.robot.asking import contradictions, other_answers
from warehouse import demo, indicator
from warehouse.database import connect
from warehouse.ilms.delivery import deliver
from warehouse.ilms.released import NoFigureOfYear
from warehouse.indicator import DIMENSIONS
from warehouse.releasing.published import published_number, release_manifest
from warehouse.settings import settings

pytestmark = pytest.mark.path

MONTHS, SCALE = 3, 0.002
ALPHA2 = {"FRA": "FR", "ITA": "IT", "ESP": "ES", "DEU": "DE", "BEL": "BE", "NLD": "NL", "ISR": "IL"}


@pytest.fixture(scope="module")
def summary(module_database) -> str:
    """The demo, run once for this module."""
    return demo.demo(months=MONTHS, scale=SCALE)


def test_every_file_is_accepted_and_released(summary):
    assert "rejeté" not in summary
    assert "en attente" not in summary
    assert "Diffusion 1" in summary


def test_workers_declared_equal_an_independent_count_from_the_files(summary):
    declared = demo_home.extracts("cnss_declarations")
    corrected = declared.filter("is_corrected").select("period", "part").unique()
    kept = pl.concat(
        [
            declared.filter(~pl.col("is_corrected")).join(
                corrected, on=["period", "part"], how="anti"
            ),
            declared.filter("is_corrected"),
        ]
    )
    days = pl.col("jours_declares").cast(pl.Int64).sum()
    workers = (
        kept.group_by("period", "numero_assure", "numero_affilie")
        .agg(days=days)
        .filter(pl.col("days") > 0)
        .group_by("period")
        .agg(workers=pl.col("numero_assure").n_unique())
    )
    total = demo_home.total("DF_EMP_DECLARED")
    released = dict(total.select("time_period", pl.col("obs_value").cast(pl.Int64)).iter_rows())
    assert released == dict(workers.iter_rows())


def test_mean_wages_equal_an_independent_mean_from_the_files(summary):
    declared = demo_home.extracts("cnss_declarations").filter(pl.col("period") == LAST_MONTH)
    worker = declared.group_by("numero_assure", "numero_affilie").agg(
        days=pl.col("jours_declares").cast(pl.Int64).sum(),
        wage=pl.col("salaire_reel").cast(pl.Int64).sum(),
    )
    paid = worker.filter(pl.col("days") > 0).group_by("numero_assure").agg(pl.col("wage").sum())
    mean = paid["wage"].mean() / 100
    total = demo_home.total("DF_EARNINGS")
    released = total.filter(pl.col("time_period") == LAST_MONTH)["obs_value"].item()
    assert float(released) == pytest.approx(mean, abs=0.005)


@pytest.mark.parametrize("cells", RECOMPUTED, ids=lambda cells: cells.count.__name__)
def test_cells_equal_an_independent_count_from_the_files(summary, cells):
    counted = cells.count(demo_home.extracts(cells.contract))
    computed = demo_home.computed(cells)
    assert counted
    assert {key: computed.get(key) for key in counted} == pytest.approx(counted)


@pytest.mark.parametrize("tables", WHOLE_TABLES, ids=lambda tables: tables.dataflow)
def test_every_table_equals_an_independent_count_from_the_files(summary, tables):
    """Cell for cell, and no cell beside."""
    counted = tables.counted(demo_home.extracts(tables.contract))
    assert counted
    assert counted == tables.held({month for month, *_ in counted})


@pytest.fixture(scope="module")
def workers_by_hand(summary) -> pl.DataFrame:
    """The workers of the last month, from the raw files alone."""
    month = pl.col("period") == LAST_MONTH
    held = declared.employments(demo_home.extracts("cnss_declarations").filter(month))
    persons = demo_home.extracts("cnss_immatriculations").filter(month)
    employers = demo_home.extracts("cnss_employers").filter(month)
    return declared.workers(held, persons, employers, date(2025, 12, 31))


@pytest.mark.parametrize("dimension", ["citizenship", "sex", "age", "activity", "size"])
def test_workers_of_every_cell_equal_an_independent_count(workers_by_hand, dimension):
    counted = workers_by_hand.group_by(dimension).len()
    assert demo_home.figures("DF_EMP_DECLARED", dimension) == {
        (code,): count for code, count in counted.iter_rows()
    }


def test_quartiles_equal_independent_ones(workers_by_hand):
    measured = {
        (status, code): value
        for (status,), group in workers_by_hand.group_by("status")
        for code, value in zip(
            ("Q1", "MEDIAN", "Q3"), declared.quartiles(group["wage"]), strict=True
        )
    }
    assert demo_home.figures("DF_EARNINGS_QUARTILE", "status", "measure") == pytest.approx(
        measured, abs=0.011
    )


def test_wage_gaps_equal_independent_ones(workers_by_hand):
    raw, adjusted = declared.gaps(workers_by_hand)
    found = demo_home.figures("DF_WAGE_GAP", "measure")
    assert found["RAW",] == pytest.approx(raw, abs=0.051)
    assert found["ADJUSTED",] == pytest.approx(adjusted, abs=0.051)
    assert found["ADJUSTED",] != found["RAW",]


def test_accidents_equal_an_independent_count(workers_by_hand):
    hurt = workers_by_hand.group_by("status").agg(pl.col("has_accident").sum())
    assert hurt["has_accident"].sum() > 0
    assert demo_home.figures("DF_WORK_ACCIDENT", "status", measure="WORKERS") == {
        (status,): count for status, count in hurt.iter_rows()
    }


def test_no_count_from_1_to_4_of_national_data_is_released(summary):
    for dataflow in (
        "DF_TITLE_STOCK",
        "DF_TITLE_FIRST",
        "DF_CONTRACT_VISA",
        "DF_BORDER_CROSSING",
        "DF_REFUGEE",
        "DF_REGULARISATION",
        "DF_EMP_DECLARED",
        "DF_JOBSEEKER",
        "DF_PLACEMENT_ABROAD",
    ):
        values = demo_home.released(dataflow)
        counts = values["obs_value"].drop_nulls().cast(pl.Float64)
        assert counts.is_between(1, 4).sum() == 0, dataflow
        withheld = values.filter(pl.col("obs_value").is_null())
        assert set(withheld["obs_status"]) == {"Q"}
        assert {"A"} <= set(withheld["conf_status"]) <= {"A", "D"}


SURVEYED = [name for name in indicator.dataflows() if name.startswith("DF_SURVEY_")]


@pytest.mark.parametrize("dataflow", SURVEYED)
def test_estimates_of_the_survey_are_released_with_their_error(summary, dataflow):
    """SE, interval and CV agree; over 16.6 % an estimate is U, over 33 % it is not told."""
    rows = demo_home.released(dataflow)
    key = [c for c in rows.columns if c in DIMENSIONS and c != "statistic"]
    told = rows.filter(pl.col("statistic") == "EST")
    status = dict(told.select(pl.concat_str(key, separator="|"), "obs_status").iter_rows())
    wide = rows.pivot("statistic", index=key, values="obs_value").with_columns(
        pl.col("EST", "SE", "LOWER", "UPPER", "CV", "N").cast(pl.Float64),
        pl.concat_str(key, separator="|").replace_strict(status).alias("status"),
    )
    shown = wide.filter(pl.col("EST").is_not_null())
    assert shown.height
    assert set(shown["status"]) <= {"A", "U"}
    assert shown["N"].min() >= 5
    assert (shown["LOWER"] <= shown["EST"]).all()
    assert (shown["EST"] <= shown["UPPER"]).all()
    assert shown.filter(pl.col("CV") > 16.65)["status"].is_in(["U"]).all()
    assert shown["CV"].drop_nulls().max() <= 33
    hidden = rows.filter(pl.col("statistic").is_in(["EST", "SE", "LOWER", "UPPER"])).filter(
        pl.col("obs_value").is_null()
    )
    assert set(hidden["obs_status"]) == {"Q"}
    assert set(hidden["conf_status"]) <= {"A", "D", "N"}


def test_the_survey_counts_the_workers_of_its_files(summary):
    """N of the total, beside the answers of the export read by itself."""
    [path] = sorted(settings().specimen_dir.rglob("SPECIMEN_hcp_survey_persons_*"))
    from warehouse.survey.records import read_export

    persons = read_export(path)["person"]
    workers = persons.filter(pl.col("is_worker") == "1").height
    rows = demo_home.released("DF_SURVEY_MIGRANT_WORKER", category="IMW", statistic="N")
    totals = rows.filter(
        (pl.col("sex") == "_T") & (pl.col("age") == "_T") & (pl.col("citizenship") == "_T")
        & (pl.col("ref_area") == "_T")
    )  # fmt: skip
    assert totals["obs_value"].to_list() == [str(workers)]


@pytest.fixture(scope="module")
def asked(summary) -> Iterator[robot_at_large.Home]:
    """All that the release tells, as the robot reads it."""
    yield from robot_at_large.home()


def test_every_way_to_ask_tells_the_same_and_no_row_is_missing(asked):
    """Whatever the format, filter, frequency or instant: withheld is withheld, and says why."""
    released_at = asked.releases[-1]["released_at"]
    for flow, whole in asked.told.items():
        assert robot_at_large.unlike(asked, flow, whole.rows) == []
        for way, rows in other_answers(asked.client, whole, released_at):
            assert contradictions(whole, rows).rows() == [], way
            if not way.startswith("release="):
                assert rows.height == whole.rows.height, way


def test_the_robot_finds_no_true_count_of_1_to_4_of_what_is_protected(asked):
    """It follows the rule `secondary` of disclosure.yml: what has it is held to it."""
    assert {t.id for adds in ("counts", "means") for t in asked.protected(adds)} == {
        flow
        for flow, t in asked.told.items()
        if t.rules.get("audit") and t.rules["secondary"] and t.rules["adds"] in ("counts", "means")
    }
    assert robot_at_large.counts_found(asked) == {}
    assert robot_at_large.counts_behind_shares_found(asked) == {}


def test_the_robot_finds_many_where_nothing_is_withheld_beside_them(asked):
    """So that finding none of what is protected means something."""
    national = [t.id for t in asked.told.values() if t.rules.get("adds") == "counts"]
    found = {
        flow: len(robot_at_large.counts_found_without_secondary(asked, flow)) for flow in national
    }
    assert sum(found.values()) > 100
    assert sum(count > 0 for count in found.values()) > 5
    assert any(count for flow, count in found.items() if flow.startswith("DF_SURVEY_"))


def test_no_withheld_mean_wage_follows_from_the_numbers_of_workers(asked):
    """Means times workers add up; without secondary suppression many a mean follows of it."""
    assert robot_at_large.wages_found(asked) == {}
    bare = robot_at_large.without_secondary(asked, "DF_EARNINGS")
    assert len(robot_at_large.wages_found(asked, bare)) > 10


ALIKE_AT_THIS_SCALE = {
    ("DF_PERSON_SOURCE", "DF_TITLE_STOCK"): "so few that nearly all are known by their title alone",
}
"""Dataflows that tell the same here and nowhere else, each with its reason."""


def test_two_dataflows_that_tell_the_same_are_protected_together_or_tied(asked):
    """So that what a new one withholds is not read in another: disclosure.yml has to name them."""
    found = robot_at_large.told_alike(asked)
    pairs = {(tables.one.dataflow, tables.other.dataflow) for tables in found}
    assert pairs >= {("DF_TITLE_HOLDER", "DF_TITLE_STOCK"), ("DF_JOBSEEKER", "DF_TENSION")}
    assert [
        (str(tables.one), str(tables.other), tables.by)
        for tables in found
        if not robot_at_large.is_covered(tables)
        and (tables.one.dataflow, tables.other.dataflow) not in ALIKE_AT_THIS_SCALE
    ] == []


def test_the_stock_of_titles_is_whole_since_the_specimen_begins_with_one(summary):
    """No month is estimated; the newest one is provisional."""
    stock = demo_home.released("DF_TITLE_STOCK", freq="M")
    assert set(stock["obs_status"]) == {"A", "P", "Q"}
    assert stock["time_period"].n_unique() == MONTHS + 1


def test_population_is_the_census(summary):
    country = demo_home.released("DF_POPULATION", ref_area="MA")
    assert dict(country.select("time_period", "obs_value").iter_rows()) == {
        "2014": "33848242",
        "2024": "36828330",
    }


def test_no_identifier_stands_in_clear_anywhere_past_identity(summary):
    """Every text of every table outside identity is searched for the specimen's identifiers."""
    people = demo_home.extracts("cnss_immatriculations")
    clear = {
        *people["numero_assure"].drop_nulls(),
        *people["numero_cin"].drop_nulls(),
        *demo_home.extracts("dgsn_residence_titles")["numero_titre"],
        *demo_home.extracts("dgsn_residence_titles")["numero_passeport"].drop_nulls(),
        *demo_home.extracts("cnss_declarations")["numero_affilie"],
    }
    with connect() as session:
        columns = session.execute(
            """
            select table_schema, table_name, column_name
            from information_schema.columns
            where data_type in ('text', 'character varying', 'jsonb')
                and table_schema in ('submission', 'raw', 'staging', 'harmonised', 'linkage',
                    'indicators', 'release', 'codes')
                and table_name !~ '_s[0-9]+$'
            """
        ).fetchall()
        assert len(columns) > 200
        for schema, table, column in columns:
            found = session.execute(
                f'select distinct "{column}"::text from {schema}."{table}"'
            ).fetchall()
            assert not clear & {value for (value,) in found}, f"{schema}.{table}.{column}"


def test_a_second_run_starts_from_what_is_there(summary):
    again = demo.demo(months=MONTHS, scale=SCALE)
    with connect() as session:
        assert session.execute("select count(*) from release.release").fetchone() == (1,)
    assert "Diffusion 2" not in again


def test_both_cuts_of_the_british_sponsorships_agree(summary, real_data):
    by_citizenship = demo_home.released("DF_UK_SPONSORSHIP")
    by_activity = demo_home.released("DF_UK_SPONSORSHIP_ACTIVITY")
    cells = ["time_period", "application_type", "leave_category"]

    def summed(frame: pl.DataFrame) -> dict[tuple[str, ...], int]:
        values = frame.group_by(cells).agg(pl.col("obs_value").cast(pl.Int64).sum())
        return {tuple(row[:3]): row[3] for row in values.iter_rows()}

    assert summed(by_citizenship) == summed(by_activity)
    assert sum(summed(by_citizenship).values()) == 2_061_443


def test_the_figures_of_oecd_and_istat_for_morocco_are_the_files_own(summary, real_data):
    inflow = pl.read_csv(
        real_data / "oecd_istat" / "oecd_df_mig_italy_inflows.csv", infer_schema=False
    ).filter((pl.col("CITIZENSHIP") == "MAR") & pl.col("OBS_VALUE").is_not_null())
    released = demo_home.released("DF_OECD_INFLOW", citizenship="MA", ref_area="IT")
    assert demo_home.cells(released, "sex", "time_period") == {
        (row["SEX"], row["TIME_PERIOD"]): float(row["OBS_VALUE"]) for row in inflow.to_dicts()
    }
    permits = pl.read_csv(
        real_data / "oecd_istat" / "istat_permits_by_citizenship.csv", infer_schema=False
    ).filter(pl.col("MOSTREL_CCITENSHIP") == "MA")
    released = demo_home.released("DF_ISTAT_PERMIT", citizenship="MA")
    assert sorted(float(v) for v in released["obs_value"]) == sorted(
        float(v) for v in permits["OBS_VALUE"]
    )
    assert released.height == permits.height


def test_the_price_of_remitting_to_morocco_is_the_files_own(summary, real_data):
    """SDG 10.c.1: every corridor to Morocco, every quarter."""
    wide = pl.read_csv(
        real_data / "mirror" / "WB_remittance_prices_corridors.csv", infer_schema=False
    ).filter(pl.col("Receiving Countries  Code") == "MAR")
    quarters = [name for name in wide.columns if name[:4].isdigit()]
    filed = {
        (ALPHA2[row["Sending Countries Code"]], f"{name[:4]}-{name[4:6]}"): float(row[name])
        for row in wide.to_dicts()
        for name in quarters
        if row[name] != ".."
    }
    released = demo_home.cells(
        demo_home.released("DF_REMITTANCE_COST"), "counterpart_area", "time_period"
    )
    assert len(filed) == 228
    assert released == pytest.approx(filed, abs=0.005)


def test_mirror_figures_of_morocco_are_the_publishers(summary, real_data):
    """The totals and the largest country, and no cell in which Morocco is not."""
    received = demo_home.cells(
        demo_home.released("DF_BILATERAL_REMITTANCE", ref_area="MA"), "counterpart_area"
    )
    assert received["_T",] == 7_467.19
    assert received["FR",] == 2_292.02
    stock = demo_home.cells(demo_home.released("DF_MIRROR_STOCK"), "ref_area", "counterpart_area")
    assert stock["MA", "_T"] == 88_511
    assert stock["_T", "MA"] == 2_834_641
    assert stock["FR", "MA"] == 926_466
    assert all("MA" in areas for areas in stock)


def test_ilos_tables_hold_the_released_figures_of_the_year(summary, tmp_path):
    year = int(LAST_MONTH[:4])
    deliver(year, tmp_path)
    told = pl.read_csv(tmp_path / f"DF_MST_NCTP_SEX_CCT_NB_{year}.csv", infer_schema=False)
    others = set(indicator.dataflow("DF_TITLE_STOCK").dimension_ids) - {"citizenship", "sex"}
    released = demo_home.released("DF_TITLE_STOCK", freq="A", **dict.fromkeys(others, "_T")).filter(
        pl.col("time_period") == str(year)
    )
    for code, citizenship in (("CCT_TOTAL", "_T"), ("CCT_SEN", "SN"), ("CCT_CIV", "CI")):
        cells = told.filter(pl.col("CCT") == code).select(
            pl.col("SEX").str.strip_prefix("SEX_").replace("T", "_T"), "OBS_VALUE", "OBS_STATUS"
        )
        stock = released.filter((pl.col("citizenship") == citizenship) & (pl.col("sex") != "_U"))
        assert not stock.is_empty()
        assert set(cells.iter_rows()) == set(
            stock.select("sex", "obs_value", "obs_status").iter_rows()
        )


def test_released_figures_lie_by_those_that_the_specimen_is_held_to(summary):
    """Within 2 %, or what a Poisson count at this scale allows."""
    told = _coherent()
    assert {"DF_EMP_DECLARED", "DF_EARNINGS", "DF_TITLE_STOCK"} <= told.keys()
    for name, coherence in told.items():
        assert name in ("DF_PLACEMENT_ABROAD", "DF_CONTRACT_VISA") or coherence["figures"]
        for figure in coherence["figures"]:
            counted = figure["counted"]
            allowed = max(2, 300 / counted**0.5 if counted else 0)
            assert abs(figure["difference_percent"]) <= allowed, figure


def _coherent() -> dict[str, dict]:
    """What the last release says of the calibration, by dataflow."""
    with connect("simimo_analyst") as session:
        released = release_manifest(session, published_number(session))["dataflows"]
    told = {name: flow["quality"]["coherence"] for name, flow in released.items()}
    return {name: coherence for name, coherence in told.items() if coherence}


def test_a_year_without_figures_is_refused(summary, tmp_path):
    with pytest.raises(NoFigureOfYear, match="1907"):
        deliver(1907, tmp_path)


def test_the_truth_stays_out_of_the_warehouse(summary):
    (folder,) = settings().specimen_dir.iterdir()
    received = {Path(path).parts[0] for path in _arrivals(folder)}
    assert "truth" not in received
    assert (folder / "truth").is_dir()


def _arrivals(folder: Path) -> list[str]:
    import json

    return [path for path, _, _ in json.loads((folder / "arrivals.json").read_text("utf-8"))]


def test_sources_side_by_side_are_the_released_figures(summary):
    from warehouse.coherence.comparison import Published, comparisons
    from warehouse.coherence.figures import side_of, values_of

    with connect("simimo_api") as session:
        side = side_of(session)
        told = {c.id: values_of(session, c, side) for c in comparisons()}
    [workers] = demo_home.total("DF_EMP_DECLARED").filter(time_period=LAST_MONTH)["obs_value"]
    assert told["declared_employees"][0].value == float(workers)
    [titles] = demo_home.total("DF_TITLE_STOCK").filter(time_period=LAST_MONTH)["obs_value"]
    labels = [
        f.label["en"] for c in comparisons() if c.id == "foreign_residents" for f in c.figures
    ]
    assert told["foreign_residents"][labels.index("Valid residence titles")].value == float(titles)
    of_releases = {
        figure.origin.dataflow
        for comparison in comparisons()
        for figure, value in zip(comparison.figures, told[comparison.id], strict=True)
        if value is not None and not isinstance(figure.origin, Published)
    }
    # Of three months there is no year; what stands by month is told.
    assert of_releases >= {"DF_EMP_DECLARED", "DF_EARNINGS", "DF_TITLE_STOCK", "DF_CONSULAR_STOCK"}
