"""The pilot survey once collected: its specimen, its figures, its analysis report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from warehouse.cli.options import Lang, Output, Specimen
from warehouse.cli.output import write, write_bytes
from warehouse.cli.survey import command
from warehouse.messages import message, word

if TYPE_CHECKING:
    from warehouse.survey.estimating import Survey

Export = Annotated[Path, typer.Argument(exists=True)]
Sample = Annotated[Path, typer.Option("--sample", exists=True, dir_okay=False)]
Margins = Annotated[Path | None, typer.Option("--margins", exists=True, dir_okay=False)]
Method = Annotated[Literal["linear", "raking", "logit"], typer.Option("--method")]


@command()
def specimen(
    output: Annotated[Path, typer.Option("--output", "-o", file_okay=False)],
    seed: Annotated[int, typer.Option("--seed")] = 1,
    lang: Lang = "fr",
) -> None:
    """Write a survey of invented persons: its export, the list of its sample, census margins."""
    from warehouse.survey.specimen.writing import write_specimen

    for path in write_specimen(output, seed):
        typer.echo(word("written", lang, file=path))


@command()
def estimate(
    export: Export,
    sample: Sample,
    margins: Margins = None,
    method: Method = "raking",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the figures of the survey with their errors, as CSV."""
    survey = _estimated(export, sample, margins, method, lang)
    write(survey.figures.write_csv(), lang, output)


@command()
def report(
    export: Export,
    sample: Sample,
    margins: Margins = None,
    method: Method = "raking",
    format: Annotated[Literal["html", "docx", "pdf"], typer.Option("--format")] = "html",
    specimen: Specimen = False,
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the analysis report of the survey."""
    from warehouse.documents.document import rendered
    from warehouse.documents.word_file import word_file
    from warehouse.survey.analysis_report import analysis_report

    survey = _estimated(export, sample, margins, method, lang)
    document = analysis_report(survey, lang, specimen)
    content = word_file(document) if format == "docx" else rendered(document, format)
    write_bytes(content, lang, output or Path(f"survey_report_{lang}.{format}"))


def _estimated(
    export: Path,
    sample: Path,
    margins: Path | None,
    method: Literal["linear", "raking", "logit"],
    lang: str,
) -> "Survey":
    """The survey estimated, what was found in its data said on the error stream."""
    from warehouse.survey.estimating import estimated

    survey = estimated(export, sample, margins, method)
    for finding in survey.answers.findings:
        said = message(finding.rule, lang, **finding.values)
        typer.echo(f"{said.code}  {said.text}", err=True)
    return survey
