"""How names of persons are compared, though institutions write them in two scripts and many ways.

Four forms of a name, each of less detail: `folded` has no case or accents; `tokens`, and `core` in
one word, are what remains without articles, titles and abbreviations; `sound` is what all usual
spellings share. What is a matter of single names stands in names.yml.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from warehouse.linkage.sound import skeleton

_FILE = yaml.safe_load(Path(__file__).with_name("names.yml").read_text(encoding="utf-8"))


def _words(entry: str) -> frozenset[str]:
    return frozenset(_FILE[entry].split())


def _full_forms(entry: str) -> dict[str, str]:
    return {short: full for full, shorts in _FILE[entry].items() for short in shorts.split()}


_TITLES, _MARRIED, _BORN = _words("titles"), _words("married"), _words("born")
_PARTICLES, _DROPPED = _words("particles"), _words("dropped_particles")
_WITH_ARTICLE, _WITHOUT_ARTICLE = _words("with_article"), _words("without_article")
_ABBREVIATIONS = _full_forms("abbreviations")
_BEFORE_ANOTHER = _full_forms("abbreviations_before_another")

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻʹʿʾ´`′‛＇"))
_LETTERS = str.maketrans(_FILE["letters"])
_ARABIC = str.maketrans(
    dict.fromkeys("ٱٲٳٵ", "ا")
    | dict.fromkeys("ىیېےۍ", "ي")
    | dict.fromkeys("ۆۇۈۋ", "و")
    | dict.fromkeys("ةۃہھەۀ", "ه")
    | dict.fromkeys("کڪگڭڮݣ", "ك")
    | {"پ": "ب", "چ": "ش", "ژ": "ج", "ڤ": "ف", "ٹ": "ت", "ڈ": "د", "ڑ": "ر", "ں": "ن", "ء": ""}
)

# Written apart, el always is the article; another one is, if it took on the next word's letter.
_ARTICLE = re.compile(r"(?:EL|AL|UL|OUL|L|ال) .|[EA](?:CH|SH) (?:CH|SH|C)|[EA]([DNRSTZ]) \1...")
# Written in one word, only where no other name begins so; the last group is the name.
_JOINED_ARTICLE = re.compile(
    r"(?:E(?:CH(?=CH)|SH(?=SH)|([DNRSTZ])(?=\1)|(?=CH[^E]..))"
    r"|EL(?=[BCDFGHJKMNQRSTWZ]|A[^E]..|OU[AE]..|YA....|YOU...)"
    r"|AL(?=KH|GH|H|Q|J|SH|CH)"
    r"|L(?=[BCDFGHJKMNPQRSTZ]))(.{4,})"
)
_ARABIC_ARTICLE = re.compile("ال(.{3,})")
_LISTED_ARTICLE = re.compile("(?:EL|AL|L)(.+)")
_SON_OF_THE = re.compile("BENE?L(?=[^AEIOUY].)|بنال")
_SERVANT = re.compile("ABD(?:OU|[EAOU])?(?:L{0,2}|[RSNDTZ]|CH|SH)|عبد(?:ال)?")
_SERVANT_OF_GOD = re.compile("ABD(?:OU|[EAOU])L+[AE]H?|ABDELALLAH|عبدا?لله")
_OF_THE_FAITH = re.compile("(.{2,}?)(?:OU|[EAU])?[DL]?D(?:I|EE)NE?|(.{2,}?)(?:ال)?دين")
_THE_FAITH = re.compile("(?:OU|[EAU])?D?D(?:I|EE)NE?|دين")
_FATIMA_ZAHRA = re.compile("(?:FATI?MA?(?:TOU)?|F|فاطمه)(.{4,})")
# A letter that institutions part from the name: N'Diaye, M'Baye, D'Angelo.
_LONE_LETTER = re.compile(f"N [CDGJKSTVZ]|D [AEIOUY]|M (?:{'|'.join(sorted(_words('after_m')))})$")
_RELATION = re.compile("(BEN|BEL|BOU|AIT|OULD|بن|بل|بو|ايت|ولد)(.{3,})")
_RELATION_IN_LATIN = {"بن": "BEN", "بل": "BEL", "بو": "BOU", "ايت": "AIT", "ولد": "OULD"}


@cache
def folded(name: str) -> str:
    """A name in capitals without marks: "N'Dèye-Mbacké" is 'NDEYE MBACKE', 'أُسامة' is 'اسامه'."""
    text = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES)).casefold()
    letters = unicodedata.normalize("NFKD", text.translate(_LETTERS)).translate(_ARABIC)
    return " ".join("".join(map(_plain, letters)).split())


def _plain(letter: str) -> str:
    """A letter that stays in its capital form, '' for a mark or digit, a space for a separator."""
    if "a" <= letter <= "z":
        return letter.upper()
    if "ا" <= letter <= "ي" and letter != "ـ":
        return letter
    return "" if unicodedata.category(letter)[0] in "LMNC" and letter not in "\t\n\r" else " "


@cache
def tokens(name: str) -> tuple[str, ...]:
    """The parts of a name that may stand alone: 'Mme Fatima-Ezzahra' is ('FATIMA', 'ZAHRA').

    Particles make one part with what follows (Ben Jelloun, Ait Ali, De la Croix).
    """
    words = _in_full(_untitled(_at_birth(folded(name).split())))
    parts: list[str] = []
    particle = ""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if following and _ARTICLE.match(f"{word} {following}"):
            particle = {"BEN": "BEL", "بن": "بل"}.get(particle, particle)
        elif following and word in _DROPPED and (parts or len(word) > 1):
            particle = ""
        elif following and (word in _PARTICLES or _LONE_LETTER.match(f"{word} {following}")):
            particle += word
        elif parts and not particle and _THE_FAITH.fullmatch(_without_article(word)):
            faith = "EDDINE" if parts[-1].isascii() else "الدين"
            parts[-1] = _servant_or_faithful(parts[-1] + faith)
        else:
            parts += _parted(particle + _without_article(word))
            particle = ""
    return tuple(parts)


@cache
def core(name: str) -> str:
    """A name in one word without what institutions add: 'M. L'ALAMI' and 'El Alami' are 'ALAMI'."""
    word = folded(name)
    while (shorter := "".join(tokens(word))) != word:
        word = shorter
    return word


@cache
def sound(name: str) -> str:
    """What the usual spellings of a name share: 'Abd al-Rahman', 'عبد الرحمن' are 'aBDLRHMN'.

    See sound.py on what it tells apart. Parts sound as one word: Ji Soo as Jisoo.
    """
    return skeleton(*map(_usual, tokens(name)))


def _at_birth(words: list[str]) -> list[str]:
    """The words of a woman's own name: ALAMI of ALAMI EPOUSE TAZI or TAZI NEE ALAMI."""
    own = next((i for i, word in enumerate(words) if word in _MARRIED), len(words))
    if all(word in _TITLES for word in words[:own]):
        return words[own + 1 :] or words  # her own name is not told
    words = words[:own]
    born = next((i + 1 for i, word in enumerate(words[:-1]) if i and word in _BORN), 0)
    return words[born:]


def _untitled(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    if len(words) > 2 and words[0] in ("EL", "AL") and words[1] in _TITLES:
        return _untitled(words[2:])
    if len(words) > 1 and words[0] == "M" and not _LONE_LETTER.match(" ".join(words[:2])):
        return _untitled(words[1:])
    return words


def _in_full(words: list[str]) -> list[str]:
    full = [_BEFORE_ANOTHER.get(word, word) for word in words[:-1]] + words[-1:]
    if len(full) > 1 and full[0] in ("F", "FAT") and _usual(_without_article(full[1])) == "ZAHRA":
        full[0] = "FATIMA"
    return " ".join(_ABBREVIATIONS.get(word, word) for word in full).split()


def _without_article(word: str) -> str:
    if word in _WITHOUT_ARTICLE or _servant_or_faithful(word) != word:
        return word
    pattern = _LISTED_ARTICLE if word in _WITH_ARTICLE else _JOINED_ARTICLE
    found = pattern.fullmatch(word) or _ARABIC_ARTICLE.fullmatch(word)
    return found[found.lastindex or 0] if found else word


def _parted(word: str) -> list[str]:
    """One word in its parts: FATIMAZZAHRA is FATIMA, ZAHRA; nearly all others are one."""
    found = _FATIMA_ZAHRA.fullmatch(word)
    if found and _usual(_without_article(found[1])) == "ZAHRA":
        return ["FATIMA", "ZAHRA"]
    word = _SON_OF_THE.sub(lambda found: "بل" if found[0] == "بنال" else "BEL", word, count=1)
    return [_descendant(_ABBREVIATIONS.get(word, word))]


def _descendant(word: str) -> str:
    """One spelling for an Abdel's descendants too: بن عبد الحق is BENABDELHAK."""
    found = _RELATION.fullmatch(word)
    name = _servant_or_faithful(found[2]) if found else ""
    if found and name != found[2]:
        return _RELATION_IN_LATIN.get(found[1], found[1]) + name
    return _servant_or_faithful(word)


def _servant_or_faithful(word: str) -> str:
    """One spelling for the names of Abdel and Eddine: ABDUL KARIM, عبد الكريم are ABDELKARIM."""
    if _SERVANT_OF_GOD.fullmatch(word):
        return "ABDELLAH"
    for end in range(3, min(len(word) - 1, 9)):
        start, rest = word[:end], word[end:]
        # ABD before a vowel is no Abdel: Abdali is a family name.
        servant = _SERVANT.fullmatch(start) and (start != "ABD" or rest[0] not in "AEIOU")
        if servant and (name := _servants().get(skeleton(_usual(rest)))):
            return f"ABDEL{name}"
    found = _OF_THE_FAITH.fullmatch(word)
    name = _faithful().get(skeleton(_usual(found[1] or found[2]))) if found else None
    return f"{name}EDDINE" if name else word


@cache
def _servants() -> dict[str, str]:
    return _by_skeleton(_words("servant_of"))


@cache
def _faithful() -> dict[str, str]:
    return _by_skeleton(_words("of_the_faith"))


def _by_skeleton(names: Iterable[str]) -> dict[str, str]:
    return {skeleton(_usual(name)): name for name in sorted(names, reverse=True)}


def _usual(word: str) -> str:
    """The spelling of a listed name that stands for all: MOHAMMED for MUHAMAD and محمد."""
    if usual := _spellings().get(_single(word)):
        return usual
    found = _RELATION.fullmatch(word)
    usual = _spellings().get(_single(found[2])) if found else None
    if found and usual:
        return _RELATION_IN_LATIN.get(found[1], found[1]) + usual
    return word


@cache
def _spellings() -> dict[str, str]:
    listed = _full_forms("spellings") | {name: name for name in _FILE["spellings"]}
    return {_single(spelling): name for spelling, name in listed.items()}


def _single(word: str) -> str:
    """A word as listed spellings are looked up: no doubled letter or silent e, a final y is i."""
    once = re.sub(r"([A-Z])\1+", r"\1", word)
    return re.sub(r"(?<=...[^AEI])E$", "", re.sub(r"(?<=..[^AEO])Y$", "I", once))
