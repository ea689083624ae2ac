"""The lists of answers of the questionnaire, from the warehouse's code lists where it has them."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from warehouse.codelists import newest
from warehouse.survey.form.source import FOLDER, LANGUAGES, Choice, Labels, read
from warehouse.survey.sampling.frame import frame

URBAN = {"urban": {"fr": "urbain", "ar": "حضري"}, "rural": {"fr": "rural", "ar": "قروي"}}


@cache
def choices(name: str) -> tuple[Choice, ...]:
    """The answers of the list `name`, in the order in which they are offered; raises KeyError."""
    given = read(FOLDER / "choices.yml")[name]
    found = [*_of_frame(given), *_of_code_list(given), *_own(given)]
    if given.get("alphabetical"):
        found.sort(key=lambda choice: _plain(choice.label["fr"]))
    first = {code: place for place, code in enumerate(given.get("first", ()))}
    return tuple(sorted(found, key=lambda choice: first.get(choice.code, len(first))))


def _plain(text: str) -> str:
    """`text` as it is put in order: Égypte stands among the names in E."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def label(name: str, code: str, lang: str) -> str:
    """What the answer `code` of a list says; raises StopIteration where it has none such."""
    return next(choice.label[lang] for choice in choices(name) if choice.code == code)


def _own(given: dict[str, Any]) -> Iterator[Choice]:
    for code, labels in given.get("codes", {}).items():
        yield Choice(code=code, label=labels)


def _of_code_list(given: dict[str, Any]) -> Iterator[Choice]:
    if "codelist" not in given:
        return
    rows = {row["code"]: row for row in newest(given["codelist"]) if not row["valid_to"]}
    wanted = given.get("only") or [
        code for code, row in rows.items() if row["level"] == str(given["level"])
    ]
    for code in wanted:
        yield Choice(code=code, label=_labels(rows[code]))


def _labels(row: dict[str, str]) -> Labels:
    return {lang: row[f"label_{lang}"] for lang in LANGUAGES}


def _of_frame(given: dict[str, Any]) -> Iterator[Choice]:
    """Every primary unit with its region and stratum, which the form looks up."""
    if given.get("frame") != "communes":
        return
    for unit in frame():
        names = {"fr": unit.name_fr, "ar": unit.name_ar}
        yield Choice(
            code=unit.code,
            label={lang: f"{names[lang]} ({URBAN[unit.milieu][lang]})" for lang in LANGUAGES},
            attributes={"region": unit.region, "stratum": unit.stratum},
        )
