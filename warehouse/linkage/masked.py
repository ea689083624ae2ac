"""A pair as a reviewer sees it: what agrees as dots, of what differs as little as tells it.

before  EL ALAMI, 1985-03-12    ALAMY, 1985-04-12    identical otherwise
after   EL ····I  ····Y         ····-·3-··  ····-·4-··

Where more than a third of the letters of a name would show, none does: the pair is told to sound
alike or to differ. So no name and no birth date is ever shown whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.names import core, folded, sound

DOT = "·"
SHOWN_SHARE = 3
"""One letter of so many is shown at most."""
LETTERS_MIN = 4
"""A shorter name is half told by one letter."""
NAMES = ("family", "given")
CODES = ("sex", "citizenship", "region", "employer")
ASPECTS = (*NAMES, "birth_date", *CODES, "number")
"""What a reviewer compares, in the order shown."""
NAME_OF = {"family": "family_name", "given": "given_name"}

State = Literal["identical", "article", "swapped", "same_sound", "different", "missing"]
Frequency = Literal["rare", "usual", "frequent"]
Record = Mapping[str, str | None]


@dataclass(frozen=True)
class Aspect:
    """One line of a pair: how the two sides stand to each other, and what is shown of them."""

    name: str
    state: State
    left: str = ""
    right: str = ""
    frequency: Frequency | None = None


def masked_pair(left: Record, right: Record, frequencies: Mapping[str, Frequency]) -> list[Aspect]:
    """The aspects of two records; `frequencies` has the class of the family and the given name.

    Records have the names in clear (family_name, given_name), birth_date, codes and pseudonyms.
    """
    return [
        *(_name(name, left, right, frequencies.get(name)) for name in NAMES),
        _birth_date(left["birth_date"], right["birth_date"]),
        *(Aspect(name, _equal(left[name], right[name])) for name in CODES),
        Aspect("number", _number(left, right)),
    ]


def _name(name: str, left: Record, right: Record, frequency: Frequency | None) -> Aspect:
    one, other = folded(left[NAME_OF[name]] or ""), folded(right[NAME_OF[name]] or "")
    state = _name_state(name, one, other, left, right)
    if state in ("missing", "identical"):
        return Aspect(name, state, frequency=frequency if state == "identical" else None)
    shown = _differences(one, other) if state != "swapped" else None
    return Aspect(name, state, *(shown or ("", "")), frequency=frequency)


def _name_state(name: str, one: str, other: str, left: Record, right: Record) -> State:
    if not one or not other:
        return "missing"
    if one == other:
        return "identical"
    if core(one) == core(other):
        return "article"
    cross = NAME_OF["given" if name == "family" else "family"]
    crosswise = (one, right[cross]), (other, left[cross])
    if any(sound(name) == sound(crossed) for name, crossed in crosswise if crossed):
        return "swapped"
    return "same_sound" if sound(one) == sound(other) else "different"


def _differences(one: str, other: str) -> tuple[str, str] | None:
    """Both names, the letters that agree as dots; None where too many would be shown."""
    matched = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    left = _dotted(one, {i for m in matched for i in range(m.a, m.a + m.size)})
    right = _dotted(other, {i for m in matched for i in range(m.b, m.b + m.size)})
    return (left, right) if all(map(_is_masked, (left, right))) else None


def _dotted(name: str, agreeing: Iterable[int]) -> str:
    hidden = set(agreeing)
    return "".join(
        DOT if i in hidden and letter != " " else letter for i, letter in enumerate(name)
    )


def _is_masked(text: str) -> bool:
    letters = text.replace(" ", "")
    shown = len(letters.replace(DOT, ""))
    return len(letters) >= LETTERS_MIN and shown * SHOWN_SHARE <= len(letters)


def _birth_date(one: str | None, other: str | None) -> Aspect:
    """Digit by digit, where year, month or day agrees; nothing where all three differ."""
    if not one or not other:
        return Aspect("birth_date", "missing")
    if one == other:
        return Aspect("birth_date", "identical")
    parts = one.split("-"), other.split("-")
    comparable = [len(p) for p in parts[0]] == [len(p) for p in parts[1]] == [4, 2, 2]
    if not comparable or not any(a == b for a, b in zip(*parts, strict=True)):
        return Aspect("birth_date", "different")
    agreeing = {i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a == b != "-"}
    return Aspect("birth_date", "different", _dotted(one, agreeing), _dotted(other, agreeing))


def _equal(one: str | None, other: str | None) -> State:
    if one is None or other is None:
        return "missing"
    return "identical" if one == other else "different"


def _number(left: Record, right: Record) -> State:
    """Whether the two have a number in common, or different ones of a kind."""
    states = {_equal(left[name], right[name]) for name in IDENTIFIERS}
    found: tuple[State, ...] = ("identical", "different")
    return next((state for state in found if state in states), "missing")


def frequency(share: float | None, rare_below: float, frequent_from: float) -> Frequency:
    """The class of a name of which `share` of the persons of a citizenship bear."""
    if share is None or share < rare_below:
        return "rare"
    return "frequent" if share >= frequent_from else "usual"
