"""docs/catalogue.md: the indicators as one table a theme, written from their definitions."""

from collections.abc import Mapping

from warehouse import icls, themes
from warehouse.catalogue import frequencies_said, providers_said
from warehouse.indicator import Dataflow
from warehouse.releasing.shown import shown_now

HEAD = """# The indicators

Written from the definitions in `dbt_project/models/indicators`; `SIMIMO_WRITE_EXAMPLES=1 pytest
tests/drift/test_catalogue.py` writes it anew. `simimo indicators DF_X` tells each whole.
"""
HEADINGS = "| id | title | kind | frequencies | sources | ICLS | compares with |"
RULE = "| --- | --- | --- | --- | --- | --- | --- |"


def catalogue_table(known: Mapping[str, Dataflow]) -> str:
    """The document, every dataflow under the heading of its theme."""
    blocks = [HEAD]
    for theme, group in themes.by_theme(list(known.values())):
        rows = [_row(flow) for flow in group]
        blocks.append("\n".join([f"## {themes.label(theme)['en']}", "", HEADINGS, RULE, *rows, ""]))
    return "\n".join(blocks)


def _row(flow: Dataflow) -> str:
    cells = (
        flow.id,
        flow.title["en"],
        flow.stock_flow,
        frequencies_said(flow, shown_now(flow), "en"),
        providers_said(shown_now(flow), "en"),
        # Nearly every clause begins with the guidelines' title, which a table need not repeat.
        flow.icls_clause["en"].removeprefix(f"{icls.standard('labour_migration', 'en')}: "),
        flow.comparable["en"],
    )
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "/") for cell in cells) + " |"
