"""How a source code is compared with the codes that are known: what changes no meaning is folded.

Case, blanks, accents, the script of digits, tatweel and vowel signs, the forms of alef, typographic
signs. The macro matched_code does the same in SQL, from the characters that are written here.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

PLAIN = r" ?(?:[!-~]+ ?)*"
"""Printable ASCII with single blanks: capitals and a trim are all that such a text needs."""


def _each(characters: Iterable[str | int], folded: str) -> dict[str, str]:
    return {c if isinstance(c, str) else chr(c): folded for c in characters}


def _unaccented() -> dict[str, str]:
    """Latin letters with a sign, both cases, as their capital without it: {'é': 'E'}."""
    letters = {}
    for letter in map(chr, [*range(0xC0, 0x180), *range(0x218, 0x21C)]):
        apart = unicodedata.normalize("NFD", letter)
        if len(apart) > 1 and apart[0].isascii():
            letters[letter] = apart[0].upper()
    return letters


FOLDED: Mapping[str, str] = {
    **_each(["\t", "\n", "\r", 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    # Zero-width and direction marks, the soft hyphen, the byte-order mark.
    **_each([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)], ""),
    **_each([0xAD, 0xFEFF], ""),
    # Accents written apart; tatweel and vowel signs.
    **_each([*range(0x300, 0x370), 0x640, *range(0x64B, 0x653), 0x670], ""),
    # Letters and digits of full width, with the signs found in codes.
    **{chr(0xFEE0 + ord(c)): c.upper() for c in "0123456789-()./"},
    **{chr(0xFEE0 + ord(c)): c.upper() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{chr(0xFEE0 + ord(c)): c.upper() for c in "abcdefghijklmnopqrstuvwxyz"},
    **dict(zip("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2, strict=True)),
    **_each("‘’ʼ´", "'"),
    **_each("‐‑‒–—−", "-"),
    **_each("أإآٱ", "ا"),
    **_each("ىی", "ي"),
    **_each("ک", "ك"),
    **_unaccented(),
    **_each("øØ", "O"),
    **_each("łŁ", "L"),
    **_each("đĐ", "D"),
    **_each("ı", "I"),
    **_each("œŒ", "OE"),
    **_each("æÆ", "AE"),
    **_each("ß", "SS"),
}
"""What each character becomes before codes are compared."""

_TABLE = str.maketrans(dict(FOLDED))


def matched(source_code: str) -> str:
    """A source code as it is compared: 'Sénégalaise\\xa0' is SENEGALAISE, '٥٠٤' is 504."""
    return re.sub(" +", " ", source_code.translate(_TABLE).upper()).strip(" ")


def matched_codes(source_codes: "pl.Series") -> "pl.Series":
    """Source codes as they are compared; each unusual text is folded once."""
    unusual = source_codes.filter(~source_codes.str.contains(f"^{PLAIN}$")).unique()
    if unusual.len():
        source_codes = source_codes.replace(unusual, [matched(text) for text in unusual])
    return source_codes.str.strip_chars(" ").str.to_uppercase()


def folded_characters_macro() -> str:
    """The macro file that tells dbt which characters are folded: one for one, away, to several."""
    single = {c: f for c, f in FOLDED.items() if len(f) == 1}
    removed = [c for c, f in FOLDED.items() if not f]
    told = {
        "from": "".join([*single, *removed]),
        "to": "".join(single.values()),
        "several": {c: f for c, f in FOLDED.items() if len(f) > 1},
    }
    lines = [f"    {json.dumps(key)}: {json.dumps(value)}," for key, value in told.items()]
    head = ["{# Written from warehouse/source_code.py by `simimo build`; edit that. #}", ""]
    macro = ["{% macro folded_characters() %}", "{{ return({", *lines, "}) }}", "{% endmacro %}"]
    return "\n".join([*head, *macro]) + "\n"
