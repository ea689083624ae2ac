"""What a newcomer does: see the whole path on synthetic data."""

from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli.analyst import require_free, run_server
from warehouse.cli.options import Lang
from warehouse.cli.program import command
from warehouse.messages import counted, word


@command()
def demo(
    serve: Annotated[bool, typer.Option()] = True,
    months: Annotated[int, typer.Option()] = 12,
    scale: Annotated[float, typer.Option()] = 0.02,
    port: Annotated[int, typer.Option()] = 8000,
    lang: Lang = "fr",
) -> None:
    """Go the whole path on synthetic data, from the file to the indicator served."""
    from warehouse import demo as path

    if serve:
        # A port that is taken is told now, not after the minutes of the path.
        require_free("127.0.0.1", port)
    typer.echo(path.demo(months, scale, lang))
    if serve:
        run_server("127.0.0.1", port, lang)


@command()
def specimen(
    output: Annotated[Path, typer.Option("--output", "-o")],
    months: Annotated[int, typer.Option()] = 12,
    end: Annotated[str, typer.Option()] = "2025-12",
    scale: Annotated[float, typer.Option()] = 0.02,
    seed: Annotated[int, typer.Option()] = 2025,
    lang: Lang = "fr",
) -> None:
    """Write synthetic extracts, drawn from a simulated population."""
    from warehouse.demo import steps
    from warehouse.specimen import generate

    with steps() as progress:
        files = generate(
            output,
            months,
            end,
            scale,
            seed,
            lambda _, done, total: progress("SPECIMEN", done, total),
        )
    written = counted("specimen_files", len(files), lang)
    typer.echo(word("specimen_written", lang, files=written, folder=output))
