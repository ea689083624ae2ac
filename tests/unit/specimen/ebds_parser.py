"""A second, independent reading of e-BDS files, straight from the published layout.

It slices text by position and adds up as the rules say; it shares nothing with the writer.
"""

import itertools
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

VALUE = {"": 0, "SO": 1, "DE": 2, "IT": 3, "IL": 4, "AT": 5, "CS": 6, "MS": 7, "MP": 8}


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Name and content of each e-BDS text in a file."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name, archive.read(name).decode("ascii")
    else:
        yield path.name, path.read_bytes().decode("ascii")


def declarations(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each employer's lines, B00 to B06, with the name of the text they stand in."""
    for name, text in texts(path):
        assert text.endswith("\r\n")
        lines = text.split("\r\n")[:-1]
        starts = [n for n, line in enumerate(lines) if line.startswith("B00")] + [len(lines)]
        for start, end in itertools.pairwise(starts):
            yield name, lines[start:end]


def field(line: str, start: int, width: int) -> str:
    return line[start - 1 : start - 1 + width]


def number(line: str, start: int, width: int) -> int:
    text = field(line, start, width)
    assert text.isdigit(), text
    return int(text)


def b02(line: str) -> dict[str, int | str]:
    """One B02 record; its own check sum is tested on the way."""
    row: dict[str, int | str] = {
        "kind": "B02",
        "affiliate": field(line, 4, 7),
        "period": field(line, 11, 6),
        "insured": field(line, 17, 9),
        "family": field(line, 26, 30).strip(),
        "given": field(line, 56, 30).strip(),
        "days": number(line, 112, 2),
        "wage": number(line, 114, 13),
        "situation": field(line, 136, 2).strip(),
    }
    capped = number(line, 127, 9)
    assert capped == min(number(line, 114, 13), 600_000)
    assert number(line, 100, 6) == number(line, 88, 6) - number(line, 94, 6)
    assert number(line, 138, 19) == (
        number(line, 17, 9)
        + number(line, 106, 6)
        + number(line, 112, 2)
        + number(line, 114, 13)
        + capped
        + VALUE[field(line, 136, 2).strip()]
    )
    return row


def b04(line: str) -> dict[str, int | str]:
    """One B04 record; its own check sum is tested on the way."""
    parts = [number(line, 17, 9), number(line, 94, 2), number(line, 96, 13), number(line, 109, 9)]
    assert number(line, 118, 19) == sum(parts)
    return {
        "kind": "B04",
        "affiliate": field(line, 4, 7),
        "period": field(line, 11, 6),
        "insured": field(line, 17, 9),
        "family": field(line, 26, 30).strip(),
        "given": field(line, 56, 30).strip(),
        "cin": field(line, 86, 8).strip(),
        "days": number(line, 94, 2),
        "wage": number(line, 96, 13),
        "situation": "",
    }


def workers(lines: list[str]) -> list[dict[str, int | str]]:
    """The records of one employer, after testing order, lengths and every total."""
    codes = [line[:3] for line in lines]
    assert re.fullmatch("B00B01(B02)*B03(B04)+B05B06", "".join(codes))
    assert {len(line) for line in lines} == {260}
    known = [line for line in lines if line.startswith("B02")]
    new = [line for line in lines if line.startswith("B04")]
    none_new = len(new) == 1 and number(new[0], 17, 9) == 0
    if none_new:
        assert field(new[0], 26, 68).strip() == ""
        assert int(field(new[0], 94, 43)) == 0
        new = []
    b03, b05, b06 = (
        next(line for line in lines if line[:3] == code) for code in ("B03", "B05", "B06")
    )

    def total(rows: list[str], start: int, width: int) -> int:
        return sum(number(row, start, width) for row in rows)

    for start, width, over in [
        (23, 6, (86, 2)), (29, 12, (88, 6)), (41, 12, (94, 6)), (53, 12, (100, 6)),
        (65, 15, (17, 9)), (80, 12, (106, 6)), (92, 6, (112, 2)), (98, 15, (114, 13)),
        (113, 13, (127, 9)), (126, 19, (138, 19)),
    ]:  # fmt: skip
        assert number(b03, start, width) == total(known, *over)
    assert number(b03, 17, 6) == len(known)
    for start, width, over in [
        (23, 15, (17, 9)), (38, 6, (94, 2)), (44, 15, (96, 13)), (59, 13, (109, 9)),
        (72, 19, (118, 19)),
    ]:  # fmt: skip
        assert number(b05, start, width) == total(new, *over)
    assert number(b05, 17, 6) == len(new)
    for start, width, of_b03 in [
        (17, 6, (17, 6)), (23, 15, (65, 15)), (38, 6, (92, 6)), (44, 15, (98, 15)),
        (59, 13, (113, 13)), (72, 19, (126, 19)),
    ]:  # fmt: skip
        assert number(b06, start, width) == number(b03, *of_b03) + number(b05, start, width)
    return [b02(line) for line in known] + [b04(line) for line in new]


@cache
def records(path: Path) -> list[dict[str, int | str]]:
    """All records of a file of either form, every check sum and total tested."""
    return [{**row, "name": name} for name, lines in declarations(path) for row in workers(lines)]
