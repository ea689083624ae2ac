"""What cannot be read is refused with a reason and a hint; its bytes and findings stay, no row."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.factories import rows, write_csv
from warehouse import submission
from warehouse.contracts.contract import contract
from warehouse.database import connect
from warehouse.examination import check_file
from warehouse.masking import masked_name
from warehouse.messages import message

pytestmark = pytest.mark.path

CONTRACT, PERIOD = "dgsn_residence_titles", "2026-03"
NAMES = [column.name for column in contract(CONTRACT).columns]


def _good() -> bytes:
    (row,) = rows(CONTRACT)
    return _lines(NAMES, [row[name] or "" for name in NAMES])


def _lines(*lines: list[str]) -> bytes:
    return "".join(";".join(line) + "\n" for line in lines).encode()


def _zip(content: bytes, name: str = "titles.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def _values(**changes: str) -> list[str]:
    (row,) = rows(CONTRACT, changes)
    return [row[name] or "" for name in NAMES]


BAD = {
    "empty file": (b"", "empty_file"),
    "binary junk": (bytes(range(256)) * 40, "not_text"),
    "heading alone": (_lines(NAMES), "no_rows"),
    "truncated zip": (_zip(_good())[:-30], "truncated_archive"),
    "zip bomb": (_zip(b"0" * 300_000_000), "archive_bomb"),
    "missing column": (_lines(NAMES[1:], _values()[1:]), "missing_column"),
    "doubled column": (_lines([*NAMES, NAMES[0]], [*_values(), "Z1"]), "doubled_column"),
    "wrong period inside": (_lines(NAMES, _values(date_decision="14/02/2026")), "period_mismatch"),
    "duplicate key": (_lines(NAMES, _values(), _values()), "duplicate_key"),
    "formula in a cell": (_lines(NAMES, _values(profession="=1+1")), "formula_in_cell"),
}


@pytest.fixture(scope="module", autouse=True)
def _database(module_database):
    """One warehouse for all bad files: none of them may leave a row."""


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_reason_and_kept(name, tmp_path, simimo_home):
    content, rule = BAD[name]
    path = tmp_path / "SPECIMEN.csv"
    path.write_bytes(content)
    report = submission.receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False)
    assert report.state == "rejected"
    assert rule in {finding.rule for finding in report.findings}
    for lang in ("fr", "ar", "en"):
        assert message(rule, lang).hint
    assert check_file(path, CONTRACT, PERIOD, is_specimen=True).findings == report.findings
    assert (simimo_home / "vault" / report.sha256[:2] / f"{report.sha256}.age").exists()
    with connect("simimo_transform") as session:
        assert session.execute(f"select count(*) from raw.{CONTRACT}").fetchone() == (0,)


def test_a_file_of_another_contract_is_told_its_own(tmp_path):
    path = write_csv(tmp_path / "SPECIMEN.csv", "anapec_job_seekers")
    report = submission.receive_file(path, "cnss_employers", PERIOD, is_specimen=True, gate=False)
    (finding,) = report.findings
    assert finding.rule == "wrong_contract"
    assert "anapec_job_seekers" in str(finding.values)


def test_a_hostile_file_name_is_only_a_name(tmp_path):
    hostile = "SPECIMEN\u202e'; drop table x;--\n<b>.csv"
    path = tmp_path / hostile
    path.write_bytes(_good())
    report = submission.receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False)
    assert report.state == "accepted"
    assert "\n" not in report.file_name
    assert "\u202e" not in report.file_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("DS_0001234_202603.txt", "DS_•••••34_202603.txt"),
        ("dossier BE123456.csv", "dossier ••••••56.csv"),
        ("titres_2026-03.csv", "titres_2026-03.csv"),
        ("Titres de séjour mars 2026 v2.xlsx", "Titres de séjour mars 2026 v2.xlsx"),
        ("titres_Aminata-DIOP_2026-03.csv", "titres_•••••••-••••_2026-03.csv"),
        ("dgsn_residence_titles_2026-03_أمينة.csv", "dgsn_residence_titles_2026-03_•••••.csv"),
        ("DSC1_0001234_202603.txt", "DSC1_•••••34_202603.txt"),
    ],
)
def test_a_file_name_is_kept_without_the_numbers_and_names_it_carries(name, masked):
    assert masked_name(name) == masked


def test_an_unknown_code_is_a_warning_and_the_row_is_kept(tmp_path):
    known = [{"numero_titre": f"Z00000{n}Z"} for n in range(9)]
    known += [{"numero_titre": f"Z0000{n}Z"} for n in range(10, 25)]
    path = write_csv(
        tmp_path / "SPECIMEN.csv",
        CONTRACT,
        *known,
        {"numero_titre": "Z999999Z", "nationalite": "ATLANTE"},
    )
    report = submission.receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False)
    assert (report.state, report.total("warning")) == ("accepted", 1)
    assert report.rows == len(known) + 1


def test_the_original_opens_with_the_custodians_key_alone(tmp_path, simimo_home):
    from warehouse import vault

    path = Path(tmp_path / "SPECIMEN.csv")
    path.write_bytes(_good() + b"\n")
    report = submission.receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False)
    sealed = simimo_home / "vault" / report.sha256[:2] / f"{report.sha256}.age"
    assert b"DIOP" not in sealed.read_bytes()
    opened = tmp_path / "opened.csv"
    vault.open_original(report.sha256, simimo_home / "keys" / "custodian.key", opened)
    assert opened.read_bytes() == path.read_bytes()
