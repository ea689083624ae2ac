"""The ledger: verify that nothing was rewritten, list it, write it to be kept elsewhere."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from warehouse.cli.options import Lang, Output
from warehouse.cli.output import write
from warehouse.cli.program import group


def ledger() -> None:
    """Hold the verbs of the ledger."""


command = group("ledger", ledger)

Action = Annotated[str | None, typer.Option("--action")]
First = Annotated[int, typer.Option("--first", min=1)]


@command()
def verify(
    file: Annotated[Path | None, typer.Option("--file")] = None,
    anchor: Annotated[list[str], typer.Option("--anchor")] = [],  # noqa: B006
    lang: Lang = "fr",
) -> None:
    """Recompute every hash, and hold the ledger to its anchors."""
    from warehouse.database import connect
    from warehouse.ledger import reading
    from warehouse.ledger.entry import Anchor
    from warehouse.ledger.listing import verified_text

    anchors = [Anchor.parsed(text) for text in anchor]
    if file is not None:
        found = reading.verified(reading.read_file(file), anchors)
    else:
        with connect("simimo_pipeline") as session:
            found = reading.verify(session, anchors)
    write(verified_text(found, lang), lang)
    if found.faults:
        raise typer.Exit(1)


@command("list")
def list_(action: Action = None, first: First = 1, lang: Lang = "fr") -> None:
    """List the entries, the first one first."""
    _written("text", action, first, lang, None)


@command()
def export(
    format: Annotated[Literal["jsonl", "csv"], typer.Option("--format")] = "jsonl",
    action: Action = None,
    first: First = 1,
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the entries, to be kept or verified elsewhere."""
    _written(format, action, first, lang, output)


def _written(
    format: Literal["text", "jsonl", "csv"],
    action: str | None,
    first: int,
    lang: str,
    output: Path | None,
) -> None:
    from warehouse.database import connect
    from warehouse.ledger.listing import written
    from warehouse.ledger.reading import entries

    with connect("simimo_steward") as session:
        write(written(entries(session, action, first), format, lang), lang, output)
