"""Family names composed of roots by the patterns that make them in Morocco and around it.

`name_roots.csv` lists roots by kind: ancestors, servants (Abdel-), origins (towns, tribes,
brotherhoods), trades, qualities, things, Amazigh words, and stems that take endings (Saad- in
Saadaoui). A pattern puts something before or after each root of its kind, in both scripts: Ali is
in Benali, Ait Ali and Ould Ali. Spanish names are two of `names.csv`, as Spaniards have them.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

ROOTS = Path(__file__).with_name("name_roots.csv")

Row = dict[str, str]


@dataclass(frozen=True)
class Pattern:
    """What stands around each root of some kinds, in Latin and Arabic script (Ben Ali, بنعلي).

    `{0}` is the root, `{1}` the root in small letters. `latin` lists the usual form first, then
    other ones. `only` is what a root must match; `start` the share of a group's ranks that pass
    before the first such name, for some patterns make rare names alone.
    """

    kinds: str
    latin: tuple[str, ...]
    arabic: str
    groups: str = "moroccan"
    only: str = ""
    start: float = 0.0


SUN = "(?:Ch|[DNRSTZ])"
MOON = "(?!Ch|L)[BCFGHJKM]"
CONSONANT = "(?!L)[B-DF-HJ-NP-TV-Z]"
CLOSED = "(?:[^aeiouy]|[^aeiouy]e)"
EVERYWHERE = "moroccan|maghreb|arab_east"
MAGHREB = "moroccan|maghreb"

PATTERNS = (
    Pattern("origin trade quality", ("{0}", "E{2}{1}", "El {0}"), "ال{0}", MAGHREB, SUN),
    Pattern("origin trade quality", ("El {0}", "{0}", "El{1}"), "ال{0}", MAGHREB, MOON),
    Pattern("origin trade quality", ("{0}", "El {0}"), "ال{0}", MAGHREB, f"(?!{SUN}|{MOON})"),
    Pattern("ancestor", ("{0}",), "{0}", EVERYWHERE, start=0.1),
    Pattern("servant amazigh", ("{0}",), "{0}", start=0.1),
    Pattern("ancestor servant", ("Ben{1}", "Ben {0}", "Ben-{0}"), "بن{0}", MAGHREB),
    Pattern("trade quality", ("Ben{1}", "Ben {0}"), "بن{0}", MAGHREB, start=0.2),
    Pattern("trade quality", ("Bel{1}", "Bel {0}"), "بل{0}", MAGHREB, MOON, start=0.2),
    Pattern("ancestor amazigh", ("Ait {0}", "Aït {0}", "Ait{1}"), "آيت {0}", start=0.05),
    Pattern("servant trade quality", ("Ait {0}", "Aït {0}", "Ait-{0}"), "آيت {0}", start=0.3),
    Pattern("ancestor amazigh", ("Ou{1}", "Ou {0}"), "أو{0}", only=CONSONANT, start=0.1),
    Pattern("ancestor servant", ("Ould {0}", "Ould{1}"), "ولد {0}", MAGHREB, start=0.3),
    Pattern("ancestor amazigh", ("Id {0}", "Id-{0}"), "إد {0}", start=0.4),
    Pattern("thing", ("Bou{1}", "Bou {0}"), "بو{0}", MAGHREB),
    Pattern("thing", ("Ait Bou{1}", "Aït Bou{1}", "Ait Bou {0}"), "آيت بو{0}", start=0.2),
    Pattern("thing", ("Benbou{1}", "Ben Bou{1}"), "بنبو{0}", MAGHREB, start=0.3),
    Pattern("thing", ("Ould Bou{1}", "Ould Bou {0}"), "ولد بو{0}", MAGHREB, start=0.5),
    Pattern("thing", ("Bou{1}i", "El Bou{1}i"), "البو{0}ي", MAGHREB, f".*{CLOSED}$", 0.1),
    Pattern("ancestor trade", ("{0}i", "El {0}i"), "ال{0}ي", MAGHREB, f".*{CLOSED}$", 0.1),
    Pattern("stem", ("{0}aoui", "El {0}aoui"), "ال{0}اوي", MAGHREB),
    Pattern("stem", ("{0}ani", "El {0}ani"), "ال{0}اني", MAGHREB),
    Pattern("stem", ("{0}ouni", "El {0}ouni"), "ال{0}وني", MAGHREB),
    Pattern("stem", ("{0}ouchi", "El {0}ouchi"), "ال{0}وشي", MAGHREB, start=0.3),
    Pattern("stem", ("{0}oun",), "{0}ون", MAGHREB),
    Pattern("stem", ("{0}ane",), "{0}ان", MAGHREB),
    Pattern("stem", ("{0}ouch",), "{0}وش", MAGHREB, start=0.2),
    Pattern("stem", ("Ben{1}oun", "Ben {0}oun"), "بن{0}ون", MAGHREB, start=0.2),
    Pattern("stem", ("Ben{1}ane", "Ben {0}ane"), "بن{0}ان", MAGHREB, start=0.2),
    Pattern("stem", ("Ait {0}oun", "Aït {0}oun"), "آيت {0}ون", start=0.3),
    Pattern("stem", ("Ait {0}ouch", "Aït {0}ouch"), "آيت {0}وش", start=0.4),
)

# Families that tell a branch by a second name (Alaoui Ismaili), and how many origins they take.
BRANCHED = re.compile(
    "Alaoui|Idrissi|Ouazzani|Amrani|Alami|Kadiri|Naciri|Cherkaoui|Bakkali|Kettani"
)
BRANCHES, BRANCHED_START = 100, 0.75

# One more usual way to write what stands there, the first that changes a name.
OTHER_SPELLINGS = (
    (re.compile(r"aoui$"), "awi"),
    (re.compile(r"(?<=[aeiou])([bdfkmnrtz])\1(?=[aeiou])"), r"\1"),
    (re.compile(r"(?<=[a-z]{3})ou(?=a)"), "w"),
    (re.compile(r"(?<=[a-z])ch"), "sh"),
    (re.compile(r"(?<=[bdfklmnrstz])i$"), "y"),
    (re.compile(r"ane$"), "an"),
    (re.compile(r"(?<=...[aeiou][dlr])$"), "e"),
)


def composed(listed: list[Row]) -> list[Row]:
    """The composed names as rows of `names.csv`, the more frequent before the rarer ones."""
    taken = {(group, key(row["latin"])) for row in listed for group in row["groups"].split("|")}
    rows = []
    for row in [*by_frequency(), *spanish(listed)]:
        groups = [g for g in row["groups"].split("|") if (g, key(row["latin"])) not in taken]
        taken.update((group, key(row["latin"])) for group in groups)
        if groups:
            rows.append(row | {"groups": "|".join(groups)})
    return rows


def key(latin: str) -> str:
    """What makes two rows one name: El Idrissi is Idrissi, Ben Ali is Benali."""
    return re.sub("[ -]", "", latin.upper().removeprefix("EL "))


def by_frequency() -> list[Row]:
    """All patterns' names merged by rank: each pattern's first roots are its frequent ones."""
    placed = []
    patterns = [(list(of_pattern(pattern)), pattern.start) for pattern in PATTERNS]
    for rows, start in [*patterns, (list(branched()), BRANCHED_START)]:
        step = (1 - start) / len(rows)
        placed += [(start + step * at, row) for at, row in enumerate(rows)]
    return [row for _, row in sorted(placed, key=lambda item: item[0])]


@cache
def roots() -> list[Row]:
    """The rows of `name_roots.csv`."""
    with ROOTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_pattern(pattern: Pattern) -> Iterator[Row]:
    """The names that a pattern makes of all its roots."""
    for root in roots():
        latin, arabic = root["latin"], root["arabic"]
        if root["kind"] in pattern.kinds.split() and re.match(pattern.only, latin):
            doubled = "ch" if latin.startswith("Ch") else latin[0].lower()
            stem = re.sub("e$", "", latin) if pattern.latin[0].endswith("}i") else latin
            forms = [form.format(stem, stem.lower(), doubled) for form in pattern.latin]
            yield family(
                pattern.groups, [*forms, *respelt(forms[0])], apart(pattern.arabic, arabic)
            )


def branched() -> Iterator[Row]:
    """Names of families and their branches (Alaoui Ismaili, Idrissi Kaitouni)."""
    origins = [root for root in roots() if root["kind"] == "origin"]
    heads = [root for root in origins if BRANCHED.fullmatch(root["latin"])]
    for branch, head in product(origins[-BRANCHES:], heads):
        if not BRANCHED.fullmatch(branch["latin"]):
            latin = f"{head['latin']} {branch['latin']}"
            forms = [latin, latin.replace(" ", "-"), f"El {latin}"]
            yield family("moroccan", forms, f"ال{head['arabic']} ال{branch['arabic']}")


def family(groups: str, forms: list[str], arabic: str) -> Row:
    """A row of a family name, the usual form first; each form stands once."""
    others = dict.fromkeys(form for form in forms[1:] if form != forms[0])
    return {
        "groups": groups,
        "kind": "family",
        "sex": "",
        "latin": forms[0],
        "variants": "|".join(others),
        "arabic": arabic,
    }


def respelt(latin: str) -> list[str]:
    """Another usual spelling of a name: Khattabi is Khatabi, Hamdaoui is Hamdawi."""
    return [pattern.sub(by, latin) for pattern, by in OTHER_SPELLINGS if pattern.search(latin)][:1]


def apart(arabic: str, root: str) -> str:
    """بن stands apart before an alef or a servant's name (بن أحمد), else in one word (بنعلي)."""
    joined = arabic.format(root)
    return re.sub(r"^بن(?=[أإ]|عبد )", "بن ", joined)


def spanish(listed: list[Row]) -> Iterator[Row]:
    """A father's and a mother's name for each pair of listed ones, the most frequent first."""
    single = [row for row in listed if row["groups"] == "spanish" and row["kind"] == "family"]
    pairs = sorted(product(enumerate(single), repeat=2), key=lambda pair: pair[0][0] + pair[1][0])
    for (_, father), (_, mother) in pairs:
        plain = " ".join(row["variants"].split("|")[0] or row["latin"] for row in (father, mother))
        forms = [f"{father['latin']} {mother['latin']}", plain, father["latin"]]
        yield family("spanish", forms, "")
