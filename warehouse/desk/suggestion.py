"""Common codes that an unknown source code may mean, the likeliest first, each with its reason."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from warehouse.desk.code_list import codes, list_of
from warehouse.desk.correspondence import Correspondence
from warehouse.desk.spelling import folded
from warehouse.settings import settings
from warehouse.source_code import matched

MOST = 5
LEAST_SCORE = 0.6
"""Similarity (0 to 1) below which two words are no suggestion."""
SHORT = 3
"""Characters up to which a code is an abbreviation: one that resembles it means another thing."""


@dataclass(frozen=True)
class Suggestion:
    """A common code with its score from 0 to 1, and why: a label, a spelling or a decision."""

    code: str
    score: float
    reason: str
    about: str


@dataclass(frozen=True)
class _Candidate:
    text: str
    code: str
    reason: str
    about: str


def suggestions(
    variable: str, source_code: str, decided: Iterable[Correspondence] = ()
) -> list[Suggestion]:
    """What `source_code` may mean; `decided` are earlier decisions on the variable."""
    best: dict[str, Suggestion] = {}
    earlier = [_of_decision(row) for row in decided]
    for found in (
        *_alike(source_code, earlier),
        *_alike(source_code, _known(variable)),
    ):
        if found.code not in best or found.score > best[found.code].score:
            best[found.code] = found
    ranked = sorted(best.values(), key=lambda s: (-s.score, s.code))
    return ranked[:MOST]


def _alike(source_code: str, candidates: Sequence[_Candidate]) -> list[Suggestion]:
    """The candidates that resemble the source code."""
    from rapidfuzz import process

    written = folded(source_code)
    if len(written) <= SHORT:
        return [_scored(c, 1.0) for c in candidates if c.text == written]
    found = process.extract(
        written,
        [c.text if len(c.text) > SHORT else "" for c in candidates],
        scorer=_resemblance,
        score_cutoff=LEAST_SCORE * 100,
        limit=4 * MOST,
    )
    return [_scored(candidates[position], score / 100) for _, score, position in found]


def _resemblance(one: Any, other: Any, /, *, score_cutoff: float | None = None) -> float:
    """From 0 to 100: all words as they stand, and half of it for the words that both have.

    'republique du senegal' is nearer to 'senegal' than to another republic.
    """
    from rapidfuzz import fuzz

    score = (fuzz.token_sort_ratio(one, other) + fuzz.token_set_ratio(one, other)) / 2
    return score if score >= (score_cutoff or 0) else 0


def _scored(candidate: _Candidate, score: float) -> Suggestion:
    return Suggestion(candidate.code, round(score, 2), candidate.reason, candidate.about)


def _of_decision(row: Correspondence) -> _Candidate:
    return _Candidate(
        folded(row.source_code), row.code, "decision", f"{row.provider} {row.source_code}"
    )


@cache
def _known(variable: str) -> tuple[_Candidate, ...]:
    """The labels of the variable's list in three languages, and the source codes that ship."""
    labelled = [
        _Candidate(folded(label), code.code, f"label_{lang}", label)
        for code in codes(list_of(variable)).values()
        for lang, label in zip(("fr", "ar", "en"), code.labels, strict=True)
        if not code.code.startswith("_")
    ]
    path = settings().dbt_dir / "seeds" / "correspondences" / f"{variable}.csv"
    spelled: list[_Candidate] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                about = f"{row['provider']} {matched(row['source_code'])}"
                text = folded(row["source_code"])
                spelled.append(_Candidate(text, row["code"], "spelling", about))
    return (*labelled, *spelled)
