"""What an analyst does: read what is released, by file, API or SQL."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from warehouse.cli.options import AsOf, Lang, Output, Period, Release
from warehouse.cli.output import instant, write, write_bytes
from warehouse.cli.program import command
from warehouse.messages import word


@command()
def indicators(
    dataflow: Annotated[str | None, typer.Argument()] = None,
    lang: Lang = "fr",
    release: Release = None,
    as_of: AsOf = None,
    format: Annotated[Literal["text", "json", "html"], typer.Option("--format")] = "text",
    output: Output = None,
) -> None:
    """List every indicator by theme, or show one whole."""
    import json

    from warehouse import catalogue_entry
    from warehouse.documents.document import html
    from warehouse.documents.indicator_sheet import indicator_list, indicator_sheet
    from warehouse.documents.plain import document_text

    at = instant(as_of)
    if release is None and at is None:
        found = [catalogue_entry.entry(dataflow)] if dataflow else catalogue_entry.entries()
    elif dataflow:
        found = [catalogue_entry.entry_of(dataflow, release, at)]
    else:
        found = catalogue_entry.entries_of(release, at)
    if format == "json":
        told = [catalogue_entry.entry_json(entry) for entry in found]
        shown = json.dumps(told[0] if dataflow else told, ensure_ascii=False, indent=1)
    else:
        document = (
            indicator_sheet(found[0], catalogue_entry.entry_codes(found[0]), lang)
            if dataflow
            else indicator_list(found, lang)
        )
        shown = html(document) if format == "html" else document_text(document)
    write(shown, lang, output)


@command()
def get(
    dataflow: Annotated[str, typer.Argument()],
    freq: Annotated[str | None, typer.Option("--freq")] = None,
    filter: Annotated[list[str], typer.Option("--filter")] = [],  # noqa: B006
    start: Annotated[str | None, typer.Option("--start")] = None,
    end: Annotated[str | None, typer.Option("--end")] = None,
    release: Release = None,
    as_of: AsOf = None,
    format: Annotated[Literal["csv", "json", "parquet"], typer.Option("--format")] = "csv",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the released observations of an indicator."""
    from warehouse import observation_file
    from warehouse.filters import parsed_filters
    from warehouse.observation import FREQ, Selection

    asked = [*filter, f"{FREQ}={freq}"] if freq else filter
    selection = Selection(parsed_filters(asked), start, end)
    written = observation_file.written(dataflow, selection, release, format, instant(as_of))
    write_bytes(written, lang, output)


@command()
def table(
    population: Annotated[str, typer.Argument()],
    period: Period,
    by: Annotated[list[str], typer.Option("--by")] = [],  # noqa: B006
    filter: Annotated[list[str], typer.Option("--filter")] = [],  # noqa: B006
    format: Annotated[Literal["text", "csv", "json"], typer.Option("--format")] = "text",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Count records by what no declared table crosses, perturbed by cell key."""
    from warehouse.asked_table import asked_table, told_csv, told_json
    from warehouse.documents.asked_table_sheet import asked_table_sheet
    from warehouse.documents.plain import document_text
    from warehouse.filters import parsed_filters

    dimensions = [name.strip() for given in by for name in given.split(",")]
    answer = asked_table(population, period, dimensions, parsed_filters(filter))
    if format == "text":
        write(document_text(asked_table_sheet(answer, lang)), lang, output)
    else:
        write(told_csv(answer) if format == "csv" else told_json(answer), lang, output)


@command()
def explain(
    dataflow: Annotated[str, typer.Argument()],
    codes: Annotated[str, typer.Argument()],
    period: Annotated[str, typer.Argument()],
    release: Release = None,
    as_of: AsOf = None,
    public: Annotated[bool, typer.Option("--public")] = False,
    format: Annotated[Literal["text", "json", "html", "pdf"], typer.Option("--format")] = "text",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Walk a released number back to the files that it came from."""
    import json

    from warehouse.documents.document import rendered
    from warehouse.documents.explanation_sheet import explanation_sheet
    from warehouse.documents.plain import document_text
    from warehouse.explanation import explain as stage
    from warehouse.lineage import parsed_key

    found = stage(dataflow, parsed_key(codes), period, release, public, instant(as_of))
    if format == "json":
        write(json.dumps(found.to_json(), ensure_ascii=False, indent=1), lang, output)
    elif format == "text":
        write(document_text(explanation_sheet(found, lang)), lang, output)
    else:
        write_bytes(rendered(explanation_sheet(found, lang), format), lang, output)


@command()
def ilms(
    year: Annotated[int, typer.Option(min=2000, max=2100)],
    output: Annotated[Path, typer.Option("--output", "-o")],
    release: Release = None,
    as_of: AsOf = None,
    lang: Lang = "fr",
) -> None:
    """Write ILO's yearly tables of labour migration."""
    from warehouse.ilms.delivery import deliver

    typer.echo(deliver(year, output, release, lang, instant(as_of)))


@command()
def serve(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8000,
    lang: Lang = "fr",
) -> None:
    """Serve the API and the start page."""
    run_server(host, port, lang)


def run_server(host: str, port: int, lang: str) -> None:
    """Serve until interrupted; raises PortTaken before anything heavy is read."""
    require_free(host, port)
    import uvicorn

    typer.echo(word("serving", lang, address=f"http://{host}:{port}/"))
    uvicorn.run("api.app:create_app", factory=True, host=host, port=port, log_level="warning")


def require_free(host: str, port: int) -> None:
    """Raise PortTaken where `host`:`port` cannot be listened on."""
    from socket import SO_REUSEADDR, SOL_SOCKET, getaddrinfo, socket

    from warehouse.cli.refusal import PortTaken

    try:
        family, kind, protocol, _, address = getaddrinfo(host, port)[0]
        with socket(family, kind, protocol) as listening:
            # As the server does: an address just left is free again.
            listening.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            listening.bind(address)
    except (OSError, OverflowError):
        raise PortTaken(host=host, port=port, other=8001 if port == 8000 else 8000) from None


@command()
def psql(lang: Lang = "fr") -> None:
    """Open psql as an analyst, to read only."""
    from warehouse.database import analyst_shell

    raise typer.Exit(analyst_shell())


@command()
def coherence(
    release: Release = None,
    as_of: AsOf = None,
    format: Annotated[Literal["text", "html", "pdf"], typer.Option("--format")] = "text",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Set the sources of one concept side by side, from a release."""
    from warehouse.coherence.comparison import comparisons
    from warehouse.coherence.figures import side_of, values_of
    from warehouse.coherence.judging import judged
    from warehouse.database import connect
    from warehouse.documents.coherence_report import coherence_report
    from warehouse.documents.document import rendered
    from warehouse.documents.plain import document_text

    with connect("simimo_api") as session:
        side = side_of(session, release, instant(as_of))
        rows = [
            (c, judged(c, values_of(session, c, side), side.release.is_specimen))
            for c in comparisons()
        ]
    made = coherence_report(rows, side.release, lang)
    if format == "text":
        write(document_text(made), lang, output)
    else:
        write_bytes(rendered(made, format), lang, output)
