"""The steps of a release: draft, approval by a second person, publication, withdrawal, proof."""

from typing import Annotated, Literal

import typer

from warehouse.cli.options import Lang, Number, Output, Reason
from warehouse.cli.output import instant, user, write, write_bytes
from warehouse.cli.program import group

Notice = Annotated[list[str], typer.Option("--notice")]
ReviewFormat = Annotated[Literal["text", "json", "html", "pdf"], typer.Option("--format")]


def release(
    ctx: typer.Context,
    notice: Notice = [],  # noqa: B006
    lang: Lang = "fr",
) -> None:
    """Publish a release in one step, of specimen and public figures alone."""
    if ctx.invoked_subcommand is None:
        from warehouse import release as stage
        from warehouse.releasing.notice import read_notice

        outcome = stage.release(author=user(), notice=read_notice(notice))
        write(outcome.text(lang), lang)


command = group("release", release)


@command()
def draft(
    notice: Notice = [],  # noqa: B006
    format: ReviewFormat = "text",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Make a draft and show what it would publish."""
    from warehouse import release as stage
    from warehouse.releasing.notice import read_notice

    outcome = stage.draft(user(), read_notice(notice))
    typer.echo(outcome.text(lang), err=True)
    if outcome.is_new:
        _show(outcome.number, format, output, lang)


@command()
def show(
    number: Number,
    format: ReviewFormat = "text",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Show a draft or a release as its second person looks at it."""
    _show(number, format, output, lang)


def _show(
    number: int,
    format: Literal["text", "json", "html", "pdf"],
    output: Output,
    lang: str,
) -> None:
    import json

    from warehouse.documents.document import rendered
    from warehouse.documents.plain import document_text
    from warehouse.documents.release_review import release_review
    from warehouse.releasing.review import review

    found = review(number)
    if format == "json":
        write(json.dumps(found.to_json(), ensure_ascii=False, indent=1), lang, output)
    elif format == "text":
        write(document_text(release_review(found, lang)), lang, output)
    else:
        write_bytes(rendered(release_review(found, lang), format), lang, output)


@command()
def approve(number: Number, lang: Lang = "fr") -> None:
    """Let the draft of somebody else be published."""
    from warehouse.documents.release_review import done
    from warehouse.releasing.workflow import approve as step

    write(done(step(number, user()), lang), lang)


@command()
def publish(
    number: Number,
    at: Annotated[str | None, typer.Option("--at")] = None,
    lang: Lang = "fr",
) -> None:
    """Publish an approved draft now, or from an instant on."""
    from warehouse.documents.release_review import done
    from warehouse.releasing.workflow import publish_draft

    write(done(publish_draft(number, user(), instant(at)), lang), lang)


@command()
def withdraw(number: Number, reason: Reason, lang: Lang = "fr") -> None:
    """Drop a draft, or lift an embargo that still runs."""
    from warehouse.documents.release_review import done
    from warehouse.releasing.workflow import withdraw as step

    write(done(step(number, user(), reason), lang), lang)


@command("list")
def list_(
    format: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """List drafts, embargoes and releases, the newest first."""
    import json

    from warehouse.documents.plain import document_text
    from warehouse.documents.release_review import step_list
    from warehouse.releasing.workflow import steps

    found = steps()
    if format == "json":
        told = [step.to_json() for step in found]
        write(json.dumps(told, ensure_ascii=False, indent=1), lang, output)
    else:
        write(document_text(step_list(found, lang)), lang, output)


@command()
def changes(
    number: Number,
    dataflow: Annotated[str | None, typer.Option("--dataflow")] = None,
    format: Annotated[Literal["csv", "json"], typer.Option("--format")] = "csv",
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write every changed cell of a draft or release with its reasons."""
    from warehouse.releasing.change_file import changes_csv, changes_json
    from warehouse.releasing.review import all_changes

    found, page = all_changes(number, dataflow)
    if format == "csv":
        written = changes_csv(page, found.is_specimen)
    else:
        written = changes_json(page, found.is_specimen)
    write_bytes(written, lang, output)


@command()
def verify(
    number: Annotated[int | None, typer.Argument(metavar="N")] = None,
    from_raw: Annotated[bool, typer.Option("--from-raw")] = False,
    format: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
    lang: Lang = "fr",
) -> None:
    """Recompute the hash of a release, from what is stored or from the files."""
    import json

    from warehouse import release_verify as stage

    found = stage.verify_from_raw(number) if from_raw else stage.verify(number)
    told = json.dumps(found.to_json(), ensure_ascii=False, indent=1)
    write(told if format == "json" else found.text(lang), lang)
    if found.differences:
        raise typer.Exit(1)
