"""What of a title is compared: its words, its letters, what its words mean, and its first word.

Each of the four is a vector of length 1 and has its share; together they have length 1 again, so
that the product of two titles tells from 0 to 1 how alike they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LETTERS = (1, 4)
"""The lengths of the runs of letters that are compared."""
TITLES_AT_ONCE = 1000


@dataclass(frozen=True)
class Compared:
    """Titles as they are compared: counts of words and letters (sparse), and their meaning."""

    counted: Any
    meant: Floats

    def alike(self, others: "Compared") -> Iterator[tuple[slice, Floats]]:
        """How alike each title is to each of the others, squared, some rows at a time."""
        for start in range(0, len(self.meant), TITLES_AT_ONCE):
            rows = slice(start, start + TITLES_AT_ONCE)
            product = (self.counted[rows] @ others.counted.T).toarray()
            product += self.meant[rows] @ others.meant.T
            yield rows, product * product


@dataclass(frozen=True)
class Features:
    """Which words and runs of letters count for how much, and which vector a stem has."""

    vocabularies: tuple[dict[str, int], dict[str, int]]
    frequencies: tuple[NDArray[np.float64], NDArray[np.float64]]
    vector_rows: dict[str, int]
    vectors: Floats
    shares: Mapping[str, float]

    def of(self, forms: Sequence[str]) -> Compared:
        """The features of titles in their compared form."""
        from scipy import sparse

        counted = []
        for vectoriser, frequency, share in zip(
            _vectorisers(self.vocabularies),
            self.frequencies,
            (self.shares["words"], self.shares["letters"]),
            strict=True,
        ):
            vectoriser.idf_ = frequency
            counted.append(vectoriser.transform(forms) * np.sqrt(share))
        joined = sparse.hstack(counted).tocsr().astype(np.float32)
        meant = self._meant(forms)
        lengths = np.sqrt(joined.multiply(joined).sum(axis=1).A1 + (meant * meant).sum(axis=1))
        scale = (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return Compared(sparse.diags(scale) @ joined, meant * scale[:, None])

    def _meant(self, forms: Sequence[str]) -> Floats:
        """The mean vector of all words, the rare ones first, and beside it that of the first."""
        size = self.vectors.shape[1]
        meant = np.zeros((len(forms), 2 * size), dtype=np.float32)
        weights, rarest = self._weights(), self.frequencies[0].max()
        for number, written in enumerate(forms):
            for place, word in enumerate(written.split()):
                if (row := self.vector_rows.get(word)) is None:
                    continue
                meant[number, :size] += weights.get(word, rarest) * self.vectors[row]
                if place == 0:
                    meant[number, size:] = self.vectors[row]
        for columns, share in (
            (slice(0, size), self.shares["meaning"]),
            (slice(size, None), self.shares["first_word"]),
        ):
            lengths = np.linalg.norm(meant[:, columns], axis=1, keepdims=True)
            meant[:, columns] *= np.sqrt(share) / np.where(lengths > 0, lengths, 1)
        return meant

    def _weights(self) -> dict[str, float]:
        words, frequencies = self.vocabularies[0], self.frequencies[0]
        return {word: float(frequencies[column]) for word, column in words.items()}


def learnt_features(forms: Sequence[str], shares: Mapping[str, float]) -> Features:
    """The features of known titles: what is rare among them counts for more."""
    from warehouse.coding.word_vectors import word_vectors

    vectorisers = [vectoriser.fit(forms) for vectoriser in _vectorisers(None)]
    words, letters = (_in_order(vectoriser.vocabulary_) for vectoriser in vectorisers)
    return Features(
        (words, letters),
        (vectorisers[0].idf_, vectorisers[1].idf_),
        *word_vectors(),
        shares,
    )


def word_features(form: str) -> list[str]:
    """The words of a form, their pairs, and which of them comes first and last."""
    found = form.split()
    pairs = [f"{first}_{second}" for first, second in pairwise(found)]
    ends = [f"^{found[0]}", f"{found[-1]}$"] if found else []
    return [*found, *pairs, *ends]


def _vectorisers(vocabularies: Sequence[dict[str, int]] | None) -> list[Any]:
    """What turns forms into weighted counts: of words and their pairs, and of letters in words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words, letters = vocabularies or (None, None)
    return [
        TfidfVectorizer(analyzer=word_features, sublinear_tf=True, vocabulary=words),
        TfidfVectorizer(
            analyzer="char_wb", ngram_range=LETTERS, sublinear_tf=True, vocabulary=letters
        ),
    ]


def _in_order(vocabulary: Mapping[str, int]) -> dict[str, int]:
    """The vocabulary by column, so that a list of its words is enough to keep it."""
    return {str(word): int(n) for word, n in sorted(vocabulary.items(), key=lambda i: int(i[1]))}
