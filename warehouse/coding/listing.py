"""What a job title was coded to, and what else it may be, for people."""

import csv
import io
import json
from dataclasses import asdict, dataclass

from warehouse.coding.coder import UNKNOWN, Coder
from warehouse.desk.code_list import codes
from warehouse.messages import LANGUAGES, word

CODE_LIST = "cl_occupation"


@dataclass(frozen=True)
class LikelyOccupation:
    """An occupation that a title may have; `is_given` where the title takes its code."""

    code: str
    score: float
    label: str
    is_given: bool


def title_listing(coder: Coder, title: str, format: str, lang: str) -> str:
    """The likeliest occupations of `title` as text, CSV or JSON, with their scores."""
    (coding,) = coder.code([title])
    listed = codes(CODE_LIST)
    at = LANGUAGES.index(lang)
    rows = [
        LikelyOccupation(
            found.code,
            round(found.score, 4),
            listed[found.code].labels[at],
            found.code == coding.code,
        )
        for found in coder.candidates(title)
    ]
    if format == "json":
        return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2)
    if format == "csv":
        return _csv(rows)
    said = word("title_unsure" if coding.code == UNKNOWN else f"title_{coding.method}", lang)
    lines = (f"{'→' if r.is_given else ' '} {r.code:<6} {r.score:.2f}  {r.label}" for r in rows)
    return "\n".join([said, *lines])


def _csv(rows: list[LikelyOccupation]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["code", "score", "label", "is_given"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()
