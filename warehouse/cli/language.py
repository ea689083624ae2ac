"""The language a person is spoken to in: that of --lang, else of SIMIMO_LANG, else French."""

import os
from collections.abc import Sequence
from itertools import pairwise

LANGUAGES = ("fr", "ar", "en")


def asked_language(arguments: Sequence[str]) -> str:
    """The language that `arguments` ask for; also where they cannot be understood otherwise."""
    asked = [a.removeprefix("--lang=") for a in arguments if a.startswith("--lang=")]
    asked += [after for option, after in pairwise(arguments) if option == "--lang"]
    known = [a for a in (os.environ.get("SIMIMO_LANG"), *asked) if a in LANGUAGES]
    return known[-1] if known else "fr"
