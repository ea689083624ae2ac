"""What an analyst does: read what is released, by file, API or SQL."""

from typing import Annotated, Literal

import typer

from warehouse.cli.options import Output
from warehouse.cli.output import write_bytes
from warehouse.cli.program import command


@command()
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
    write_bytes(written, output)


@command()
def serve(
    host: Annotated[str, typer.Option(help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port d'écoute.")] = 8000,
) -> None:
    """Servir l'API et la page d'accueil."""
    run_server(host, port)


def run_server(host: str, port: int) -> None:
    """Serve until interrupted."""
    import uvicorn

    typer.echo(f"SIMIMO est servi sur http://{host}:{port}/ (Ctrl+C pour arrêter).")
    uvicorn.run("api.app:create_app", factory=True, host=host, port=port, log_level="warning")


@command()
def psql() -> None:
    """Ouvrir psql en analyste, en lecture seule (staging, harmonised, indicators, release)."""
    from warehouse.database import analyst_shell

    raise typer.Exit(analyst_shell())
