"""What a producer of extracts does: check a file, send it, see what it changed."""

from pathlib import Path

from warehouse.cli.options import ContractId, Lang, Number, Output, Period, ReportFormat, Specimen
from warehouse.cli.output import show, write
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
    """Contrôler un fichier, sans base de données et sans rien conserver."""
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
    """Recevoir un fichier : le conserver, le contrôler, le charger ; imprime le reçu."""
    from warehouse.submission import receive_file

    show(receive_file(file, contract, period, specimen), format, lang, output)


@command()
def report(
    number: Number, lang: Lang = "fr", format: ReportFormat = "text", output: Output = None
) -> None:
    """Réimprimer le rapport et le reçu du dépôt N."""
    from warehouse import submission
    from warehouse.database import connect

    with connect("simimo_pipeline") as session:
        found = submission.report(session, number)
    show(found, format, lang, output, exit_with_state=False)


@command()
def diff(
    number: Number, lang: Lang = "fr", format: ReportFormat = "text", output: Output = None
) -> None:
    """Montrer ce que le dépôt N a changé par rapport à la version précédente."""
    from warehouse.difference import difference
    from warehouse.report.diff import render_diff

    write(render_diff(difference(number), format, lang), output)
