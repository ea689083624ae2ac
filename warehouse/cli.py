"""The command line: one verb a step of the path. Heavy libraries are imported where used."""

import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from expectations.results import GateResult
    from warehouse.findings import Report

LANGUAGES = ("fr", "ar", "en")
EXIT_CODES = {"accepted": 0, "rejected": 1, "held": 5, "withdrawn": 0, "superseded": 0}

app = typer.Typer(
    help="SIMIMO : du fichier d'une institution à l'indicateur publié.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Lang = Annotated[
    Literal["fr", "ar", "en"],
    typer.Option("--lang", envvar="SIMIMO_LANG", help="Langue : fr, ar ou en."),
]
ReportFormat = Annotated[
    Literal["text", "json", "csv", "html"], typer.Option("--format", help="Forme du rapport.")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Écrire dans ce fichier plutôt qu'à l'écran.")
]
ContractId = Annotated[
    str, typer.Option("--contract", "-c", help="Contrat, p. ex. cnss_declarations.")
]
Period = Annotated[str, typer.Option("--period", "-p", help="Période : 2026-03, 2026-Q1 ou 2026.")]
Specimen = Annotated[
    bool,
    typer.Option("--specimen", help="Données fictives, à identifiants impossibles à délivrer."),
]
Reason = Annotated[str, typer.Option("--reason", help="Motif, conservé avec la décision.")]
Number = Annotated[int, typer.Argument(metavar="N", help="Numéro du dépôt.")]


@app.command()
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

    _show(check_file(file, contract, period, specimen), format, lang, output)


@app.command()
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

    _show(receive_file(file, contract, period, specimen), format, lang, output)


@app.command()
def status(
    contract: Annotated[
        str | None, typer.Option("--contract", "-c", help="Ce contrat seul.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Depuis cette période, p. ex. 2026-01.")] = None,
    lang: Lang = "fr",
    format: Annotated[Literal["text", "json", "csv"], typer.Option("--format")] = "text",
) -> None:
    """Suivre les envois : fournisseur x extrait x période, état et date d'échéance."""
    from warehouse import status as stage

    _write(stage.render(stage.status(contract, since), format, lang), None)


@app.command()
def decide(
    number: Number,
    decision: Annotated[Literal["accept", "reject"], typer.Argument(help="accept ou reject.")],
    reason: Reason,
    lang: Lang = "fr",
) -> None:
    """Lever une mise en attente : accepter ou rejeter le dépôt N."""
    from warehouse import submission

    _show(submission.decide(number, decision, reason, _user()), "text", lang, None)


@app.command()
def withdraw(number: Number, reason: Reason, lang: Lang = "fr") -> None:
    """Retirer le dépôt N ; la version qu'il remplaçait redevient courante."""
    from warehouse import submission

    _show(submission.withdraw(number, reason, _user()), "text", lang, None, exit_with_state=False)


@app.command()
def diff(
    number: Number, lang: Lang = "fr", format: ReportFormat = "text", output: Output = None
) -> None:
    """Montrer ce que le dépôt N a changé par rapport à la version précédente."""
    from warehouse.difference import difference
    from warehouse.report.diff import render_diff

    _write(render_diff(difference(number), format, lang), output)


@app.command()
def report(
    number: Number, lang: Lang = "fr", format: ReportFormat = "text", output: Output = None
) -> None:
    """Réimprimer le rapport et le reçu du dépôt N."""
    from warehouse import submission
    from warehouse.database import connect

    with connect("simimo_pipeline") as session:
        found = submission.report(session, number)
    _show(found, format, lang, output, exit_with_state=False)


@app.command()
def gate(
    number: Annotated[int | None, typer.Argument(metavar="[N]", help="Ce dépôt seul.")] = None,
    lang: Lang = "fr",
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("plausibilite.html"),
) -> None:
    """Écrire la page des contrôles de plausibilité, lisible hors ligne."""
    from expectations.page import results_page

    _write(results_page(_gated(number), lang), output)


@app.command()
def migrate() -> None:
    """Mettre la base de données à la version de ce programme."""
    from warehouse import migrate as stage

    stage.migrate()
    typer.echo(f"Base de données à la version {stage.head_revision()}.")


@app.command()
def build(
    full: Annotated[bool, typer.Option("--full", help="Tout reconstruire.")] = False,
    test: Annotated[bool, typer.Option("--test", help="Passer aussi les tests de dbt.")] = False,
    every: Annotated[
        int | None, typer.Option(help="Recommencer toutes les N secondes, sans fin.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Construire staging, harmonised et indicators pour les périodes touchées."""
    import time

    from warehouse import build as stage

    typer.echo(stage.build(full=full, test=test).text(lang))
    while every:
        time.sleep(every)
        summary = stage.build()
        if summary.steps:
            typer.echo(summary.text(lang))


@app.command()
def release(lang: Lang = "fr") -> None:
    """Publier une nouvelle diffusion des indicateurs, protégée et numérotée."""
    from warehouse import release as stage

    typer.echo(stage.release().text(lang))


@app.command()
def get(
    dataflow: Annotated[str, typer.Argument(help="Indicateur, p. ex. DF_TITLE_STOCK.")],
    filter: Annotated[list[str], typer.Option("--filter", help="dim=code,code")] = [],  # noqa: B006
    start: Annotated[str | None, typer.Option("--start", help="Première période.")] = None,
    end: Annotated[str | None, typer.Option("--end", help="Dernière période.")] = None,
    release: Annotated[int | None, typer.Option("--release", help="Numéro de diffusion.")] = None,
    format: Annotated[Literal["csv", "json", "parquet"], typer.Option("--format")] = "csv",
    output: Output = None,
) -> None:
    """Écrire les observations publiées d'un indicateur."""
    from warehouse import observation_file
    from warehouse.observation import Selection, parsed_filters

    selection = Selection(parsed_filters(filter), start, end)
    written = observation_file.written(dataflow, selection, release, format)
    _write_bytes(written, output)


@app.command()
def specimen(
    output: Annotated[Path, typer.Option("--output", "-o", help="Dossier des extraits.")],
    months: Annotated[int, typer.Option(help="Nombre de mois.")] = 12,
    end: Annotated[str, typer.Option(help="Dernier mois.")] = "2025-12",
    scale: Annotated[float, typer.Option(help="Taille : 1 est le pays.")] = 0.02,
    seed: Annotated[int, typer.Option(help="Graine du tirage.")] = 2025,
) -> None:
    """Écrire des extraits fictifs, tirés d'une population simulée."""
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
    typer.echo(f"{len(files)} fichiers SPECIMEN dans {output}.")


@app.command()
def demo(
    serve: Annotated[bool, typer.Option(help="Servir l'API et la page d'accueil à la fin.")] = True,
    months: Annotated[int, typer.Option(help="Nombre de mois.")] = 12,
    scale: Annotated[float, typer.Option(help="Taille : 1 est le pays.")] = 0.02,
    port: Annotated[int, typer.Option(help="Port de l'API.")] = 8000,
) -> None:
    """Faire tout le chemin sur des données fictives, du fichier à l'indicateur servi."""
    from warehouse import demo as path

    typer.echo(path.demo(months=months, scale=scale))
    if serve:
        _serve("127.0.0.1", port)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port d'écoute.")] = 8000,
) -> None:
    """Servir l'API et la page d'accueil."""
    _serve(host, port)


@app.command()
def psql() -> None:
    """Ouvrir psql en analyste, en lecture seule (staging, harmonised, indicators, release)."""
    from warehouse.database import analyst_shell

    raise typer.Exit(analyst_shell())


@app.command("original")
def original(
    number: Number,
    key: Annotated[Path, typer.Option("--key", help="Clé secrète du dépositaire.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Fichier à écrire.")],
) -> None:
    """Rouvrir l'original du dépôt N, avec la clé du dépositaire."""
    from warehouse import submission, vault
    from warehouse.database import connect
    from warehouse.examination import require_readable

    with connect("simimo_pipeline") as session:
        found = submission.report(session, number)
    require_readable(key)
    vault.open_original(found.sha256, key, output)
    typer.echo(f"Original du dépôt {number} écrit dans {output}.")


def _gated(number: int | None) -> "list[GateResult]":
    from expectations.results import kept_results
    from warehouse.errors import UnknownSubmission

    results = kept_results(number)
    if number is not None and not results:
        raise UnknownSubmission(submission=number)
    return results


def _serve(host: str, port: int) -> None:
    import uvicorn

    typer.echo(f"SIMIMO est servi sur http://{host}:{port}/ (Ctrl+C pour arrêter).")
    uvicorn.run("api.app:create_app", factory=True, host=host, port=port, log_level="warning")


def _show(
    report: "Report", format: str, lang: str, output: Path | None, exit_with_state: bool = True
) -> None:
    from warehouse.report import render

    _write(render(report, format, lang), output)  # type: ignore[arg-type]
    if exit_with_state and EXIT_CODES[report.state]:
        raise typer.Exit(EXIT_CODES[report.state])


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text.rstrip("\n"))
    else:
        output.write_text(text, "utf-8")
        typer.echo(f"Écrit dans {output}.")


def _write_bytes(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        typer.echo(f"Écrit dans {output}.", err=True)


def _user() -> str:
    import getpass

    return getpass.getuser()


def _asked_language() -> str:
    """The language of --lang on the command line, else of SIMIMO_LANG."""
    from warehouse.settings import settings

    words = sys.argv[1:]
    asked = [w.removeprefix("--lang=") for w in words if w.startswith("--lang=")]
    asked += [after for word, after in pairwise(words) if word == "--lang"]
    return asked[-1] if asked and asked[-1] in LANGUAGES else settings().lang


def main() -> None:
    """The program: a refusal is a sentence and an exit code, never a trace."""
    from warehouse.errors import SimimoError

    try:
        app()
    except SimimoError as error:
        lang = _asked_language()
        typer.echo(f"{error.code}  {error.text(lang)}", err=True)
        if error.detail:
            typer.echo(f"         {error.detail}", err=True)
        typer.echo(f"         → {error.hint(lang)}", err=True)
        raise SystemExit(error.exit_code) from None
