"""Every extract from its file to the harmonised tables: no row and no code is lost on the way.

The specimen of three months, files that others publish, and files full of codes that are written
wrongly or that no list knows: all of them in one warehouse, built with dbt's own tests.
"""

from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from tests.factories import many, write_csv
from tests.path.public_files import PUBLIC
from tests.survey_export import FILES as SURVEY
from tests.survey_export import write_export
from warehouse import census
from warehouse.build import build
from warehouse.contracts.contract import contract, contracts
from warehouse.database import connect
from warehouse.reading import open_extract
from warehouse.specimen import SpecimenFile, generate
from warehouse.submission import receive_file

pytestmark = pytest.mark.path

HARMONISED_ROWS = {
    # Main and complementary declarations of a worker by an employer add up in one row.
    "employment": "sum(declaration_count)",
    # Each code of a cell with several has a row of its own.
    "association": "count(distinct (submission_id, line_number))",
}
"""How the records of a table are counted, where one is not one row; elsewhere count(*)."""


class Extract(NamedTuple):
    """A contract, its harmonised table, and the figure that must arrive there unchanged."""

    contract: str
    table: str
    received: str
    held: str


EXTRACTS = [
    Extract("dgsn_border_crossings", "border_crossing", "nombre", "crossing_count"),
    Extract("enssup_foreign_students", "foreign_population", "effectif", "person_count"),
    Extract("ofppt_foreign_trainees", "foreign_population", "effectif", "person_count"),
    Extract("unhcr_persons_of_concern", "foreign_population", "individuals", "person_count"),
    Extract("bra_refugees", "foreign_population", "effectif", "person_count"),
    Extract("hcp_rgph_foreigners", "foreign_population", "effectif", "person_count"),
    Extract("prosecution_cases", "prosecution_case", "nombre_victimes", "victim_count"),
]
RECORDS = {
    "maecamre_consular_registrations": "consular_registration",
    "interior_regularisation": "regularisation_request",
    "ofppt_prior_learning": "prior_learning",
}
REMITTANCES = "office_des_changes_remittances"
TITLED = [c.id for c in contracts().values() if any(column.coded_as for column in c.columns)]
PERSONAL = [c.id for c in contracts().values() if c.kind == "records"]


class Written(NamedTuple):
    """A code as an officer wrote it, in which column, and the harmonised code that it becomes."""

    contract: str
    cells: Mapping[str, str]
    table: str
    column: str
    code: str


TITLES, SEEKERS = "dgsn_residence_titles", "anapec_job_seekers"
WRITTEN = {
    "valid in another year": Written(
        TITLES, {"nationalite": "SOVIETIQUE"}, "residence_permit", "citizenship_code", "_U"
    ),
    "a region of before 2015": Written(
        TITLES, {"province": "MA-14"}, "residence_permit", "region_code", "_U"
    ),
    "a province that moved region": Written(
        TITLES, {"province": "KHOURIBGA"}, "residence_permit", "region_code", "05.311"
    ),
    "a country of before": Written(
        TITLES, {"pays_naissance": "YOUGOSLAVIE"}, "residence_permit", "country_of_birth_code",
        "YUCS",
    ),
    "English": Written(
        TITLES, {"nationalite": "Senegalese"}, "residence_permit", "citizenship_code", "SN"
    ),
    "Arabic": Written(
        TITLES, {"nationalite": "سنغالية"}, "residence_permit", "citizenship_code", "SN"
    ),
    "a language of no list": Written(
        TITLES, {"motif": "ARBEIT"}, "residence_permit", "reason_code", "_U"
    ),
    "blanks after": Written(
        TITLES, {"nationalite": "SENEGALAISE  "}, "residence_permit", "citizenship_code", "SN"
    ),
    "a blank that does not break": Written(
        TITLES, {"nationalite": "SENEGALAISE\N{NO-BREAK SPACE}"}, "residence_permit",
        "citizenship_code", "SN",
    ),
    "a Cyrillic letter within": Written(
        TITLES, {"nationalite": "S\N{CYRILLIC CAPITAL LETTER IE}NEGALAISE"}, "residence_permit",
        "citizenship_code", "_U",
    ),
    "a digit of full width": Written(
        SEEKERS, {"sexe": "\N{FULLWIDTH DIGIT TWO}"}, "job_seeker", "sex_code", "F"
    ),
    "an Arabic-Indic digit": Written(
        SEEKERS, {"niveau_etudes": "\N{ARABIC-INDIC DIGIT FOUR}"}, "job_seeker",
        "education_code", "3",
    ),
    "letters of full width": Written(
        SEEKERS, {"nationalite": "ＳＥＮ"}, "job_seeker", "citizenship_code", "SN"
    ),
    "another code": Written(
        SEEKERS, {"niveau_etudes": "9"}, "job_seeker", "education_code", "_U"
    ),
}  # fmt: skip
WRITTEN_IN, GOOD = "2026-03", 80
KEYS = {TITLES: "numero_titre", SEEKERS: "numero_inscription"}


def written_file(folder: Path, contract_id: str) -> Path:
    """The rows of WRITTEN from line 2, then so many good ones that the file is accepted."""
    key = KEYS[contract_id]
    shape = "Z{:06d}Z" if contract_id == TITLES else "000{:06d}"
    found = [written.cells for written in WRITTEN.values() if written.contract == contract_id]
    keys = many(len(found) + GOOD, **{key: shape})
    rows = [{**row, **cells} for row, cells in zip_longest(keys, found, fillvalue={})]
    return write_csv(folder / f"SPECIMEN_{contract_id}.csv", contract_id, *rows)


@pytest.fixture(scope="module")
def files(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> list[SpecimenFile]:
    """Everything received and built with dbt's own tests; the files of the specimen."""
    folder = tmp_path_factory.mktemp("files")
    made = generate(tmp_path_factory.mktemp("specimen"), months=3, scale=0.002)
    of_officers = [SpecimenFile(written_file(folder, name), name, WRITTEN_IN) for name in KEYS]
    for file in [*made, *of_officers]:
        report = receive_file(file.path, file.contract, file.period, is_specimen=True, gate=False)
        assert report.state == "accepted", file.path.name
    survey = write_export(folder / "SPECIMEN_survey.zip")
    for name in SURVEY:
        report = receive_file(survey, name, "2027", is_specimen=True, gate=False)
        assert report.state == "accepted", name
    public = {name: (period, write(folder)) for name, (period, write) in PUBLIC.items()}
    public[census.CONTRACT] = (census.PERIOD, census.write_census(folder))
    for name, (period, path) in public.items():
        assert receive_file(path, name, period, gate=False).state == "accepted", name
    assert build(test=True).is_full
    return made


def received(path: Path, contract_id: str) -> pl.DataFrame:
    return pl.concat(open_extract(path, contract(contract_id)).batches())


@pytest.mark.parametrize("contract_id", sorted(contracts()))
def test_every_row_received_is_harmonised(files: list[SpecimenFile], contract_id: str) -> None:
    """Of every contract, a new one too, whatever its codes are, but for HARMONISED_ROWS."""
    table = contract(contract_id).fact
    with connect() as session:
        current = session.execute(
            "select c.period, sum(p.row_count) from submission.current as c "
            "inner join submission.part as p using (submission_id, part) "
            "where c.contract = %s group by c.period",
            [contract_id],
        ).fetchall()
        harmonised = session.execute(
            f"select period, {HARMONISED_ROWS.get(table, 'count(*)')} "
            f"from harmonised.{table} where contract = %s group by period",
            [contract_id],
        ).fetchall()
    assert dict(harmonised) == dict(current)
    assert sum(dict(current).values()) > 0


@pytest.mark.parametrize("contract_id", sorted(contracts()))
def test_the_codes_of_every_variable_add_up_to_the_rows(
    files: list[SpecimenFile], contract_id: str
) -> None:
    """Each coded column of the contract is counted, with _U, over all rows of its table."""
    found = contract(contract_id)
    with connect() as session:
        rows = session.execute(
            f"select period, count(*) from harmonised.{found.fact} where contract = %s group by 1",
            [contract_id],
        ).fetchall()
        counted = session.execute(
            "select column_name, period, sum(row_count) from harmonised.code_count "
            # A job title is counted beside the code of the same row.
            "where contract = %s and variable <> 'occupation_title' group by 1, 2",
            [contract_id],
        ).fetchall()
    columns: dict[str, dict[str, int]] = {}
    for column, period, count in counted:
        columns.setdefault(column, {})[period] = int(count)
    assert len(columns) == sum(column.variable is not None for column in found.columns)
    assert {column for column, told in columns.items() if told != dict(rows)} == set()


@pytest.mark.parametrize("contract_id", TITLED)
def test_every_job_title_is_counted(files: list[SpecimenFile], contract_id: str) -> None:
    """The titles of a contract, those that nothing codes among them, are as many as its cells."""
    with connect() as session:
        titles, counted = session.execute(
            f"""
            select
                (
                    select count(occupation_text) from harmonised.{contract(contract_id).fact}
                    where contract = %(contract)s
                ),
                (
                    select sum(row_count) from harmonised.code_count
                    where contract = %(contract)s and variable = 'occupation_title'
                )
            """,
            {"contract": contract_id},
        ).fetchone() or (0, 0)
    assert titles == counted > 0


@pytest.mark.parametrize("case", WRITTEN)
def test_a_code_is_understood_or_unknown_but_its_row_is_there(
    files: list[SpecimenFile], case: str
) -> None:
    told = WRITTEN[case]
    line = 2 + [n for n, w in WRITTEN.items() if w.contract == told.contract].index(case)
    with connect("simimo_analyst") as session:
        rows = session.execute(
            f"select {told.column} from harmonised.{told.table} "
            "where contract = %s and period = %s and line_number = %s",
            [told.contract, WRITTEN_IN, line],
        ).fetchall()
    assert rows == [(told.code,)]


def test_every_edition_of_the_remittances_is_kept_whole(files: list[SpecimenFile]) -> None:
    sent = [received(f.path, REMITTANCES).height for f in files if f.contract == REMITTANCES]
    with connect() as session:
        rows = session.execute(
            "select count(*) from harmonised.remittance_vintage group by submission_id"
        ).fetchall()
    assert sorted(count for (count,) in rows) == sorted(sent)


def test_the_specimens_error_is_corrected(files: list[SpecimenFile]) -> None:
    """seeds/corrections has an example: it applies to the specimen, and is told with its rows."""
    with connect("simimo_analyst") as session:
        decoded = session.execute(
            "select citizenship_code, count(*) from harmonised.insured_person "
            "where citizenship_source_code = '999' group by 1"
        ).fetchall()
        applied = session.execute(
            "select contract, source_value, row_count from harmonised.correction_applied"
        ).fetchall()
    ((code, count),) = decoded
    assert (code, applied) == ("MA", [("cnss_immatriculations", "999", count)])


@pytest.mark.parametrize("extract", EXTRACTS, ids=lambda e: e.contract)
def test_harmonised_totals_are_those_received(files: list[SpecimenFile], extract: Extract) -> None:
    """With the rows of unknown codes: _U is a code like any other."""
    expected: dict[str, float] = {}
    for file in files:
        if file.contract == extract.contract:
            values = received(file.path, extract.contract)[extract.received]
            expected[file.period] = float(values.cast(pl.Float64).sum())
    with connect("simimo_analyst") as session:
        rows = session.execute(
            f"select period, sum({extract.held}) from harmonised.{extract.table} "
            "where contract = %s group by period",
            [extract.contract],
        ).fetchall()
    assert {period: float(value) for period, value in rows} == pytest.approx(expected)
    assert expected


def test_no_name_and_no_number_of_a_file_reaches_the_harmonised_tables(
    files: list[SpecimenFile],
) -> None:
    """What an analyst reads of a record is pseudonyms, months of birth and codes."""
    for file in files:
        if file.contract in RECORDS:
            sent = received(file.path, file.contract)
            secret = {*sent[:, "nom"], *sent[:, "prenom"], *sent.select("^numero_.*$").row(0)}
            with connect("simimo_analyst") as session:
                table = RECORDS[file.contract]
                rows = session.execute(f"select * from harmonised.{table}").fetchall()
            assert not (secret - {None}) & {value for row in rows for value in row}


def test_every_code_of_the_institutions_is_known(files: list[SpecimenFile]) -> None:
    told = [*RECORDS, *(extract.contract for extract in EXTRACTS), REMITTANCES]
    with connect("simimo_analyst") as session:
        # Job titles are free text: those below the coder's threshold wait for the steward.
        unmapped = session.execute(
            "select contract, variable from harmonised.unmapped_code"
            " where contract = any(%s) and variable <> 'occupation_title'",
            [told],
        ).fetchall()
    assert unmapped == []


def test_every_code_of_a_list_becomes_a_row(files: list[SpecimenFile]) -> None:
    """As many rows of a service as codes stand in the cells, all of them known."""
    with connect() as session:
        told, listed, unknown = session.execute(
            """
            select
                (
                    select sum(cardinality(string_to_array(services, ';')))
                    from raw.anapec_associations
                    where submission_id in (
                        select submission_id from submission.current_submission
                        where contract = 'anapec_associations'
                    )
                ),
                count(service_source_code),
                sum(case when service_code = '_U' then 1 else 0 end)
            from harmonised.association
            """
        ).fetchone() or (0, 0, 1)
    assert int(told) == listed > 0
    assert unknown == 0


@pytest.mark.parametrize("contract_id", PERSONAL)
def test_nothing_that_identifies_is_kept_in_clear(
    files: list[SpecimenFile], contract_id: str
) -> None:
    """Identifiers are pseudonyms of 32 digits; names and numbers without a type are no column."""
    with connect() as session:
        for column in contract(contract_id).raw_columns:
            if column.identifier_type:
                values = session.execute(
                    f'select distinct "{column.name}" from raw.{contract_id} '
                    f'where "{column.name}" is not null'
                ).fetchall()
                assert values, column.name
                assert {len(value) for (value,) in values} == {32}


def remitted(file: SpecimenFile) -> dict[tuple[str, str], float]:
    """The amounts of an edition by month and country, by the reader alone."""
    rows = received(file.path, REMITTANCES)
    told = rows.select(
        pl.col("mois").str.replace(r"^(....)(..)$", "$1-$2"), "pays", pl.col("montant").cast(float)
    )
    return {(month, country): amount for month, country, amount in told.iter_rows()}


def test_the_newest_edition_of_the_remittances_counts(files: list[SpecimenFile]) -> None:
    *_, newest = [file for file in files if file.contract == REMITTANCES]
    with connect("simimo_analyst") as session:
        rows = session.execute(
            "select time_period, sending_country_source_code, amount_mad from harmonised.remittance"
        ).fetchall()
    assert {(month, country): float(amount) for month, country, amount in rows} == remitted(newest)


def test_what_was_first_published_of_a_month_stays_readable(files: list[SpecimenFile]) -> None:
    """October was told by three editions, the last of which was sent twice."""
    editions = [file for file in files if file.contract == REMITTANCES]
    assert len(editions) == 4
    told = [remitted(file)["2025-10", "FRANCE"] for file in editions]
    with connect("simimo_analyst") as session:
        rows = session.execute(
            """
            select edition, version, amount_mad, revision_mad, is_latest
            from harmonised.remittance_vintage
            where time_period = '2025-10' and sending_country_code = 'FR'
            order by vintage_number
            """
        ).fetchall()
    assert [(row[0], row[1], float(row[2])) for row in rows] == [
        ("2025-10", 1, told[0]),
        ("2025-11", 1, told[1]),
        ("2025-12", 1, told[2]),
        ("2025-12", 2, told[3]),
    ]
    assert told[0] < told[1] < told[2] == told[3]
    assert [row[3] for row in rows[1:]] == [told[1] - told[0], told[2] - told[1], 0]
    assert [row[4] for row in rows] == [False, False, False, True]
