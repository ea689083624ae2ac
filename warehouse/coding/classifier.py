"""What titles like it tell of a title's unit group: ridge regression on how alike titles are.

Three regressions share their features: at four, two and one digits of ISCO-08; a code gains where
its sub-major and major group are likely too. All that is learnt is arrays and words: it is kept,
and read back, without executing anything.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from warehouse.coding.features import Compared, Features, Floats, learnt_features

DIGITS = {"four": 4, "two": 2, "one": 1}


@dataclass(frozen=True)
class Candidate:
    """A code of cl_occupation that a title may have, with its score.

    The score is a geometric mean of two probabilities: of the unit group, and of its major group.
    """

    code: str
    score: float


@dataclass(frozen=True)
class Classifier:
    """Known titles as they are compared, and what each says of each code."""

    codes: tuple[str, ...]
    features: Features
    taught: Compared
    weights: Floats

    def candidates(self, forms: Sequence[str], most: int = 3) -> list[list[Candidate]]:
        """The `most` likely codes of each title in its compared form, the likeliest first."""
        if not forms:
            return []
        likeness = self.features.of(forms).alike(self.taught)
        scores = np.concatenate([alike @ self.weights for _, alike in likeness])
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        groups = odds / odds.sum(axis=1, keepdims=True)
        first = np.array([code[0] for code in self.codes])
        same_major = (first[:, None] == first[None, :]).astype(np.float32)
        majors = groups @ same_major
        sure = np.sqrt(groups * majors)
        best = np.argsort(-sure, axis=1)[:, :most]
        return [
            [Candidate(self.codes[n], float(row[n])) for n in chosen]
            for row, chosen in zip(sure, best, strict=True)
        ]

    def save(self, path: Path) -> None:
        """Write what was learnt to `path`, whole or not at all."""
        known = self.features
        told = json.dumps(
            {
                "codes": self.codes,
                "words": [list(vocabulary) for vocabulary in known.vocabularies],
                "vector_rows": known.vector_rows,
                "shares": dict(known.shares),
            },
            ensure_ascii=False,
        )
        content = io.BytesIO()
        np.savez(
            content,
            told=np.frombuffer(told.encode(), dtype=np.uint8),
            word_frequencies=known.frequencies[0],
            letter_frequencies=known.frequencies[1],
            vectors=known.vectors,
            counts=self.taught.counted.data,
            columns=self.taught.counted.indices,
            rows=self.taught.counted.indptr,
            meant=self.taught.meant,
            weights=self.weights,
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(content.getvalue())
        partial.replace(path)


def load(path: Path) -> Classifier:
    """Read back what `save` wrote; nothing in the file is executed."""
    from scipy import sparse

    with np.load(path, allow_pickle=False) as kept:
        told = json.loads(kept["told"].tobytes())
        words, letters = ({word: n for n, word in enumerate(known)} for known in told["words"])
        features = Features(
            (words, letters),
            (kept["word_frequencies"], kept["letter_frequencies"]),
            told["vector_rows"],
            kept["vectors"],
            told["shares"],
        )
        shape = (len(kept["meant"]), len(words) + len(letters))
        counted = sparse.csr_matrix((kept["counts"], kept["columns"], kept["rows"]), shape)
        taught = Compared(counted, kept["meant"])
        return Classifier(tuple(told["codes"]), features, taught, kept["weights"])


def train(forms: Sequence[str], codes: Sequence[str], rules: Mapping[str, Any]) -> Classifier:
    """What titles in their compared form and their four-digit codes teach.

    `rules` are those of coding.yml: the shares of the features, the weights of the digits and the
    ridge.
    """
    from scipy.linalg import cho_factor, cho_solve

    features = learnt_features(forms, rules["features"])
    taught = features.of(forms)
    likeness = np.empty((len(forms), len(forms)), dtype=np.float32)
    for rows, alike in taught.alike(taught):
        likeness[rows] = alike
    likeness[np.diag_indices(len(forms))] += np.float32(rules["ridge"])
    known = tuple(sorted(set(codes)))
    # The matrix is as large as memory allows: its factor takes its place.
    factor = cho_factor(likeness, lower=True, overwrite_a=True, check_finite=False)
    weights = cho_solve(factor, _targets(codes, known, rules["weights"]), check_finite=False)
    return Classifier(known, features, taught, weights.astype(np.float32))


def _targets(codes: Sequence[str], known: Sequence[str], weights: Mapping[str, float]) -> Floats:
    """For each title and code: what they share, each number of digits at its weight."""
    targets = np.zeros((len(codes), len(known)), dtype=np.float32)
    for name, digits in DIGITS.items():
        given = np.array([code[:digits] for code in codes])
        listed = np.array([code[:digits] for code in known])
        targets += np.float32(weights[name]) * (given[:, None] == listed[None, :])
    return targets
