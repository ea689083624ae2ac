"""Where a command's answer goes: the screen or a file, and the exit code of a submission."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from warehouse.messages import word

if TYPE_CHECKING:
    from datetime import datetime

    from warehouse.findings import Report

EXIT_CODES = {"accepted": 0, "rejected": 1, "held": 5, "withdrawn": 0, "superseded": 0}


def show(
    report: "Report", format: str, lang: str, output: Path | None, exit_with_state: bool = True
) -> None:
    """Write the report of a submission and, where asked, end with the exit code of its state."""
    from warehouse.report import render

    write(render(report, format, lang), lang, output)  # type: ignore[arg-type]
    if exit_with_state and EXIT_CODES[report.state]:
        raise typer.Exit(EXIT_CODES[report.state])


def write(text: str, lang: str, output: Path | None = None) -> None:
    """Write `text` to the file `output`, or to the screen."""
    if output is None:
        typer.echo(text.rstrip("\n"))
    else:
        _keep(output, text.encode())
        typer.echo(word("written", lang, file=output))


def write_bytes(content: bytes, lang: str, output: Path | None = None) -> None:
    """Write `content` to the file `output`, or to the screen with nothing beside it."""
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        _keep(output, content)
        typer.echo(word("written", lang, file=output), err=True)


def _keep(output: Path, content: bytes) -> None:
    from warehouse.cli.refusal import OutputNotWritable

    try:
        output.write_bytes(content)
    except OSError:
        raise OutputNotWritable(file=output) from None


def instant(text: str | None) -> "datetime | None":
    """The instant typed, if one was; raises InvalidInstant."""
    from warehouse.releasing.instant import read_instant

    return None if text is None else read_instant(text)


def user() -> str:
    """The name of who runs the command, kept with a decision."""
    import getpass

    return getpass.getuser()
