"""What the steward of the warehouse does: follow what arrives, decide, build, release."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from warehouse.cli.options import Lang, Number, Reason
from warehouse.cli.output import show, user, write
from warehouse.cli.program import command

if TYPE_CHECKING:
    from expectations.results import GateResult


@command()
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

    write(stage.render(stage.status(contract, since), format, lang), None)


@command()
def decide(
    number: Number,
    decision: Annotated[Literal["accept", "reject"], typer.Argument(help="accept ou reject.")],
    reason: Reason,
    lang: Lang = "fr",
) -> None:
    """Lever une mise en attente : accepter ou rejeter le dépôt N."""
    from warehouse import submission

    show(submission.decide(number, decision, reason, user()), "text", lang, None)


@command()
def withdraw(number: Number, reason: Reason, lang: Lang = "fr") -> None:
    """Retirer le dépôt N ; la version qu'il remplaçait redevient courante."""
    from warehouse import submission

    show(submission.withdraw(number, reason, user()), "text", lang, None, exit_with_state=False)


@command()
def gate(
    number: Annotated[int | None, typer.Argument(metavar="[N]", help="Ce dépôt seul.")] = None,
    lang: Lang = "fr",
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("plausibilite.html"),
) -> None:
    """Écrire la page des contrôles de plausibilité, lisible hors ligne."""
    from expectations.page import results_page

    write(results_page(_gated(number), lang), output)


def _gated(number: int | None) -> "list[GateResult]":
    from expectations.results import kept_results
    from warehouse.errors import UnknownSubmission

    results = kept_results(number)
    if number is not None and not results:
        raise UnknownSubmission(submission=number)
    return results


@command()
def migrate() -> None:
    """Mettre la base de données à la version de ce programme."""
    from warehouse import migrate as stage

    stage.migrate()
    typer.echo(f"Base de données à la version {stage.head_revision()}.")


@command()
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


@command()
def release(lang: Lang = "fr") -> None:
    """Publier une nouvelle diffusion des indicateurs, protégée et numérotée."""
    from warehouse import release as stage

    typer.echo(stage.release().text(lang))


@command("original")
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
