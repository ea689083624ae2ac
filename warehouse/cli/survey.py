"""The pilot survey: its questionnaire, its interviewer's manual, its sample."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from warehouse.cli.options import Lang, Output
from warehouse.cli.output import write_bytes
from warehouse.cli.program import group
from warehouse.messages import word

Page = Annotated[Literal["html", "pdf"], typer.Option("--format")]


def survey(ctx: typer.Context, lang: Lang = "fr") -> None:
    """Show the help where no verb is given."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


command = group("survey", survey)


@command()
def form(output: Output = None, lang: Lang = "fr") -> None:
    """Write the questionnaire as an XLSForm, in French and Arabic."""
    from warehouse.survey.form.source import form as source
    from warehouse.survey.form.xlsform import xlsform

    write_bytes(xlsform(source()), lang, output or Path("simimo_survey.xlsx"))


@command()
def manual(
    output: Output = None,
    format: Page = "html",
    questionnaire: Annotated[bool, typer.Option("--questionnaire")] = False,
    lang: Lang = "fr",
) -> None:
    """Write the interviewer's manual, or the questionnaire to print."""
    from warehouse.cli.refusal import NotInThisLanguage
    from warehouse.documents.document import rendered
    from warehouse.survey.form import manual as documents
    from warehouse.survey.form.source import form as source

    if lang == "en":
        raise NotInThisLanguage(languages="fr, ar")
    made = documents.questionnaire if questionnaire else documents.manual
    name = "questionnaire" if questionnaire else "manual"
    content = rendered(made(source(), lang), format)
    write_bytes(content, lang, output or Path(f"survey_{name}_{lang}.{format}"))


@command()
def sample(
    output: Annotated[Path, typer.Option("--output", "-o", file_okay=False)],
    seed: Annotated[int, typer.Option("--seed")],
    cv: Annotated[float, typer.Option("--cv", min=0.02, max=0.3)] = 0.05,
    share: Annotated[float, typer.Option("--share", min=0.01, max=0.99)] = 0.5,
    module: Annotated[
        Literal["worker", "returnee", "recruitment"], typer.Option("--module")
    ] = "worker",
    teams: Annotated[int, typer.Option("--teams", min=1, max=100)] = 20,
    start: Annotated[str, typer.Option("--start")] = "2027-03-01",
    lang: Lang = "fr",
) -> None:
    """Draw the sample and write its plan: units, strata, precision, calendar."""
    from warehouse.cli.refusal import OutputNotWritable
    from warehouse.documents.document import rendered
    from warehouse.survey.sampling.fieldwork import calendar
    from warehouse.survey.sampling.plan import sampling_plan
    from warehouse.survey.sampling.plan_document import plan_document
    from warehouse.survey.sampling.plan_files import tables, write_plan

    plan = sampling_plan(seed, cv, share, module)
    stays = calendar(plan, teams, _day(start))
    page = rendered(plan_document(plan, stays, lang), "html")
    try:
        written = write_plan(output, tables(plan, stays), page)
    except OSError:
        raise OutputNotWritable(file=output) from None
    for path in written:
        typer.echo(word("written", lang, file=path))


def _day(written: str) -> date:
    from warehouse.cli.refusal import NotADay

    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotADay(written=written) from None
