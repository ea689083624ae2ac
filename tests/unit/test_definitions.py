"""What the definitions say: one idea in the same words wherever it stands, in every language."""

import re
from collections import defaultdict

import pytest

from warehouse.ilms.questionnaire import tables
from warehouse.indicator import SAID, Dataflow, dataflows

FLOWS = list(dataflows().values())
ARABIC = re.compile("[\u0621-\u064a]")
ILMS_CODE = re.compile(r"\b(?:MST|MFL|MNA|EIP|INJ)_[A-Z_]+\b")


def said(flow: Dataflow) -> dict[str, dict[str, str]]:
    """Every text of a definition by what it tells, its dimensions' labels among them."""
    labels = {f"label of {d.id}": dict(d.label) for d in flow.dimensions}
    return {name: dict(getattr(flow, name)) for name in SAID} | labels


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.id)
def test_the_arabic_is_arabic(flow: Dataflow) -> None:
    assert [name for name, text in said(flow).items() if not ARABIC.search(text["ar"])] == []


def test_what_is_said_alike_in_english_is_said_alike_in_french_and_arabic() -> None:
    told = defaultdict(set)
    for flow in FLOWS:
        for text in said(flow).values():
            told[text["en"]].add((text["fr"], text["ar"]))
    assert {english: texts for english, texts in told.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.id)
def test_the_tables_of_ilms_that_a_dataflow_is_compared_with_exist(flow: Dataflow) -> None:
    for text in flow.comparable.values():
        assert set(ILMS_CODE.findall(text)) <= set(tables())
