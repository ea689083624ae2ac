"""Every sentence that SIMIMO says to a person, in French, Arabic and English.

One YAML file a stage; a key is a rule or an error, its code is unique and never reused.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("fr", "ar", "en")

SEMICOLONS = {"fr": " ; ", "ar": "؛ ", "en": "; "}
COMMAS = {"fr": ", ", "ar": "، ", "en": ", "}


@dataclass(frozen=True)
class Message:
    """One sentence ready to be read: its stable code, what was found, what to do."""

    code: str
    text: str
    hint: str


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """All messages by key, such as required, each with its code, message and hint."""
    import yaml

    entries: dict[str, dict[str, Any]] = {}
    for path in sorted(Path(__file__).parent.glob("*.yml")):
        for key, entry in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader).items():
            if key in entries:
                raise ValueError(f"message {key!r} stands twice, the second time in {path.name}")
            entries[key] = entry
    return entries


class _Known(dict[str, Any]):
    """Template values; a missing one stays visible as ``{name}`` instead of raising."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def message(key: str, lang: str = "fr", **values: Any) -> Message:
    """The message `key` in `lang` (fr, ar or en), its template filled with `values`."""
    entry = catalogue()[key]
    known = _Known(values)
    return Message(
        entry["code"],
        entry["message"][lang].format_map(known),
        entry["hint"][lang].format_map(known),
    )


@cache
def words(name: str) -> dict[str, Any]:
    """The words of one file of the folder words, such as cli, by key, then language."""
    import yaml

    path = Path(__file__).parent / "words" / f"{name}.yml"
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return loaded


def word(key: str, lang: str = "fr", **values: Any) -> str:
    """A word or short sentence of the command line in `lang`, its template filled."""
    template: str = words("cli")[key][lang]
    return template.format_map(_Known(values))


def counted(key: str, count: int, lang: str = "fr") -> str:
    """`count` of something, agreeing with it (e.g. 1 période, 2 périodes, aucune période)."""
    from warehouse.report.figures import number, plural

    return plural(words("cli")[key][lang], count, lang).format(n=number(count, lang))
