"""Linkage: records of all sources joined into persons, its quality, and the pairs to review."""

from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli.options import Lang, Output
from warehouse.cli.output import write, write_bytes
from warehouse.cli.program import group


def link(
    ctx: typer.Context,
    train: Annotated[bool, typer.Option("--train")] = False,
    lang: Lang = "fr",
) -> None:
    """Join the records that have come since the last run into persons."""
    if ctx.invoked_subcommand is None:
        from warehouse.linkage.linking import link as stage

        write(stage(train).text(lang), lang)


command = group("link", link)


@command()
def report(
    truth: Annotated[Path | None, typer.Option("--truth", exists=True, file_okay=False)] = None,
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the quality of linkage as a page, readable offline."""
    from warehouse.documents.document import rendered
    from warehouse.documents.linkage_report import linkage_report
    from warehouse.linkage.quality_figures import linkage_figures

    made = rendered(linkage_report(linkage_figures(truth), lang), "html")
    write_bytes(made, lang, output or Path(f"linkage_{lang}.html"))
