"""The comparisons: each figure exists, and what is expected of it is said in each language."""

from pathlib import Path

import pytest

from warehouse.coherence.comparison import (
    Comparison,
    InvalidComparison,
    Published,
    Released,
    comparisons,
    published_figures,
)
from warehouse.coherence.figures import MULTIPLE
from warehouse.indicator import dataflows

COMPARISONS = comparisons()


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda c: c.id)
def test_each_figure_is_a_cell_that_its_dataflow_publishes(comparison: Comparison) -> None:
    for figure in comparison.figures:
        if isinstance(figure.origin, Released):
            origin = figure.origin
            flow = dataflows()[origin.dataflow]
            assert origin.freq in flow.frequencies
            for codes in (origin.codes, *({**origin.codes, **part} for part in origin.less)):
                named = {d for d, code in codes.items() if code != "_T"}
                assert any(named <= set(table) for table in flow.tables), codes
            untotalled = MULTIPLE & set(flow.dimension_ids)
            assert untotalled <= set(origin.codes), "a dimension without a total is not named"


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda c: c.id)
def test_published_figures_agree_with_one_another_as_expected(comparison: Comparison) -> None:
    """Where both are published, the ratio that the comparison expects is the one there is."""
    reference = comparison.figures[0].origin
    if isinstance(reference, Published):
        for figure in comparison.figures[1:]:
            if isinstance(figure.origin, Published) and figure.expected:
                ratio = figure.origin.value / reference.value
                assert figure.expected.low <= ratio <= figure.expected.high


def test_every_published_figure_has_a_source_and_a_number() -> None:
    for row in published_figures().values():
        assert row["source"]
        assert row["unit"]
        assert float(row["value"]) > 0


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        ("published: {series: no_such, period: '2014'}", "0 published figures"),
        ("published: {series: foreign_residents, period: '2014'}", "the first figure"),
        (
            "published: {series: foreign_residents, period: '2014'}, expected: [0.5, 0.6]",
            "belong together",
        ),
        ("dataflow: DF_TITLE_STOCK", "freq"),
    ],
)
def test_an_incomplete_comparison_is_refused(second: str, problem: str, tmp_path: Path) -> None:
    label = "label: {fr: a, ar: b, en: c}"
    file = tmp_path / "comparisons.yml"
    file.write_text(
        "comparisons:\n"
        "  - id: bad\n"
        "    title: {fr: a, ar: b, en: c}\n"
        "    concept: {fr: a, ar: b, en: c}\n"
        "    unit: {fr: a, ar: b, en: c}\n"
        "    figures:\n"
        f"      - {{{label}, published: {{series: foreign_residents, period: '2024'}}}}\n"
        f"      - {{{label}, {second}}}\n",
        "utf-8",
    )
    with pytest.raises(InvalidComparison) as refused:
        comparisons(file)
    assert problem in str(refused.value)
