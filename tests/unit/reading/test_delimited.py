"""Delimited text in every dialect and encoding that institutions send."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.reading.reads import (
    EMPLOYERS,
    HEADINGS,
    ROW,
    contract_of,
    csv_bytes,
    fault_of,
    read_bytes,
)
from warehouse.contracts.contract import contract
from warehouse.reading import delimited, encoding

ARABIC_ROW = [
    "0001234",
    "000123456000078",
    "شركة البناء والتعمير بالدار البيضاء",
    "4711",
    "06",
    "25",
    "",
]
ONE = contract_of("a", "b", "c")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850"]
)
def test_a_french_extract_reads_the_same_in_every_dialect(
    tmp_path: Path, delimiter: str, end: str, code: str
) -> None:
    data = csv_bytes(HEADINGS, ROW, ROW, delimiter=delimiter, end=end, encoding=code)
    read = read_bytes(tmp_path, data)
    assert read.format == "csv"
    assert read.rows.drop("line_number", "part", "member").rows() == [tuple(ROW)] * 2
    assert read.column("line_number") == [2, 3]
    assert read.findings == ()


@pytest.mark.parametrize("code", ["utf-8", "utf-16", "utf-16-le", "windows-1256", "iso-8859-6"])
def test_an_arabic_extract_reads_the_same_in_every_encoding(tmp_path: Path, code: str) -> None:
    labels = [c.labels["ar"] for c in EMPLOYERS.columns]
    read = read_bytes(tmp_path, csv_bytes(labels, ARABIC_ROW, encoding=code))
    assert read.column("raison_sociale") == [ARABIC_ROW[2]]


def test_a_file_that_is_ascii_for_long_takes_its_encoding_from_the_first_accent(
    tmp_path: Path,
) -> None:
    plain = [*ROW[:2], "SOCIETE", *ROW[3:]]
    rows = csv_bytes(HEADINGS, *[plain] * 90_000) + csv_bytes(ROW, encoding="cp1252")
    assert len(rows) > encoding.SAMPLE
    assert read_bytes(tmp_path, rows).column("raison_sociale")[-1] == ROW[2]


def test_two_encodings_in_one_file_are_refused_with_the_line(tmp_path: Path) -> None:
    good = csv_bytes(HEADINGS, *[ROW] * 90_000)
    fault = fault_of(tmp_path, good + csv_bytes(ROW, encoding="cp1252"))
    assert (fault.rule, fault.values["line"]) == ("unreadable_encoding", "90002")


cells = st.text(st.sampled_from("abzéèç 0129;,|\"\n'="), max_size=12).map(str.strip)
tables = st.lists(st.tuples(cells.filter(bool), cells, cells), min_size=1, max_size=8)


@dataclass(frozen=True)
class Dialect:
    """One way to write a table."""

    delimiter: str
    quoting: Literal[0, 1]
    end: str
    encoding: str
    ends_last_line: bool

    def write(self, table: Iterable[Iterable[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(
            text, delimiter=self.delimiter, quoting=self.quoting, lineterminator=self.end
        ).writerows(table)
        whole = text.getvalue()
        return (whole if self.ends_last_line else whole.removesuffix(self.end)).encode(
            self.encoding
        )


dialects = st.builds(
    Dialect,
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(table=tables, dialect=dialects)
def test_any_table_survives_any_dialect(
    tmp_path: Path, table: list[tuple[str, ...]], dialect: Dialect
) -> None:
    read = read_bytes(tmp_path, dialect.write(["abc", *table]), ONE)
    assert read.rows.select("a", "b", "c").rows() == [
        tuple(c or None for c in row) for row in table
    ]
    lines = [2 + sum(_lines_of(row) for row in table[:i]) for i in range(len(table))]
    assert read.column("line_number") == lines


def _lines_of(row: tuple[str, ...]) -> int:
    return 1 + sum(cell.count("\n") for cell in row)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(table=tables, chunk=st.integers(8, 60))
def test_where_a_piece_of_the_file_ends_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: list[tuple[str, ...]], chunk: int
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("a", "b", "c"), *table])
    whole = read_bytes(tmp_path, text.getvalue().encode(), ONE)
    with monkeypatch.context() as small:
        small.setattr(delimited, "chunks", lambda s, e: encoding.chunks(s, e, chunk))
        small.setattr(delimited, "CHUNK", 10**9)
        assert read_bytes(tmp_path, text.getvalue().encode(), ONE).rows.equals(whole.rows)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("NUMERO_AFFILIE", "numero_affilie"),
        ("Numéro d’affiliation de l’employeur", None),
        (" Raison  sociale ", "raison_sociale"),
        ("raison-sociale", "raison_sociale"),
    ],
)
def test_headings_are_names_or_labels_whatever_their_case_accents_and_blanks(
    tmp_path: Path, heading: str, column: str | None
) -> None:
    position = 0 if column is None else HEADINGS.index(column)
    headings = [*HEADINGS[:position], heading, *HEADINGS[position + 1 :]]
    if column is None:
        headings[0] = EMPLOYERS.columns[0].labels["fr"].upper()
    read = read_bytes(tmp_path, csv_bytes(headings, ROW))
    assert read.column(HEADINGS[position]) == [ROW[position]]


def test_columns_in_another_order_come_in_the_contracts_order(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, csv_bytes(HEADINGS[::-1], ROW[::-1]))
    assert read.rows.columns[3:] == HEADINGS
    assert read.rows.row(0)[3:] == tuple(ROW)


def test_outer_blanks_go_and_empty_is_null(tmp_path: Path) -> None:
    row = [
        " 0001234\u00a0",
        "\u200f000123456000078",
        '"  ENTREPRISE  INVENTÉE "',
        "4711",
        '""',
        "",
        "  ",
    ]
    read = read_bytes(tmp_path, csv_bytes(HEADINGS, row))
    assert read.rows.row(0)[3:] == (*ROW[:2], "ENTREPRISE  INVENTÉE", "4711", None, None, None)


def test_titles_above_and_blank_lines_between_keep_the_line_numbers(tmp_path: Path) -> None:
    title = b"sep=;\nCNSS\n\nAffili\xc3\xa9s au 31/03/2026;;;;;;\n"
    data = title + csv_bytes(HEADINGS, ROW) + b"\n \n;;;;;;\n" + csv_bytes(ROW) + b"\x1a"
    assert read_bytes(tmp_path, data).column("line_number") == [6, 10]


def test_delimiters_past_the_last_heading_are_no_columns(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, csv_bytes(HEADINGS, [*ROW, ""], ROW, [*ROW, "", ""]))
    assert read.rows.height == 3


def test_quotes_inside_a_value_are_kept_and_the_lines_still_counted(tmp_path: Path) -> None:
    rows = [[*ROW[:2], name, *ROW[3:]] for name in ('CAFE 5" BIS', '"AL ""NOUR"" SARL"', '"A\nB"')]
    read = read_bytes(tmp_path, csv_bytes(HEADINGS, *rows, ROW))
    assert read.column("raison_sociale") == ['CAFE 5" BIS', 'AL "NOUR" SARL', "A\nB", ROW[2]]
    assert read.column("line_number") == [2, 3, 4, 6]


def test_a_blank_before_a_quote_is_forgiven(tmp_path: Path) -> None:
    data = b'a, b, c\n1, "x, y", "z"\n'
    assert read_bytes(tmp_path, data, ONE).rows.row(0)[3:] == ("1", "x, y", "z")


@pytest.mark.parametrize(
    ("body", "rule", "line"),
    [
        (b"1;2;3\n4;5\n", "ragged_line", "3"),
        (b"1;2;3\n\n4;5;6;7\n", "ragged_line", "4"),
        (b'"1\n2";2;3\n4;5\n', "ragged_line", "4"),
        (b'1;2;3\n4;"5;6\n7;8;9\n', "unbalanced_quotes", "3"),
        (b'1;2;3\n4;5;"6\n7;8;9\n', "unbalanced_quotes", "3"),
        (b'1;2;"3', "unbalanced_quotes", "2"),
        (b'1;2;3\n4;"' + b"5;6;7\n" * 40_000, "unbalanced_quotes", "3"),
        (b"1;2;3\n4;\x00;6\n" + b"7;8;9\n" * 900, "not_text", None),
    ],
)
def test_a_line_that_cannot_be_cut_stops_the_reading_with_its_number(
    tmp_path: Path, body: bytes, rule: str, line: str | None
) -> None:
    fault = fault_of(tmp_path, b"a;b;c\n" + body, ONE)
    assert fault.rule == rule
    assert line is None or fault.values["line"] == line


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n", "empty_file"),
        (bytes(range(256)) * 40, "not_text"),
        (b"%PDF-1.7 ...", "wrong_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ...", "wrong_format"),
        (b"<html><table><tr><td>numero_affilie</td></tr></table>", "wrong_format"),
        (b"\x1f\x8b\x08 ...", "wrong_format"),
        (csv_bytes(ROW), "no_header"),
        (csv_bytes(HEADINGS), "no_rows"),
        (csv_bytes(HEADINGS, [""] * 7), "no_rows"),
        (csv_bytes(HEADINGS[1:], ROW[1:]), "missing_column"),
        (csv_bytes([*HEADINGS, "ICE"], [*ROW, "1"]), "doubled_column"),
        (b"B00" + b"0" * 257 + b"\n", "wrong_contract"),
    ],
)
def test_bytes_that_are_no_extract_are_refused(tmp_path: Path, data: bytes, rule: str) -> None:
    assert fault_of(tmp_path, data).rule == rule


def test_the_contract_that_fits_is_named(tmp_path: Path) -> None:
    names = [column.name for column in contract("uk_cos_nationality").columns]
    fault = fault_of(tmp_path, csv_bytes(names, ["1"] * len(names), delimiter=","))
    assert (fault.rule, fault.values["best"]) == ("wrong_contract", "uk_cos_nationality")


def test_surplus_columns_are_named_and_not_read(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, csv_bytes([*HEADINGS, "TELEPHONE"], [*ROW, "0600000000"]))
    assert [(f.rule, f.severity, f.column) for f in read.findings] == [
        ("surplus_column", "warning", "TELEPHONE")
    ]
    assert "0600000000" not in str(read.rows.rows())


def test_an_optional_column_that_is_absent_is_null_and_named(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, csv_bytes(HEADINGS[:-1], ROW[:-1]))
    assert [(f.rule, f.column) for f in read.findings] == [("absent_column", "date_affiliation")]
    assert read.column("date_affiliation") == [None]


def test_no_personal_value_is_in_the_text_of_a_fault(tmp_path: Path) -> None:
    fault = fault_of(tmp_path, csv_bytes(HEADINGS, ROW, [*ROW, "SECRET"]))
    assert "INVENT" not in str(fault) + str(fault.values)
    assert "SECRET" not in str(fault) + str(fault.values) + fault.detail


def test_batches_hold_every_row_once(tmp_path: Path) -> None:
    rows = [[f"{i:07d}", *ROW[1:]] for i in range(150_000)]
    read = read_bytes(tmp_path, csv_bytes(HEADINGS, *rows))
    assert read.rows.schema["line_number"] == pl.Int64
    assert read.column("line_number") == list(range(2, 150_002))
