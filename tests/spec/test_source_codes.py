"""What becomes of the codes that institutions send, as a table: certain, or left for the desk.

Each line has a period, a column of an extract, what the cell holds in quotation marks, and the
common code that it means. Where no rule is certain it says UNKNOWN: then the record counts as
_U, and the report names its line. No line is ever lost.
"""

import csv
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.factories import write_csv
from warehouse.codes import SourceCode, known_codes
from warehouse.contracts.contract import contract
from warehouse.examination import check_file
from warehouse.settings import settings
from warehouse.source_code import matched

CODES = """
Case, accents and blanks change no meaning
2026-03  dgsn_residence_titles  nationalite     "SENEGALAISE"            SN
2026-03  dgsn_residence_titles  nationalite     "Sénégalaise"            SN
2026-03  dgsn_residence_titles  nationalite     "sEnEgAlAiSe"            SN
2026-03  dgsn_residence_titles  nationalite     "SENEGALAISE   "         SN
2026-03  dgsn_residence_titles  nationalite     "SENEGALAISE<NBSP>"      SN
2026-03  dgsn_residence_titles  nationalite     "<NBSP> SÉNÉGALAISE"     SN
2026-03  dgsn_residence_titles  pays_naissance  "COTE<NBSP>D’IVOIRE"     CI
2026-03  dgsn_residence_titles  pays_naissance  "Côte  d'Ivoire"         CI
2026-03  dgsn_residence_titles  province        "salé"                   04.441

Digits mean the same in every script
2026-03  cnss_immatriculations  nationalite     "686"                    SN
2026-03  cnss_immatriculations  nationalite     "６８６"                 SN
2026-03  cnss_immatriculations  nationalite     "٦٨٦"                    SN
2026-03  cnss_immatriculations  nationalite     "۶۸۶"                    SN
2026-03  cnss_immatriculations  nationalite     "6 8 6"                  UNKNOWN
2026-03  cnss_immatriculations  nationalite     "６８٧"                  UNKNOWN

A label in another language than the rest of the file is a label all the same
2026-03  dgsn_residence_titles  pays_naissance  "السنغال"                SN
2026-03  dgsn_residence_titles  pays_naissance  "السّنغال"                SN
2026-03  dgsn_residence_titles  pays_naissance  "السـنغال"               SN
2026-03  dgsn_residence_titles  pays_naissance  "Senegal"                SN
2026-03  dgsn_residence_titles  province        "الرباط"                 04.421
2026-03  dgsn_residence_titles  pays_naissance  "السينغال"               UNKNOWN

What a person writes of a country, a sex or a region is certain where no other is called so
2026-03  dgsn_residence_titles  nationalite     "Marocain(e)"            MA
2026-03  dgsn_residence_titles  nationalite     "ＭＡ"                   MA
2026-03  dgsn_residence_titles  pays_naissance  "Haute-Volta"            BF
2026-03  dgsn_residence_titles  pays_naissance  "Zaïre"                  CD
2026-03  dgsn_residence_titles  pays_naissance  "R.D.C."                 CD
2026-03  dgsn_residence_titles  pays_naissance  "Congo (Kinshasa)"       CD
2026-03  dgsn_residence_titles  pays_naissance  "Guinée Équato."         GQ
2026-03  dgsn_residence_titles  pays_naissance  "ساحل العاج"             CI
2026-03  dgsn_residence_titles  pays_naissance  "موريطانيا"              MR
2026-03  dgsn_residence_titles  sexe            "Mme"                    F
2026-03  dgsn_residence_titles  sexe            "مؤنث"                   F
2026-03  dgsn_residence_titles  province        "Fès - Meknès"           MA-03
2026-03  dgsn_residence_titles  province        "طنجة"                   01.511

What may mean two things is left for the desk
2026-03  dgsn_residence_titles  nationalite     "Corée"                  UNKNOWN
2026-03  dgsn_residence_titles  nationalite     "Congolaise"             UNKNOWN
2026-03  dgsn_residence_titles  nationalite     "Amérique"               UNKNOWN
2026-03  dgsn_residence_titles  nationalite     "Franco-marocaine"       UNKNOWN
2026-03  dgsn_residence_titles  sexe            "X"                      UNKNOWN

A letter of another alphabet that looks alike is never guessed
2026-03  dgsn_residence_titles  nationalite     "S<CYRILLIC IE>NEGALAISE"    UNKNOWN
2026-03  dgsn_residence_titles  nationalite     "<CYRILLIC ES>ANADIENNE"     UNKNOWN
2026-03  dgsn_residence_titles  province        "RAB<GREEK ALPHA>T"          UNKNOWN

A spelling that is nearly right is the desk's to decide
2026-03  dgsn_residence_titles  nationalite     "SENEGALAISSE"           UNKNOWN
2026-03  dgsn_residence_titles  nationalite     "ATLANTE"                UNKNOWN

A code counts in its own time alone
1985-03  dgsn_residence_titles  nationalite     "SOVIETIQUE"             SUHH
1991-12  dgsn_residence_titles  nationalite     "SOVIETIQUE"             SUHH
1992-01  dgsn_residence_titles  nationalite     "SOVIETIQUE"             UNKNOWN
2026-03  dgsn_residence_titles  nationalite     "SOVIETIQUE"             UNKNOWN
1993-01  dgsn_residence_titles  nationalite     "CS"                     CSHH
1998-03  dgsn_residence_titles  nationalite     "CS"                     UNKNOWN
2003-07  dgsn_residence_titles  nationalite     "CS"                     UNKNOWN
2003-08  dgsn_residence_titles  nationalite     "CS"                     CSXX
2006-09  dgsn_residence_titles  nationalite     "CS"                     CSXX
2006-10  dgsn_residence_titles  nationalite     "CS"                     UNKNOWN
1985-03  dgsn_residence_titles  pays_naissance  "RDA"                    DDDE
2026-03  dgsn_residence_titles  pays_naissance  "RDA"                    DE

A person is born in a country that has ceased since, under the name of then
1985-03  dgsn_residence_titles  pays_naissance  "URSS"                   SUHH
2026-03  dgsn_residence_titles  pays_naissance  "URSS"                   SUHH
2026-03  dgsn_residence_titles  pays_naissance  "SU"                     SUHH

A province that moved to another region in 2015 is the same province
2014-03  dgsn_residence_titles  province        "MIDELT"                 08.363
2026-03  dgsn_residence_titles  province        "MIDELT"                 08.363
2014-03  dgsn_residence_titles  province        "AL HOCEIMA"             01.051

A region of before 2015 is none of today
2015-03  dgsn_residence_titles  province        "MA-13"                  MA-09
2015-04  dgsn_residence_titles  province        "MA-13"                  UNKNOWN
2014-03  dgsn_residence_titles  province        "MA-08"                  MA-06
2026-03  dgsn_residence_titles  province        "MA-08"                  MA-08

A cumulative register tells the whole history
2026-03  cnss_immatriculations  nationalite     "SOVIETIQUE"             SUHH
"""

NAMED = {
    "<NBSP>": "\N{NO-BREAK SPACE}",
    "<CYRILLIC IE>": "\N{CYRILLIC CAPITAL LETTER IE}",
    "<CYRILLIC ES>": "\N{CYRILLIC CAPITAL LETTER ES}",
    "<GREEK ALPHA>": "\N{GREEK CAPITAL LETTER ALPHA}",
}
"""Characters that a reader would not tell from others, by name."""

CASE = re.compile(r'(\S+) +(\S+) +(\S+) +"(.*)" +(\S+)')
UNKNOWN = "UNKNOWN"


NUMBERS = {
    "dgsn_residence_titles": ("numero_titre", "Z{:06d}Z"),
    "cnss_immatriculations": ("numero_assure", "000{:06d}"),
}
"""The column that numbers the records, and numbers that cannot be issued."""


class Case(NamedTuple):
    """One line of the table."""

    period: str
    contract: str
    column: str
    cell: str
    code: str


def _cases() -> list[Case]:
    cases = [Case(*found.groups()) for line in CODES.splitlines() if (found := CASE.match(line))]
    return [case._replace(cell=_spelled(case.cell)) for case in cases]


def _spelled(cell: str) -> str:
    for name, character in NAMED.items():
        cell = cell.replace(name, character)
    return cell


@pytest.mark.parametrize("case", _cases(), ids=lambda c: f"{c.period} {c.cell}")
def test_a_code_is_certain_or_named_with_its_line(case: Case, tmp_path: Path) -> None:
    """The cell stands on line 3; the lines around it are understood."""
    number = NUMBERS[case.contract]
    cells = ({}, {case.column: case.cell}, {})
    rows = [{number[0]: number[1].format(n), **cell} for n, cell in enumerate(cells)]
    path = write_csv(tmp_path / "SPECIMEN.csv", case.contract, *rows)
    report = check_file(path, case.contract, case.period, is_specimen=True)
    found = [(f.severity, f.rule, f.line) for f in report.findings if f.column == case.column]
    unknown = [("error", "unknown_code_share", None), ("warning", "unknown_code", 3)]
    assert report.rows == len(rows)
    assert found == (unknown if case.code == UNKNOWN else [])


@pytest.mark.parametrize(
    "case", [c for c in _cases() if c.code != UNKNOWN], ids=lambda c: f"{c.period} {c.cell}"
)
def test_a_certain_code_means_one_thing(case: Case) -> None:
    assert _meanings(case) == {case.code}


def test_a_decision_of_the_desk_counts_from_its_first_day_and_until_its_last() -> None:
    titles = contract("dgsn_residence_titles")
    decided = [SourceCode("area", "Atlante", date(2026, 2, 1), date(2026, 4, 1))]
    months = ("2026-01", "2026-02", "2026-03", "2026-04")
    known = [m for m in months if "ATLANTE" in known_codes(titles, decided, m)["area"]]
    assert known == ["2026-02", "2026-03"]
    assert "ATLANTE" in known_codes(titles, decided)["area"]


def _meanings(case: Case) -> set[str]:
    """The common codes of the correspondences that are valid, the provider's own first."""
    found = contract(case.contract)
    variable = found.column(case.column).variable
    seed = settings().dbt_dir / "seeds" / "correspondences" / f"{variable}.csv"
    meanings: dict[str, set[str]] = {}
    with seed.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            begins, ends = row["valid_from"] or "0001-01-01", row["valid_to"] or "9999-12-31"
            is_valid = begins <= f"{case.period}-01" < ends or found.coverage == "cumulative"
            if is_valid and matched(row["source_code"]) == matched(case.cell):
                meanings.setdefault(row["provider"], set()).add(row["code"])
    return meanings.get(found.provider) or meanings.get("*", set())
