"""The pilot survey once collected: its specimen, its figures, its analysis report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from warehouse.cli.options import Lang, Output, Specimen
from warehouse.cli.output import write, write_bytes
from warehouse.cli.survey import command
from warehouse.messages import message, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psycopg

    from warehouse.findings import Finding
    from warehouse.survey.estimating import Survey

Export = Annotated[Path | None, typer.Argument(exists=True)]
Period = Annotated[str | None, typer.Option("--period")]
Sample = Annotated[Path | None, typer.Option("--sample", exists=True, dir_okay=False)]
Margins = Annotated[Path | None, typer.Option("--margins", exists=True, dir_okay=False)]
Method = Annotated[Literal["linear", "raking", "logit"], typer.Option("--method")]


@command()
def specimen(
    output: Annotated[Path, typer.Option("--output", "-o", file_okay=False)],
    seed: Annotated[int, typer.Option("--seed")] = 1,
    units: Annotated[Path | None, typer.Option("--units", exists=True, dir_okay=False)] = None,
    lang: Lang = "fr",
) -> None:
    """Write a survey of invented persons, of a sample of its own or of the units of a plan."""
    from warehouse.survey.specimen.writing import write_specimen

    for path in write_specimen(output, seed, units):
        typer.echo(word("written", lang, file=path))


@command()
def estimate(
    export: Export = None,
    period: Period = None,
    sample: Sample = None,
    margins: Margins = None,
    method: Method = "raking",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the figures of a round with their errors, as CSV."""
    survey = _estimated(export, period, sample, margins, method, lang)
    write(survey.figures.write_csv(), lang, output)


@command()
def report(
    export: Export = None,
    period: Period = None,
    sample: Sample = None,
    margins: Margins = None,
    method: Method = "raking",
    format: Annotated[Literal["html", "docx", "pdf"], typer.Option("--format")] = "html",
    specimen: Specimen = False,
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the analysis report of a round."""
    from warehouse.documents.document import rendered
    from warehouse.documents.word_file import word_file
    from warehouse.survey.analysis_report import analysis_report

    survey = _estimated(export, period, sample, margins, method, lang)
    is_invented = specimen or (export is None and _is_specimen(period))
    document = analysis_report(survey, lang, is_invented)
    content = word_file(document) if format == "docx" else rendered(document, format)
    write_bytes(content, lang, output or Path(f"survey_report_{lang}.{format}"))


def _estimated(
    export: Path | None,
    period: str | None,
    sample: Path | None,
    margins: Path | None,
    method: Literal["linear", "raking", "logit"],
    lang: str,
) -> "Survey":
    """The survey estimated, what was found in its data said on the error stream."""
    from warehouse.survey.design import DesignRefused

    try:
        survey = _of_round(period, method) if export is None else None
        survey = survey or _of_export(export, sample, margins, method)
    except DesignRefused as refused:
        _say(refused.findings, lang)
        raise
    _say(survey.answers.findings, lang)
    return survey


def _of_round(period: str | None, method: Literal["linear", "raking", "logit"]) -> "Survey":
    """The round of the warehouse; without a period the newest one."""
    from warehouse.database import connect
    from warehouse.survey.estimating import estimated_round

    with connect("simimo_analyst") as session:
        return estimated_round(session, period or _newest(session), method)


def _newest(session: "psycopg.Connection[Any]") -> str:
    from warehouse.survey.harmonised import rounds

    return next(reversed(rounds(session)), "")


def _is_specimen(period: str | None) -> bool:
    from warehouse.database import connect
    from warehouse.survey.harmonised import is_specimen

    with connect("simimo_analyst") as reader, connect("simimo_pipeline") as session:
        return is_specimen(session, period or _newest(reader))


def _of_export(
    export: Path | None,
    sample: Path | None,
    margins: Path | None,
    method: Literal["linear", "raking", "logit"],
) -> "Survey":
    from warehouse.survey.estimating import estimated

    if export is None or sample is None:
        raise typer.BadParameter("--sample")
    return estimated(export, sample, margins, method)


def _say(findings: "Iterable[Finding]", lang: str) -> None:
    for finding in findings:
        said = message(finding.rule, lang, **finding.values)
        typer.echo(f"{said.code}  {said.text}", err=True)
