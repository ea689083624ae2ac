"""Search over all code lists, in any of the three languages and in either script."""

from dataclasses import dataclass

from warehouse.desk.code_list import Code, code_lists, codes, list_of
from warehouse.desk.spelling import folded


@dataclass(frozen=True)
class FoundCode:
    """A code of a list, with its labels."""

    code_list: str
    code: str
    label_fr: str
    label_ar: str
    label_en: str

    def label(self, lang: str) -> str:
        """The label in `lang`."""
        return str(getattr(self, f"label_{lang}"))


def search(term: str, lang: str, variable: str | None = None) -> list[FoundCode]:
    """The codes whose code or label holds `term`, by list, then by label in the alphabet of `lang`.

    Case, accents, hamza and vowel signs make no difference, neither to what is found nor to its
    order: without them, the letters of both scripts stand in Unicode as in their alphabets.
    """
    wanted = folded(term)
    lists = code_lists() if variable is None else [list_of(variable)]
    found = [
        FoundCode(name, code.code, *code.labels)
        for name in lists
        for code in codes(name).values()
        if _holds(code, wanted)
    ]
    return sorted(found, key=lambda f: (f.code_list, folded(f.label(lang)), f.code))


def _holds(code: Code, wanted: str) -> bool:
    return folded(code.code) == wanted or any(wanted in folded(label) for label in code.labels)
