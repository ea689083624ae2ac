"""Text that is safe to show: what came from a file is made visible, and kept apart from ours.

Every value put into a sentence stands between two isolates (U+2068 and U+2069). A page turns
them into <bdi>, plain text keeps them where the direction of the writing changes. A sentence so
prepared is a Marked; only `plain`, `bare` and `html` turn it into something to print.
"""

import re
import unicodedata
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from markupsafe import Markup

Marked = NewType("Marked", str)

SHOWN_CHARACTERS = 120
"""Characters of a value from a file that a report shows; the rest is cut."""

UNBROKEN_CHARACTERS = 20
"""A number, date or code up to this length never breaks at its hyphens on a page."""

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT_MARK = "\u200f"
NO_BREAK_SPACE = "\u00a0"

ISOLATED = re.compile(f"{ISOLATE}([^{END_ISOLATE}]*){END_ISOLATE}")
COMMAND = re.compile(r"`([^`]*)`")
COMPOUND_NUMBER = re.compile(r"(?<!\w)\d+(?:[-/.:]\d+)+(?!\w)")
"""A date or the number of a law: in Arabic its pieces would change places."""
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_FRENCH_SPACE = re.compile(r"(?<=«) | (?=[»:;?!%])")


def visible(text: str) -> str:
    """`text` with every hidden character written out, cut at SHOWN_CHARACTERS.

    Controls, bidirectional overrides and odd spaces can neither act nor hide, and the data
    officer sees them: ``"12\\u202e3"`` becomes ``"12[U+202E]3"``.
    """
    if text.isascii() and text.isprintable() and len(text) <= SHOWN_CHARACTERS:
        return text
    shown = "".join(_written_out(character) for character in text[: SHOWN_CHARACTERS + 1])
    return shown if len(shown) <= SHOWN_CHARACTERS else shown[: SHOWN_CHARACTERS - 1] + "…"


def _written_out(character: str) -> str:
    hidden = character != " " and unicodedata.category(character) in _HIDDEN_CATEGORIES
    return f"[U+{ord(character):04X}]" if hidden else character


def isolated(text: str) -> Marked:
    """Our own number, code or name, kept apart from the sentence around it."""
    return Marked(f"{ISOLATE}{text}{END_ISOLATE}")


def quoted(text: str) -> Marked:
    """A value that came from a file: visible, and kept apart from the sentence around it."""
    return isolated(visible(text))


def apart(text: str) -> Marked:
    """A sentence of ours with its `commands` and its dates kept whole in any direction."""
    commands = COMMAND.sub(lambda found: isolated(found[1]), text)
    pieces = ISOLATED.split(commands)
    pieces[0::2] = [COMPOUND_NUMBER.sub(lambda n: isolated(n[0]), p) for p in pieces[0::2]]
    pieces[1::2] = [isolated(piece) for piece in pieces[1::2]]
    return Marked("".join(pieces))


def plain(marked: Marked, lang: str) -> str:
    """`marked` for a terminal, JSON or a spreadsheet.

    The isolates stay in Arabic and around Arabic values; elsewhere they would only be noise.
    """
    text = _typeset(marked) if lang == "fr" else marked
    return ISOLATED.sub(lambda m: m[0] if lang == "ar" or _turns(m[1]) else m[1], text)


def bare(marked: Marked) -> str:
    """`marked` alone in a cell or a field: no isolates, it has no sentence around it."""
    return ISOLATED.sub(r"\1", marked)


def html(marked: Marked, lang: str) -> "Markup":
    """`marked` for a page: escaped, its values in <bdi>."""
    from markupsafe import Markup, escape

    text = str(escape(_typeset(marked) if lang == "fr" else marked))
    return Markup(ISOLATED.sub(lambda m: f"{_bdi(m[1])}{m[1]}</bdi>", text))


def _bdi(text: str) -> str:
    # A <bdi> of digits alone would take the direction around it: 2026-03 would read 03-2026.
    if _turns(text):
        return "<bdi>"
    is_short = len(text) <= UNBROKEN_CHARACTERS and " " not in text
    unbroken = ' class="unbroken"' if is_short else ""
    return f'<bdi dir="ltr"{unbroken}>'


def _turns(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)


def _typeset(marked: Marked) -> Marked:
    """French punctuation never begins a line; values, between isolates, stay as they are."""
    pieces = ISOLATED.split(marked)
    pieces[0::2] = [_FRENCH_SPACE.sub(NO_BREAK_SPACE, piece) for piece in pieces[0::2]]
    pieces[1::2] = [isolated(piece) for piece in pieces[1::2]]
    return Marked("".join(pieces))
