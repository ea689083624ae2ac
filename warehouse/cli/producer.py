"""What a producer of extracts does: check a file, send it, see what it changed."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from warehouse.cli.options import ContractId, Lang, Number, Output, Period, ReportFormat, Specimen
from warehouse.cli.output import show, write, write_bytes
from warehouse.cli.program import command


@command()
def check(
    file: Path,
    contract: ContractId,
    period: Period,
    specimen: Specimen = False,
    lang: Lang = "fr",
    format: ReportFormat = "text",
    output: Output = None,
) -> None:
    """Check a file, without a database and keeping nothing."""
    from warehouse.examination import check_file

    show(check_file(file, contract, period, specimen), format, lang, output)


@command()
def receive(
    file: Path,
    contract: ContractId,
    period: Period,
    specimen: Specimen = False,
    lang: Lang = "fr",
    format: ReportFormat = "text",
    output: Output = None,
) -> None:
    """Receive a file: keep it, check it, load it; prints the receipt."""
    from warehouse.submission import receive_file

    show(receive_file(file, contract, period, specimen), format, lang, output)


@command()
def report(
    subject: Annotated[str, typer.Argument()],
    period: Annotated[str | None, typer.Option("--period", "-p")] = None,
    lang: Lang = "fr",
    format: Annotated[
        Literal["text", "json", "csv", "html", "pdf"] | None, typer.Option("--format")
    ] = None,
    output: Output = None,
) -> None:
    """Print a submission's report again, or write an institution's synthesis report."""
    if subject.isdigit():
        _submission_report(int(subject), lang, format or "text", output)
    else:
        _provider_report(subject, period, lang, format or "html", output)


def _submission_report(number: int, lang: str, format: str, output: Path | None) -> None:
    from warehouse import submission
    from warehouse.cli.refusal import NotInThisForm
    from warehouse.database import connect

    if format == "pdf":
        raise NotInThisForm(form=format, forms="text, json, csv, html")
    with connect("simimo_pipeline") as session:
        found = submission.report(session, number)
    show(found, format, lang, output, exit_with_state=False)


def _provider_report(
    provider: str, period: str | None, lang: str, format: str, output: Path | None
) -> None:
    from datetime import date, timedelta

    from warehouse.cli.refusal import NotInThisForm
    from warehouse.documents.document import rendered
    from warehouse.documents.provider_figures import provider_figures
    from warehouse.documents.provider_report import provider_report

    if format not in ("html", "pdf"):
        raise NotInThisForm(form=format, forms="html, pdf")
    last_month = date.today().replace(day=1) - timedelta(days=1)
    asked = period or f"{last_month:%Y-%m}"
    document = provider_report(provider_figures(provider, asked), lang)
    made = rendered(document, "pdf" if format == "pdf" else "html")
    write_bytes(made, lang, output or Path(f"{provider}_{asked}_{lang}.{format}"))


@command()
def diff(
    number: Number, lang: Lang = "fr", format: ReportFormat = "text", output: Output = None
) -> None:
    """Show what a submission changed beside the version before."""
    from warehouse.difference import difference
    from warehouse.report.diff import render_diff

    write(render_diff(difference(number), format, lang), lang, output)


@command()
def template(
    contract: Annotated[str, typer.Argument()], output: Output = None, lang: Lang = "fr"
) -> None:
    """Write the workbook that an institution fills for its extract."""
    from warehouse.contracts import contract as contracts
    from warehouse.documents.template import template

    made = template(contracts.contract(contract))
    write_bytes(made, lang, output or Path(f"{contract}.xlsx"))


@command()
def sheet(
    contract: Annotated[str, typer.Argument()],
    format: Annotated[Literal["html", "pdf"], typer.Option("--format")] = "html",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the technical sheet of an extract: purpose, law, calendar, columns, codes, rules."""
    from warehouse.contracts import contract as contracts
    from warehouse.documents.document import rendered
    from warehouse.documents.technical_sheet import technical_sheet

    made = rendered(technical_sheet(contracts.contract(contract), lang), format)
    write_bytes(made, lang, output or Path(f"{contract}_{lang}.{format}"))
