"""What a reviewer is given: pairs in an order of the reviewer's own, masked, without any weight.

Nobody is told what the program thinks, nor what others answered. Only the role of linkage reads
names, and they leave this module masked.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg

from warehouse.database import connect
from warehouse.errors import FileNotReadable, SimimoError
from warehouse.linkage import answers, runs
from warehouse.linkage.description import CODED, described
from warehouse.linkage.masked import Aspect, Frequency, Record, frequency, masked_pair
from warehouse.linkage.model import Model, with_terms
from warehouse.linkage.records import correspondences
from warehouse.linkage.rules import rules
from warehouse.messages import LANGUAGES, word

ANSWERS = ("yes", "no", "unsure")
PAIR_COLUMN, ANSWER_COLUMN = "pair", "answer"
"""The two columns of the sheet that are read back, the same in every language."""
DELIMITERS = ",;\t"


class SheetRefused(SimimoError):
    """A line of a reviewer's sheet has no known pair or no answer that is understood."""

    key = "review_sheet_refused"


@dataclass(frozen=True)
class Shown:
    """A pair as it is shown: its number and what of it agrees."""

    number: int
    aspects: tuple[Aspect, ...]


def own_order(numbers: Iterable[int], reviewer: str) -> list[int]:
    """The pairs in an order that is random, and always the same to one reviewer."""
    return sorted(numbers, key=lambda n: sha256(f"{reviewer}|{n}".encode()).digest())


def next_pairs(reviewer: str, count: int) -> list[Shown]:
    """The next pairs that `reviewer` has not answered; whoever shows them notes it."""
    with connect("simimo_linkage") as session:
        waiting = answers.unanswered(session, reviewer, rules().reviewers_per_pair)
        numbers = own_order(waiting, reviewer)[:count]
        return _masked(session, numbers) if numbers else []


def note(reviewer: str, action: str, pairs: int) -> None:
    """Log that so many pairs were shown or exported."""
    with connect("simimo_linkage") as session:
        answers.log(session, reviewer, action, pairs)
        session.commit()


def keep_answer(reviewer: str, number: int, answer: str) -> None:
    """Keep one answer at once, so that a reviewer who stops has lost none."""
    with connect("simimo_linkage") as session:
        answers.keep_answers(session, reviewer, {number: answer}, "answered")
        session.commit()


def _masked(session: psycopg.Connection, numbers: list[int]) -> list[Shown]:
    records = answers.records_of(session, numbers)
    known = correspondences(session, set(CODED.values()))
    coded = with_terms(described(records, known))
    names = records.select("number", "side", "family_name", "given_name")
    sides = {
        (int(row["number"]), row["side"]): row
        for row in coded.join(names, on=["number", "side"]).iter_rows(named=True)
    }
    bearers = _bearers(runs.saved_model(session))
    return [
        Shown(number, tuple(_aspects(sides[number, "l"], sides[number, "r"], bearers)))
        for number in numbers
        if {(number, "l"), (number, "r")} <= sides.keys()
    ]


def _bearers(model: Model | None) -> Mapping[str, Mapping[str, float]]:
    """By term, the share of the persons of a group who bear a name."""
    found = model.frequencies if model else {}
    return {term: dict(shares.iter_rows()) for term, shares in found.items()}


def _aspects(
    left: Record, right: Record, bearers: Mapping[str, Mapping[str, float]]
) -> list[Aspect]:
    classes = {name: _class(name, left, right, bearers) for name in ("family", "given")}
    return masked_pair(left, right, classes)


def _class(
    name: str, left: Record, right: Record, bearers: Mapping[str, Mapping[str, float]]
) -> Frequency:
    """Of the two names the class of the more frequent: it is the one that chance explains."""
    shares = bearers.get(f"{name}_term", {})
    told = [shares.get(term) for side in (left, right) if (term := side[f"{name}_term"])]
    most = max((share for share in told if share is not None), default=None)
    return frequency(most, rules().name_rare_below, rules().name_frequent_from)


def text_of(pair: Shown, lang: str) -> str:
    """The lines of a pair, for a terminal."""
    lines = [(word(f"review_{a.name}", lang), *_cells(a, lang)) for a in pair.aspects]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(f"  {line}".rstrip() for line in padded)


def _cells(aspect: Aspect, lang: str) -> tuple[str, str, str]:
    said = word(f"review_{aspect.state}", lang)
    if aspect.frequency:
        said = f"{said} ({word(f'review_{aspect.frequency}', lang)})"
    return said, aspect.left, aspect.right


def sheet_of(pairs: Iterable[Shown], lang: str) -> str:
    """The pairs as CSV, one a row, the answer to be filled in: names are masked here too."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    listed = list(pairs)
    names = [a.name for a in listed[0].aspects] if listed else []
    writer.writerow([PAIR_COLUMN, *(word(f"review_{name}", lang) for name in names), ANSWER_COLUMN])
    for pair in listed:
        cells = [" ".join(filter(None, _in_sheet(_cells(a, lang)))) for a in pair.aspects]
        writer.writerow([pair.number, *cells, ""])
    return written.getvalue()


def _in_sheet(cells: tuple[str, str, str]) -> tuple[str, str]:
    said, left, right = cells
    return said, f"{left} / {right}" if left or right else ""


def read_sheet(path: Path, reviewer: str) -> int:
    """Keep the answers of a sheet, or refuse it whole; how many.

    Rows without an answer are left for another time. Raises FileNotReadable, SheetRefused.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise FileNotReadable(file=path) from None
    with connect("simimo_linkage") as session:
        found = _answers_of(text, answers.known_pairs(session), path)
        answers.keep_answers(session, reviewer, found, "imported")
        session.commit()
    return len(found)


def _answers_of(text: str, known: set[int], path: Path) -> dict[int, str]:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    if not {PAIR_COLUMN, ANSWER_COLUMN} <= set(rows.fieldnames or ()):
        raise SheetRefused(file=path, line=1)
    found: dict[int, str] = {}
    for row in rows:
        said = (row[ANSWER_COLUMN] or "").strip()
        if not said:
            continue
        answer, number = answer_of(said), (row[PAIR_COLUMN] or "").strip()
        if answer is None or not number.isdecimal() or int(number) not in known:
            raise SheetRefused(file=path, line=rows.line_num)
        found[int(number)] = answer
    return found


def answer_of(said: str) -> str | None:
    """yes, no or unsure, as a reviewer writes it in any of the languages; None for another word."""
    written = said.strip().casefold()
    for answer in ANSWERS:
        if any(written in word(f"review_says_{answer}", lang).split() for lang in LANGUAGES):
            return answer
    return None
