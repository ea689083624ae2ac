"""What the words of a job title tell of its unit group: linear machines on words and letters.

Four machines look at the same title: at four digits of ISCO-08 one by its letters and one by its
words, at two and at one digit both; a code gains where its sub-major and major group are likely
too. All that is learnt is arrays and words: it is kept, and read back, without executing anything.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
REGULARISATION = 1.0
"""C of the machines: of 0.3 and 1, the one that coded more left-out titles rightly."""
TOLERANCE = 0.02


@dataclass(frozen=True)
class Machine:
    """At how many digits a machine codes, and by which of the two kinds of features."""

    digits: int
    by_words: bool
    by_letters: bool


MACHINES = {
    "four_by_letters": Machine(4, by_words=False, by_letters=True),
    "four_by_words": Machine(4, by_words=True, by_letters=False),
    "two": Machine(2, by_words=True, by_letters=True),
    "one": Machine(1, by_words=True, by_letters=True),
}


@dataclass(frozen=True)
class Candidate:
    """A code of cl_occupation that a title may have, with its score.

    The score is the geometric mean of two probabilities: of the unit group, and of its major group.
    """

    code: str
    score: float


@dataclass(frozen=True)
class Classifier:
    """Machines trained on known titles; `weights` and `biases` have one column a code."""

    codes: tuple[str, ...]
    vocabularies: tuple[dict[str, int], dict[str, int]]
    frequencies: tuple[NDArray[np.float64], NDArray[np.float64]]
    weights: Floats
    biases: Floats

    def candidates(self, forms: Sequence[str], most: int = 3) -> list[list[Candidate]]:
        """The `most` likely codes of each title in its compared form, the likeliest first."""
        if not forms:
            return []
        scores = self._features(forms) @ self.weights + self.biases
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        groups = odds / odds.sum(axis=1, keepdims=True)
        first = np.array([code[0] for code in self.codes])
        same_major = (first[:, None] == first[None, :]).astype(np.float32)
        sure = np.sqrt(groups * (groups @ same_major))
        best = np.argsort(-groups, axis=1)[:, :most]
        return [
            [Candidate(self.codes[n], float(row[n])) for n in chosen]
            for row, chosen in zip(sure, best, strict=True)
        ]

    def _features(self, forms: Sequence[str]) -> Any:
        from scipy import sparse

        parts = []
        for vectoriser, frequency in zip(
            _vectorisers(self.vocabularies), self.frequencies, strict=True
        ):
            vectoriser.idf_ = frequency
            parts.append(vectoriser.transform(forms))
        return sparse.hstack(parts).tocsr().astype(np.float32)

    def save(self, path: Path) -> None:
        """Write the machines to `path`, whole or not at all."""
        words = [list(vocabulary) for vocabulary in self.vocabularies]
        told = json.dumps({"codes": self.codes, "words": words}, ensure_ascii=False)
        content = io.BytesIO()
        np.savez(
            content,
            told=np.frombuffer(told.encode(), dtype=np.uint8),
            word_frequencies=self.frequencies[0],
            letter_frequencies=self.frequencies[1],
            weights=self.weights,
            biases=self.biases,
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(content.getvalue())
        partial.replace(path)


def load(path: Path) -> Classifier:
    """Read back what `save` wrote; nothing in the file is executed."""
    with np.load(path, allow_pickle=False) as kept:
        told = json.loads(kept["told"].tobytes())
        words, letters = ({word: n for n, word in enumerate(known)} for known in told["words"])
        return Classifier(
            tuple(told["codes"]),
            (words, letters),
            (kept["word_frequencies"], kept["letter_frequencies"]),
            kept["weights"],
            kept["biases"],
        )


def train(forms: Sequence[str], codes: Sequence[str], shares: dict[str, float]) -> Classifier:
    """Machines trained on titles in their compared form and their four-digit codes.

    `shares` says what each machine weighs in the score.
    """
    vectorisers = _vectorisers(None)
    by_words, by_letters = (vectoriser.fit_transform(forms) for vectoriser in vectorisers)
    words = by_words.shape[1]
    known = tuple(sorted(set(codes)))
    weights = np.zeros((words + by_letters.shape[1], len(known)), dtype=np.float32)
    biases = np.zeros(len(known), dtype=np.float32)
    for name, machine in MACHINES.items():
        trained = _trained(machine, by_words, by_letters, codes)
        at = {group: n for n, group in enumerate(trained.classes_)}
        columns = [at[code[: machine.digits]] for code in known]
        rows = slice(0 if machine.by_words else words, None if machine.by_letters else words)
        weights[rows] += np.float32(shares[name]) * _slopes(trained)[:, columns]
        biases += np.float32(shares[name]) * _levels(trained)[columns]
    vocabularies = [_in_order(vectoriser.vocabulary_) for vectoriser in vectorisers]
    frequencies = [vectoriser.idf_ for vectoriser in vectorisers]
    return Classifier(
        known,
        (vocabularies[0], vocabularies[1]),
        (frequencies[0], frequencies[1]),
        weights,
        biases,
    )


def _trained(machine: Machine, by_words: Any, by_letters: Any, codes: Sequence[str]) -> Any:
    from scipy import sparse
    from sklearn.svm import LinearSVC

    parts = [by_words] * machine.by_words + [by_letters] * machine.by_letters
    learner = LinearSVC(C=REGULARISATION, tol=TOLERANCE, random_state=0)
    groups = [code[: machine.digits] for code in codes]
    return learner.fit(sparse.hstack(parts).tocsr(), groups)


def _slopes(trained: Any) -> Floats:
    slopes: Floats = trained.coef_.T.astype(np.float32)
    return slopes


def _levels(trained: Any) -> Floats:
    levels: Floats = trained.intercept_.astype(np.float32)
    return levels


def _vectorisers(vocabularies: Sequence[dict[str, int]] | None) -> list[Any]:
    """What turns forms into weighted counts: of words and their pairs, and of letters in words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words, letters = vocabularies or (None, None)
    return [
        TfidfVectorizer(analyzer=word_features, sublinear_tf=True, vocabulary=words),
        TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, vocabulary=letters
        ),
    ]


def word_features(form: str) -> list[str]:
    """The words of a form, their pairs, and which of them comes first and last."""
    found = form.split()
    pairs = [f"{first}_{second}" for first, second in pairwise(found)]
    ends = [f"^{found[0]}", f"{found[-1]}$"] if found else []
    return [*found, *pairs, *ends]


def _in_order(vocabulary: dict[str, int]) -> dict[str, int]:
    """The vocabulary by column, so that a list of its words is enough to keep it."""
    return {str(word): int(n) for word, n in sorted(vocabulary.items(), key=lambda i: int(i[1]))}
