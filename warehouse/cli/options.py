"""The options that several verbs share; what they are is told in messages/words/help.yml."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Lang = Annotated[Literal["fr", "ar", "en"], typer.Option("--lang")]
ReportFormat = Annotated[Literal["text", "json", "csv", "html"], typer.Option("--format")]
Output = Annotated[Path | None, typer.Option("--output", "-o")]
ContractId = Annotated[str, typer.Option("--contract", "-c")]
Period = Annotated[str, typer.Option("--period", "-p")]
Specimen = Annotated[bool, typer.Option("--specimen")]
Provider = Annotated[str | None, typer.Option("--provider")]
Reason = Annotated[str, typer.Option("--reason")]
Release = Annotated[int | None, typer.Option("--release")]
AsOf = Annotated[str | None, typer.Option("--as-of")]
Number = Annotated[int, typer.Argument(metavar="N")]
