"""What a newcomer does: see the whole path on synthetic data."""

from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli.analyst import run_server
from warehouse.cli.program import command


@command()
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
        run_server("127.0.0.1", port)


@command()
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
