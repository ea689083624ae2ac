"""e-BDS files as payroll programs write them: what is read, what is forgiven, what is an error."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.reading.ebds import AFFILIATE, Declaration, Worker
from tests.unit.reading.reads import DECLARATIONS, Read, fault_of, read_bytes, read_file
from warehouse.contracts.layout import Layout, Record
from warehouse.reading import lines as line_reading

SARA = Worker()
OMAR = Worker(number=222222, name="BENNIS", given="OMAR", days=20, real=900000, capped=600000)
MARIAM = Worker(number=333333, name="DIOP", given="MARIAM", situation="IT", returned=1250)
FULL = Declaration(workers=(SARA, MARIAM), entrants=(OMAR,))


def read(folder: Path, text: str, name: str = "extract.txt", encoding: str = "cp1252") -> Read:
    return read_bytes(folder, text.encode(encoding), DECLARATIONS, name)


def changed(line: int, start: int, text: str, declaration: Declaration = FULL) -> str:
    """The declaration with `text` put at position `start` (from 1) of a line (from 1)."""
    lines = declaration.lines()
    old = lines[line - 1]
    lines[line - 1] = old[: start - 1] + text + old[start - 1 + len(text) :]
    return "\n".join(lines) + "\n"


def archive(folder: Path, members: dict[str, str | bytes]) -> Path:
    path = folder / "envoi.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in members.items():
            target.writestr(name, text)
    return path


def test_the_details_are_rows_of_the_contract(tmp_path: Path) -> None:
    found = read(tmp_path, FULL.text())
    assert (found.format, found.findings) == ("fixed_width", ())
    assert found.rows.to_dicts()[1:] == [
        {
            "line_number": 4,
            "part": AFFILIATE,
            "member": "",
            "record_type": "B02",
            "numero_affilie": AFFILIATE,
            "periode": "202603",
            "numero_assure": "000333333",
            "nom": "DIOP",
            "prenom": "MARIAM",
            "numero_cin": None,
            "nombre_enfants": "02",
            "af_a_payer": "000000",
            "af_a_deduire": "000000",
            "af_net_a_payer": "000000",
            "af_a_reverser": "001250",
            "jours_declares": "26",
            "salaire_reel": "0000000515200",
            "salaire_plafonne": "000515200",
            "situation": "IT",
            "cle_controle": "0000000000001365012",
        },
        {
            "line_number": 6,
            "part": AFFILIATE,
            "member": "",
            "record_type": "B04",
            "numero_affilie": AFFILIATE,
            "periode": "202603",
            "numero_assure": "000222222",
            "nom": "BENNIS",
            "prenom": "OMAR",
            "numero_cin": "ZZ123456",
            "nombre_enfants": None,
            "af_a_payer": None,
            "af_a_deduire": None,
            "af_net_a_payer": None,
            "af_a_reverser": None,
            "jours_declares": "20",
            "salaire_reel": "0000000900000",
            "salaire_plafonne": "000600000",
            "situation": None,
            "cle_controle": "0000000000001722242",
        },
    ]


HARMLESS: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "CR doubled": lambda text: text.replace("\n", "\r\r\n"),
    "no last line end": lambda text: text.removesuffix("\n"),
    "no line ends": lambda text: text.replace("\n", ""),
    "right-trimmed": lambda text: "\n".join(line.rstrip() for line in text.split("\n")),
    "longer by blanks": lambda text: text.replace("\n", "    \n"),
    "blank lines": lambda text: "\n" + text.replace("\n", "\n\n"),
    "lower-case codes": lambda text: text.replace("B0", "b0"),
    "DOS end of file": lambda text: text + "\x1a",
    "zero bytes for blanks": lambda text: text.replace("ALAMI ", "ALAMI\0").replace(
        "    ", "\0\0\0\0"
    ),
    "byte-order mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("how", HARMLESS)
def test_harmless_deviations_are_read_in_silence(tmp_path: Path, how: str) -> None:
    found = read(tmp_path, HARMLESS[how](FULL.text()), encoding="utf-8")
    kept = ["record_type", "numero_assure", "nom", "salaire_reel", "part"]
    assert found.findings == ()
    assert found.rows.select(kept).equals(read(tmp_path, FULL.text()).rows.select(kept))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_accents_in_names_move_nothing(tmp_path: Path, encoding: str) -> None:
    text = FULL.with_workers(replace(SARA, name="BENAÏSSA", given="ÉLOÏSE")).text()
    found = read(tmp_path, text, encoding=encoding)
    assert (found.column("nom")[0], found.findings) == ("BENAÏSSA", ())


def test_a_program_that_fills_by_bytes_is_read_right(tmp_path: Path) -> None:
    lines = FULL.with_workers(replace(SARA, name="BENAÏSSA", given="ÉLOÏSE")).lines()
    by_bytes = lines[2].replace("BENAÏSSA ", "BENAÏSSA", 1).replace("ÉLOÏSE  ", "ÉLOÏSE", 1)
    assert len(by_bytes.encode()) == 260
    found = read(tmp_path, "\n".join([*lines[:2], by_bytes, *lines[3:]]), encoding="utf-8")
    assert (found.column("prenom")[0], found.findings) == ("ÉLOÏSE", ())


def test_files_of_two_encodings_in_one_long_file(tmp_path: Path) -> None:
    one, two = (
        Declaration((replace(SARA, name="BENAÏSSA"),), affiliate=affiliate).text()
        for affiliate in ("0000001", "0000002")
    )
    found = read_bytes(tmp_path, one.encode() + two.encode("cp1252"), DECLARATIONS)
    assert (found.column("nom"), found.findings) == (["BENAÏSSA"] * 2, ())


def test_no_entrants_is_a_blank_record_and_no_row(tmp_path: Path) -> None:
    found = read(tmp_path, Declaration().text())
    assert (found.column("record_type"), found.findings) == (["B02"], ())


def test_a_program_that_counts_the_blank_record_is_forgiven(tmp_path: Path) -> None:
    text = changed(6, 17, "000001", Declaration())
    assert read(tmp_path, text).findings == ()


def test_a_detail_may_leave_the_affiliate_blank(tmp_path: Path) -> None:
    found = read(tmp_path, changed(3, 4, " " * 13))
    assert (found.column("numero_affilie")[0], found.column("periode")[0]) == (AFFILIATE, "202603")
    assert found.findings == ()


def test_many_employers_in_one_long_file_are_parts(tmp_path: Path) -> None:
    parts = [f"{i:07d}" for i in range(40)]
    text = "".join(replace(FULL, affiliate=part).text() for part in parts)
    found = read(tmp_path, text)
    assert found.findings == ()
    assert found.column("part") == [part for part in parts for _ in range(3)]
    assert found.column("line_number")[3] == 8 + 3


@pytest.mark.parametrize("size", [261, 600, 2000, 5000])
def test_where_a_frame_ends_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    text = "".join(replace(FULL, affiliate=f"{i:07d}").text() for i in range(9))
    broken = text.replace("B03", "B09", 1)
    whole = read(tmp_path, broken)
    monkeypatch.setattr(line_reading, "FRAME_BYTES", size)
    cut = read(tmp_path, broken)
    assert cut.rows.equals(whole.rows)
    assert sorted(map(str, cut.findings)) == sorted(map(str, whole.findings))


def test_an_archive_of_employers(tmp_path: Path) -> None:
    two = replace(FULL, affiliate="0000002")
    members = {
        "mars/" + FULL.name(): FULL.text(),
        two.name(): two.text("\r\n"),
        FULL.name("C1"): Declaration((), (OMAR,)).text(),
        "__MACOSX/._" + FULL.name(): b"\0\0",
        "LISEZMOI.txt": "Bonjour",
    }
    found = read_file(archive(tmp_path, members), DECLARATIONS)
    assert found.rows["part"].unique(maintain_order=True).to_list() == [
        AFFILIATE,
        "0000002",
        AFFILIATE + "/DSC1",
    ]
    assert found.column("member")[0] == FULL.name()
    assert found.column("line_number")[:4] == [3, 4, 6, 3]
    assert [(f.rule, f.severity, f.member) for f in found.findings] == [
        ("skipped_member", "warning", "LISEZMOI.txt")
    ]


def test_the_month_in_a_members_name_may_be_written_either_way(tmp_path: Path) -> None:
    path = archive(tmp_path, {f"DS_{AFFILIATE}_032026.txt": FULL.text()})
    assert read_file(path, DECLARATIONS).findings == ()


@pytest.mark.parametrize(
    ("name", "column"),
    [(f"DS_{AFFILIATE}_202602.txt", "periode"), ("DS_0009999_202603.txt", "numero_affilie")],
)
def test_a_members_name_that_says_otherwise(tmp_path: Path, name: str, column: str) -> None:
    found = read_file(archive(tmp_path, {name: FULL.text()}), DECLARATIONS).findings
    assert [(f.rule, f.column, f.part) for f in found] == [
        ("affiliate_mismatch", column, AFFILIATE)
    ]


def test_the_same_employer_twice(tmp_path: Path) -> None:
    found = read(tmp_path, FULL.text() + FULL.text())
    assert [(f.rule, f.part, f.line) for f in found.findings] == [("doubled_part", AFFILIATE, 9)]


def test_a_supplement_in_the_archive_under_another_name_does_not_replace_the_main(
    tmp_path: Path,
) -> None:
    other = Declaration((OMAR,)).text()
    path = archive(tmp_path, {FULL.name(): FULL.text(), "complement.txt": other})
    found = read_file(path, DECLARATIONS)
    assert [(f.rule, f.part, f.member) for f in found.findings] == [
        ("doubled_part", AFFILIATE, "complement.txt")
    ]


TOTALS = ("total_mismatch", 5), ("total_mismatch", 8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (changed(3, 114, "6000000000000"), {("check_sum", 3), *TOTALS}),
        (changed(3, 138, "0" * 19), {("check_sum", 3), *TOTALS}),
        (changed(6, 118, "0" * 19), {("check_sum", 6), ("total_mismatch", 7), TOTALS[1]}),
        (changed(5, 17, "000003"), {("total_mismatch", 5)}),
        (changed(8, 44, "9"), {("total_mismatch", 8)}),
        (changed(5, 98, "ABC"), {("total_mismatch", 5)}),
        (changed(4, 1, "B99"), {("unknown_record", 4)}),
        (changed(4, 260, "XXXX"), {("wrong_record_length", 4)}),
        (changed(4, 11, "202602"), {("affiliate_mismatch", 4)}),
        (changed(7, 4, "0000009"), {("affiliate_mismatch", 7)}),
        (changed(3, 114, "515200       "), {("padding", 3)}),
    ],
)  # fmt: skip
def test_faults_of_one_record(tmp_path: Path, text: str, expected: set[tuple[str, int]]) -> None:
    found = read(tmp_path, text).findings
    assert {(f.rule, f.line) for f in found} == expected
    assert {(f.severity, f.part) for f in found} == {("error", AFFILIATE)}


def test_a_line_cut_short_is_no_row(tmp_path: Path) -> None:
    lines = FULL.lines()
    lines[2] = lines[2][:120]
    found = read(tmp_path, "\n".join(lines))
    assert [(f.rule, f.line, f.values["found"]) for f in found.findings] == [
        ("wrong_record_length", 3, "120")
    ]
    assert found.rows.height == 2


@pytest.mark.parametrize(
    ("order", "rule", "record"),
    [
        ([0, 1, 3, 4, 2, 5, 6, 7], "record_order", "B02"),
        ([0, 1, 2, 3, 5, 6, 7], "missing_record", "B03"),
        ([0, 1, 2, 3, 4, 5, 6], "missing_record", "B06"),
        ([0, 2, 3, 4, 5, 6, 7], "missing_record", "B01"),
        ([0, 1, 2, 3, 4, 4, 5, 6, 7], "record_order", "B03"),
    ],
)
def test_records_out_of_place(tmp_path: Path, order: list[int], rule: str, record: str) -> None:
    lines = FULL.lines()
    found = read(tmp_path, "\n".join(lines[i] for i in order))
    assert [(f.rule, f.values["record"]) for f in found.findings] == [(rule, record)]
    assert set(found.column("part")) == {AFFILIATE}


def test_a_long_file_with_one_header_is_read_with_a_warning(tmp_path: Path) -> None:
    two = replace(FULL, affiliate="0000002").lines()[1:]
    found = read(tmp_path, FULL.text() + "\n".join(two))
    assert [(f.rule, f.severity, f.part) for f in found.findings] == [
        ("missing_record", "warning", "0000002")
    ]


def test_blanks_before_a_number_are_zeros_with_a_warning(tmp_path: Path) -> None:
    found = read(tmp_path, changed(3, 114, "       515200"))
    assert [(f.rule, f.severity, f.column, f.line) for f in found.findings] == [
        ("padding_blank", "warning", "salaire_reel", 3)
    ]
    assert found.column("salaire_reel")[0] == "0000000515200"


def test_totals_of_identifiers_are_hidden(tmp_path: Path) -> None:
    found = read(tmp_path, changed(4, 65, "000000000999999", Declaration()))
    finding = found.finding("total_mismatch")
    assert (finding.column, finding.values["field"]) == ("numero_assure", "N_T_Num_Imma")
    assert (finding.values["found"], finding.values["expected"]) == ("•••", "•••")


def test_other_totals_are_shown(tmp_path: Path) -> None:
    finding = read(tmp_path, changed(5, 92, "000099")).finding("total_mismatch")
    assert (finding.column, finding.values["found"], finding.values["expected"]) == (
        "jours_declares",
        "99",
        "52",
    )


def test_a_total_too_long_for_its_field_keeps_its_last_digits(tmp_path: Path) -> None:
    crowd = tuple(replace(SARA, number=i, days=26) for i in range(1, 40_001))
    lines = Declaration(crowd).lines()
    lines = [_with_last_digits(line) if line[:3] in ("B03", "B06") else line for line in lines]
    assert read(tmp_path, "\n".join(lines)).findings == ()


def _with_last_digits(line: str) -> str:
    """B03 and B06 hold 1040000 days in six digits."""
    return line.replace("1040000", "040000", 1).ljust(260)


def test_check_sums_past_64_bits_are_compared(tmp_path: Path) -> None:
    found = read(tmp_path, changed(3, 138, "9" * 19))
    assert found.finding("check_sum").line == 3


def test_the_prefilled_file_is_no_declaration(tmp_path: Path) -> None:
    text = FULL.text().replace("B0", "A0")
    fault = fault_of(tmp_path, text.encode(), DECLARATIONS)
    assert (fault.rule, fault.values["found"]) == ("wrong_layout", "A00")


def test_a_csv_of_the_same_columns_is_read_as_one(tmp_path: Path) -> None:
    headings = [c.name for c in DECLARATIONS.columns]
    row = ["B02", AFFILIATE, "202603", "000123456", *["0"] * (len(headings) - 4)]
    data = "\n".join([";".join(headings), ";".join(row)]).encode()
    found = read_bytes(tmp_path, data, DECLARATIONS)
    assert (found.format, found.column("part")) == ("csv", [""])


def test_no_name_or_number_of_a_person_is_in_any_finding(tmp_path: Path) -> None:
    texts = [changed(3, 138, "7" * 19), changed(4, 1, "ALA"), changed(4, 260, "XXXX")]
    for text in texts:
        said = str([replace(f, part="", member="") for f in read(tmp_path, text).findings])
        assert not any(secret in said for secret in ("ALA", "SARA", "123456", "7777", "XXX"))


def _with_supplement(layout: Layout) -> Layout:
    """The layout with the records E00 to E06 of complementary declarations."""

    def renamed(record: Record) -> Record:
        over = tuple(code.replace("B", "E") for code in record.over)
        return replace(record, code=record.code.replace("B", "E"), over=over)

    return replace(layout, records=(*layout.records, *map(renamed, layout.records)))


def test_a_second_chain_of_records_supplements_the_first(tmp_path: Path) -> None:
    assert DECLARATIONS.layout is not None
    layout = DECLARATIONS.layout
    if not any(record.code == "E00" for record in layout.records):
        layout = _with_supplement(layout)
    contract = replace(DECLARATIONS, layout=layout)
    entrants = Declaration((), (OMAR,), family="E").text()
    found = read_bytes(tmp_path, (FULL.text() + entrants + entrants).encode(), contract)
    assert found.findings == ()
    assert found.column("record_type") == ["B02", "B02", "B04", "B04", "B04"]
    assert found.column("part")[2:] == [AFFILIATE, f"{AFFILIATE}/E00.1", f"{AFFILIATE}/E00.2"]
