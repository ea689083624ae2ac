"""docs/ilms.md shows the tables as warehouse/ilms/tables.yml has them."""

from warehouse.ilms.document import document, with_tables


def test_the_document_has_the_tables_as_they_are_filled() -> None:
    text = document().read_text("utf-8")
    assert with_tables(text) == text, "run: python -m warehouse.ilms.document"
