from collections import Counter

import numpy as np
import pytest
import yaml

from warehouse.specimen import names, surnames
from warehouse.specimen.names import FREQUENCIES, GROUPS

LINES = yaml.safe_load(FREQUENCIES.read_text(encoding="utf-8"))["frequencies"]


def bounds(group: str, kind: str) -> tuple[float, float]:
    """The effective number of names that names.yml holds a group to."""
    of_kind = [line for line in LINES if line["kind"] == kind]
    own = [line for line in of_kind if group in line["groups"].split()]
    low, high = (own or [line for line in of_kind if line["groups"] == "_O"])[0]["effective"]
    return low, high


def effective(shares: np.ndarray) -> float:
    return float(1 / (shares**2).sum())


@pytest.mark.parametrize("group", GROUPS)
def test_names_are_as_concentrated_as_told(group: str) -> None:
    book = names.names()
    for kind, known in (
        ("family", book.family[group]),
        ("given", book.given[group, "M"]),
        ("given", book.given[group, "F"]),
    ):
        low, high = bounds(group, kind)
        number = effective(names.shares(group, kind, len(known)))
        assert low <= number <= high, (group, kind, number)


def test_moroccan_family_names_have_a_long_tail_and_none_is_frequent() -> None:
    known = names.names().family["moroccan"]
    shares = names.shares("moroccan", "family", len(known))
    assert len(known) >= 4_000
    assert shares.max() < 0.01
    assert shares[1_000:].sum() > 1 / 3


def test_drawn_names_have_their_shares() -> None:
    count = 200_000
    rng = np.random.default_rng(1)
    family, given = names.draw(rng, np.full(count, "MA"), np.zeros(count, dtype=bool))
    book = names.names()
    for drawn, known, kind in (
        (family, book.family["moroccan"], "family"),
        (given, book.given["moroccan", "M"], "given"),
    ):
        shares = names.shares("moroccan", kind, len(known))
        counts = Counter(drawn.tolist())
        times = np.array([counts[name] for name in known.tolist()])
        assert times.sum() == count
        assert times[:20].sum() / count == pytest.approx(shares[:20].sum(), rel=0.05)
        assert effective(times / count) == pytest.approx(effective(shares), rel=0.05)


@pytest.mark.parametrize(
    ("latin", "variants", "arabic"),
    [
        ("BENHAMMOU", "BEN HAMMOU", "بنحمو"),
        ("BENAHMED", "BEN AHMED", "بن أحمد"),
        ("AIT MIMOUN", "AÏT MIMOUN|AITMIMOUN", "آيت ميمون"),
        ("OULD KHALIFA", "OULDKHALIFA", "ولد خليفة"),
        ("BOUCHAMA", "BOU CHAMA", "بوشامة"),
        ("BELHADDAD", "BEL HADDAD", "بلحداد"),
        ("EL GHARBAOUI", "GHARBAOUI|ELGHARBAOUI|EL GHARBAWI", "الغرباوي"),
        ("DOUKKALI", "EDDOUKKALI|EL DOUKKALI|DOUKALI", "الدكالي"),
        ("SAADAOUI", "EL SAADAOUI|SAADAWI", "السعداوي"),
        ("ALAOUI TIJANI", "ALAOUI-TIJANI|EL ALAOUI TIJANI", "العلوي التيجاني"),
    ],
)
def test_a_composed_name_is_written_alike_in_both_scripts(
    latin: str, variants: str, arabic: str
) -> None:
    book = names.names()
    (name,) = [
        i for i in book.family["moroccan"].tolist() if book.latin[int(book.first[i])] == latin
    ]
    first, forms = int(book.first[name]), int(book.forms[name])
    assert set(variants.split("|")) <= set(book.latin[first + 1 : first + forms])
    assert book.arabic[name] == arabic


@pytest.mark.parametrize("group", GROUPS)
def test_no_family_name_of_a_group_stands_twice(group: str) -> None:
    book = names.names()
    keys = [surnames.key(book.latin[int(book.first[i])]) for i in book.family[group].tolist()]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_names_fit_the_thirty_letters_of_a_declaration() -> None:
    assert max(map(len, names.names().plain)) <= 30
