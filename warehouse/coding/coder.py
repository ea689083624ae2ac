"""One title, one code: known titles by their form, others by their words where sure enough."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from warehouse.coding.classifier import Candidate, Classifier, load, train
from warehouse.coding.known import KnownTitle, by_form, hash_of
from warehouse.coding.titles import MASK, form, masked
from warehouse.coding.vague import vague_words
from warehouse.settings import settings

Method = Literal["exact", "classifier", "none"]
UNKNOWN = "_U"
UNIT_GROUP_DIGITS = 4


@dataclass(frozen=True)
class Coding:
    """What a title was coded to; below the threshold `_U`, with the score of the best code."""

    code: str
    score: float
    method: Method


class Coder:
    """Codes titles from known ones; the classifier is trained, once, when a title needs it."""

    def __init__(self, titles: Iterable[KnownTitle]) -> None:
        listed = list(titles)
        self.known = by_form(t for t in listed if MASK not in t.title)
        self.known_masked = by_form(t for t in listed if MASK in t.title)
        self.version = hashlib.sha256(f"{method_hash()}{hash_of(listed)}".encode()).hexdigest()[:16]

    @cached_property
    def words(self) -> frozenset[str]:
        """The stems of all known titles: a word with another stem may be somebody's name."""
        return frozenset(word for key in self.known for word in key.split())

    @cached_property
    def classifier(self) -> Classifier:
        """The classifier, from below SIMIMO_HOME where these titles were learnt before."""
        path = settings().home / "coding" / f"{self.version}.npz"
        if path.exists():
            return load(path)
        trained = self.trained()
        _keep_alone(path, trained)
        return trained

    def trained(self) -> Classifier:
        """A classifier trained on the known titles, kept nowhere."""
        return train(list(self._taught), list(self._taught.values()), rules())

    @cached_property
    def vague(self) -> frozenset[str]:
        """The words that, alone, name no occupation."""
        return vague_words(self._taught, rules()["most_unit_groups_of_a_word"])

    def code(self, titles: Sequence[str]) -> list[Coding]:
        """The coding of each title, in their order."""
        return [coding_of(candidates, method) for candidates, method in self._weighed(titles, 1)]

    def candidates(self, title: str, most: int = 3) -> list[Candidate]:
        """The likeliest codes of one title, the known one before all others."""
        known = self._known(title)
        (likely,) = self.classifier.candidates([form(title)], most + 1)
        if known is None:
            return likely[:most]
        others = [candidate for candidate in likely if candidate.code != known.code]
        return [_candidate(known), *others][:most]

    def shown(self, title: str) -> str:
        """The title without words that no known title has."""
        return masked(title, self.words)

    @cached_property
    def _taught(self) -> dict[str, str]:
        """The unit group of each known form; vaguer codes teach nothing."""
        return {key: t.code for key, t in self.known.items() if _is_unit_group(t.code)}

    def _weighed(
        self, titles: Sequence[str], most: int
    ) -> Iterable[tuple[list[Candidate], Method]]:
        known = {title: self._known(title) for title in titles}
        unknown = sorted({form(title) for title in titles if known[title] is None} - {""})
        likely = self.classifier.candidates(unknown, most) if unknown else []
        found = dict(zip(unknown, likely, strict=True))
        for title in titles:
            if (same := known[title]) is not None:
                yield [_candidate(same)], "exact"
            else:
                key = form(title)
                yield found.get(key, []), "none" if key in self.vague else "classifier"

    def _known(self, title: str) -> KnownTitle | None:
        """The known title of the same form; or the same once masked, as the desk decides on it."""
        if same := self.known.get(form(title)):
            return same
        shown = self.shown(title) if self.known_masked else ""
        return self.known_masked.get(form(shown)) if MASK in shown else None


def coding_of(candidates: Sequence[Candidate], method: Method) -> Coding:
    """The best candidate's code where `method` may give it and its score suffices; else unknown."""
    if not candidates:
        return Coding(UNKNOWN, 0.0, "none")
    best = candidates[0]
    if method == "none" or (method == "classifier" and best.score < rules()["threshold"]):
        return Coding(UNKNOWN, best.score, "none")
    return Coding(best.code, best.score, method)


@cache
def rules() -> dict[str, Any]:
    """Threshold, scores, weights and shares, as coding.yml gives them."""
    import yaml

    path = Path(__file__).with_name("coding.yml")
    read: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return read


@cache
def method_hash() -> str:
    """One hash of this package: another method codes everything anew."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.*")):
        if path.suffix in (".py", ".yml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _candidate(known: KnownTitle) -> Candidate:
    return Candidate(known.code, rules()["score_of_quality"][known.quality])


def _is_unit_group(code: str) -> bool:
    return len(code) == UNIT_GROUP_DIGITS and code.isdigit()


def _keep_alone(path: Path, trained: Classifier) -> None:
    """Keep this classifier; those trained on earlier titles are of no more use."""
    trained.save(path)
    for other in path.parent.glob("*.npz"):
        if other != path:
            other.unlink(missing_ok=True)
