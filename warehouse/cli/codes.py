"""The steward's desk for codes: what no list knows, decisions, whole correspondences, search."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from warehouse.cli.options import Lang, Number, Output
from warehouse.cli.output import user, write
from warehouse.cli.program import group
from warehouse.messages import counted, word

if TYPE_CHECKING:
    from datetime import date

    from warehouse.desk.decision import Recorded

Listing = Annotated[Literal["text", "csv", "json"], typer.Option("--format")]
Provider = Annotated[str | None, typer.Option("--provider")]
Variable = Annotated[str | None, typer.Option("--variable")]
Note = Annotated[str, typer.Option("--note")]


def codes(ctx: typer.Context, lang: Lang = "fr") -> None:
    """Show the help where no verb is given."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


command = group("codes", codes)


@command()
def unmapped(
    provider: Provider = None,
    variable: Variable = None,
    lang: Lang = "fr",
    format: Listing = "text",
    output: Output = None,
) -> None:
    """List the source codes that no list knows, with suggestions."""
    from warehouse.desk import unmapped as desk
    from warehouse.desk.listing import unmapped_listing

    write(unmapped_listing(desk.unmapped(provider, variable), format, lang), lang, output)


@command()
def decide(
    variable: Annotated[str, typer.Argument()],
    source_code: Annotated[str, typer.Argument()],
    code: Annotated[str, typer.Argument()],
    provider: Annotated[str, typer.Option("--provider")],
    quality: Annotated[Literal["exact", "close", "broad", "narrow"], typer.Option("--quality")],
    note: Note,
    valid_from: Annotated[str | None, typer.Option("--from")] = None,
    valid_to: Annotated[str | None, typer.Option("--to")] = None,
    lang: Lang = "fr",
) -> None:
    """Decide which common code a source code means."""
    from warehouse.desk import decision
    from warehouse.desk.correspondence import Correspondence

    row = Correspondence(
        provider, source_code, code, quality, "", _day("--from", valid_from), _day("--to", valid_to)
    )
    _say(decision.decide(variable, row, user(), note), lang)


@command()
def approve(number: Number, lang: Lang = "fr") -> None:
    """Let the decision of somebody else apply."""
    from warehouse.desk import decision

    found = decision.approve(number, user())
    typer.echo(word("decision_approved", lang, number=found.id, source_code=found.source_code))


@command()
def revoke(number: Number, note: Note, lang: Lang = "fr") -> None:
    """Take a decision back; what it had replaced counts again."""
    from warehouse.desk import decision

    found = decision.revoke(number, user(), note)
    typer.echo(word("decision_revoked", lang, number=found.id, source_code=found.source_code))


@command()
def decisions(
    variable: Variable = None,
    status: Annotated[
        Literal["proposed", "approved", "revoked"] | None, typer.Option("--status")
    ] = None,
    lang: Lang = "fr",
    format: Listing = "text",
    output: Output = None,
) -> None:
    """List the decisions on codes, the newest first."""
    from warehouse.desk import decision
    from warehouse.desk.listing import decision_listing

    write(decision_listing(decision.decisions(variable, status), format, lang), lang, output)


@command("export")
def export(
    variable: Annotated[str, typer.Argument()],
    format: Annotated[Literal["csv", "sdmx"], typer.Option("--format")] = "csv",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write a whole correspondence, as CSV or as SDMX representation maps."""
    from warehouse.desk.exchange import correspondence_of, written_csv
    from warehouse.desk.structure_map import written_structure_map

    rows = correspondence_of(variable)
    written = written_csv(rows) if format == "csv" else written_structure_map(variable, rows)
    write(written, lang, output)


@command("import")
def import_(
    file: Path,
    variable: Variable = None,
    provider: Annotated[str, typer.Option("--provider")] = "*",
    note: Annotated[str | None, typer.Option("--note")] = None,
    column: Annotated[list[str], typer.Option("--column")] = [],  # noqa: B006
    lang: Lang = "fr",
) -> None:
    """Record every row of a CSV or SDMX file as a decision, or refuse it whole."""
    from warehouse.desk.exchange import import_file

    columns = dict(_named(text) for text in column)
    of_variable, why = variable or file.stem, note or file.name
    _say(import_file(file, of_variable, user(), why, columns, provider), lang)


@command()
def search(
    term: Annotated[str, typer.Argument()],
    variable: Variable = None,
    lang: Lang = "fr",
    format: Listing = "text",
    output: Output = None,
) -> None:
    """Find codes by their labels in any language."""
    from warehouse.desk import search as desk
    from warehouse.desk.listing import code_listing

    write(code_listing(desk.search(term, lang, variable), format, lang), lang, output)


@command("title")
def title(
    title: Annotated[str, typer.Argument()],
    lang: Lang = "fr",
    format: Listing = "text",
    output: Output = None,
) -> None:
    """Show the occupations that a job title may have, the likeliest first."""
    from warehouse.coding.listing import title_listing
    from warehouse.coding.store import coder

    write(title_listing(coder(), title, format, lang), lang, output)


def _say(recorded: "Recorded", lang: str) -> None:
    """What was recorded, and what it waits for."""
    first, last = (recorded.numbers[:1] or (0,))[0], (recorded.numbers[-1:] or (0,))[0]
    said = counted(f"decisions_{recorded.status}", len(recorded.numbers), lang)
    numbers = f"{first}" if first == last else f"{first}-{last}"
    typer.echo(f"{said} ({numbers})" if recorded.numbers else said)
    if recorded.unchanged:
        typer.echo(counted("decisions_unchanged", recorded.unchanged, lang))


def _day(option: str, text: str | None) -> "date | None":
    from datetime import date

    from warehouse.cli.refusal import InvalidValue

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(name=option, expected="2026-01-31", call="codes decide") from None


def _named(text: str) -> tuple[str, str]:
    """A column of a correspondence and what the file calls it: 'code=isco08'."""
    from warehouse.cli.refusal import InvalidValue
    from warehouse.desk.correspondence import COLUMNS

    name, equals, told = text.partition("=")
    if name not in COLUMNS or not equals or not told:
        expected: Any = ", ".join(f"{column}=…" for column in COLUMNS)
        raise InvalidValue(name="--column", expected=expected, call="codes import")
    return name, told
