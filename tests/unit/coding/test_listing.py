"""`simimo codes title`: what a title may be, in the reader's language, with the code it takes."""

import json

import pytest

from warehouse.coding.coder import Coder
from warehouse.coding.known import known_titles
from warehouse.coding.listing import title_listing


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder(known_titles())


def test_the_code_given_comes_first_and_is_marked(coder: Coder) -> None:
    said, first, *_ = title_listing(coder, "Infirmière diplômée d'État", "text", "fr").splitlines()
    assert said == "Intitulé connu :"
    assert first == "→ 2221   0.95  Cadres infirmiers"


def test_nothing_is_marked_below_the_threshold(coder: Coder) -> None:
    rows = json.loads(title_listing(coder, "manager", "json", "ar"))
    assert len(rows) == 3
    assert not any(row["is_given"] for row in rows)
