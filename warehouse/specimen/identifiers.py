"""Identifiers that no institution can have issued, and the test that tells them apart.

Every identifier of a specimen carries a prefix that is outside the ranges in use:

| type            | form                    | room      |
| --------------- | ----------------------- | --------- |
| cin             | ZZ + 5 or 6 digits      | 1,100,000 |
| passport        | ZZ + 7 digits           | 10^7      |
| residence_title | Z + 6 digits + Z        | 10^6      |
| cnss_number     | 000 + 6 digits          | 10^6      |
| affiliate       | 000 + 4 digits          | 10^4      |
| ice             | 000 + 12 digits         | 10^12     |
| anapec_number   | 000 + 6 digits          | 10^6      |

The whole country has 4 million insured persons, more than 000 and six digits can number. A
specimen that needs more than a million (a scale above about 0.24) goes on into the two-zero
numbers (001xxxxxx to 009xxxxxx). With 5 million more who are registered abroad it has nine times
as many cards as ZZ can number, and goes on through ZY, ZX and so on down to ZP; which series of
two letters are in use is published nowhere. A file *declared* as a specimen is therefore tested
with `national=True`, which takes 00 for the insured number and those letters for the card; a real
file is tested without, so that its own numbers are never mistaken for a specimen's.
"""

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

APART = "[^0-9A-Za-z]*"
"""Blanks and punctuation do not count, wherever they stand."""


def _begins(prefix: str) -> str:
    return "^" + APART + APART.join(prefix)


RESIDENCE_TITLE = f"{_begins('Z')}.*Z{APART}$"

SPECIMEN_PATTERNS: dict[str, str] = {
    # A foreign worker's residence title may stand in the CIN field of an e-BDS.
    "cin": f"{_begins('ZZ')}|{RESIDENCE_TITLE}",
    "passport": _begins("ZZ"),
    "residence_title": RESIDENCE_TITLE,
    "cnss_number": _begins("000"),
    "affiliate": _begins("000"),
    "ice": _begins("000"),
    "anapec_number": _begins("000"),
}
CIN_SERIES = ("ZZ", "ZY", "ZX", "ZW", "ZV", "ZU", "ZS", "ZR", "ZQ", "ZP")
NATIONAL_PATTERNS = SPECIMEN_PATTERNS | {
    "cin": "|".join([*(_begins(letters) for letters in CIN_SERIES), RESIDENCE_TITLE]),
    "cnss_number": _begins("00"),
}

OTHER_PATTERN = f"{_begins('ZZ')}|{_begins('000')}"
"""Identifiers of a type that a new contract brings: ZZ or 000 in front, as for the others."""

SERIES_ROOM = 1_100_000
AFFILIATE_ROOM = 9_999


def specimen_pattern(identifier_type: str, national: bool = False) -> str:
    """What an unissuable identifier looks like; `national` adds the two-zero insured numbers."""
    patterns = NATIONAL_PATTERNS if national else SPECIMEN_PATTERNS
    return f"(?i){patterns.get(identifier_type, OTHER_PATTERN)}"


def is_specimen_identifier(identifier_type: str, value: str, national: bool = False) -> bool:
    """Whether `value` is an identifier that cannot be issued (e.g. 'cin', 'ZZ 12345').

    Blanks, punctuation and case do not count. An empty value is no identifier: False.
    """
    return re.search(specimen_pattern(identifier_type, national), value) is not None


def specimen_expression(identifier_type: str, column: str, national: bool = False) -> pl.Expr:
    """The same test as a Polars expression over a text column; null where there is no value."""
    return pl.col(column).str.contains(specimen_pattern(identifier_type, national))


def padded(numbers: NDArray[np.int64], width: int) -> pl.Series:
    """Whole numbers as zero-filled text (e.g. 42, 6 -> '000042')."""
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def insured_numbers(serial: NDArray[np.int64]) -> pl.Series:
    """Insured numbers of nine digits from serial numbers below 10^7 (e.g. '000123456')."""
    return padded(serial, 9)


def affiliate_numbers(serial: NDArray[np.int64]) -> pl.Series:
    """Affiliation numbers of seven digits from serial numbers below 10^4 (e.g. '0001234')."""
    return padded(serial, 7)


def ices(serial: NDArray[np.int64]) -> pl.Series:
    """Common enterprise identifiers: 9 digits, establishment 0000 to 9999, 2 control digits."""
    return padded(serial * 1_000_000 + serial % 97, 15)


def cins(serial: NDArray[np.int64]) -> pl.Series:
    """National identity cards from serial numbers below 1.1 * 10^7 (e.g. 'ZZ012345')."""
    series, number = np.divmod(serial, SERIES_ROOM)
    six = number < 1_000_000
    text = padded(np.where(six, number, number - 1_000_000), 6)
    digits = pl.select(pl.when(pl.Series(six)).then(text).otherwise(text.str.slice(1))).to_series()
    return pl.Series(np.array(CIN_SERIES)[series]) + digits


def passports(serial: NDArray[np.int64]) -> pl.Series:
    """Passport numbers, Moroccan or foreign (e.g. 'ZZ0012345')."""
    return "ZZ" + padded(serial, 7)


def residence_titles(serial: NDArray[np.int64]) -> pl.Series:
    """Residence titles in the usual form, letter, six digits, letter (e.g. 'Z000123Z')."""
    return "Z" + padded(serial, 6) + "Z"


def anapec_numbers(serial: NDArray[np.int64]) -> pl.Series:
    """Numbers of ANAPEC's registrations and placements (e.g. '000000123')."""
    return padded(serial, 9)
