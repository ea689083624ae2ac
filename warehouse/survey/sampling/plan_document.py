"""The sampling plan as a page to read: what is drawn, how, how precise, from which assumptions."""

from collections.abc import Iterator, Mapping, Sequence

from warehouse.codelists import label
from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.report.figures import day, number, percent
from warehouse.report.marked import Marked, isolated
from warehouse.survey.sampling.assumptions import Assumptions
from warehouse.survey.sampling.fieldwork import Stay, interviews_in
from warehouse.survey.sampling.plan import Plan
from warehouse.survey.sampling.precision import Expected, expected_precision
from warehouse.survey.words import lines, said

WIDTHS = (2.4, 1.6, 1.0, 1.0, 0.9)


def plan_document(plan: Plan, stays: Sequence[Stay], lang: str) -> Document:
    """The plan in `lang`."""
    asked = {
        "seed": plan.seed,
        "cv": percent(plan.cv, lang),
        "share": percent(plan.share, lang),
        "module": said(f"module_{plan.module}", lang),
    }
    sections = (
        _sample(plan, stays, lang),
        _design(plan, lang),
        _precision(plan, lang),
        _strata(plan, lang),
        _assumed(plan.assumed, lang),
        _limits(plan, lang),
    )
    return Document(lang, said("plan_title", lang), said("plan_subject", lang, **asked), sections)


def _sample(plan: Plan, stays: Sequence[Stay], lang: str) -> Section:
    counted = {
        "plan_units": len(plan.units),
        "plan_certain": sum(unit.is_self_representing for unit in plan.units),
        "plan_listed": round(sum(unit.listed_households for unit in plan.units)),
        "plan_interviews": round(sum(interviews_in(unit, plan) for unit in plan.units)),
    }
    facts = [Fact(said(key, lang), isolated(number(n, lang))) for key, n in counted.items()]
    field = {
        "teams": number(max(stay.team for stay in stays), lang),
        "first": day(min(stay.first for stay in stays), lang),
        "last": day(max(stay.last for stay in stays), lang),
        "weeks": number(max(stay.week for stay in stays), lang),
    }
    facts.append(Fact(said("plan_field", lang), said("plan_field_text", lang, **field)))
    return Section(said("plan_sample", lang), facts=tuple(facts))


def _design(plan: Plan, lang: str) -> Section:
    intervals = [unit.interval for unit in plan.units]
    least, most = number(round(min(intervals)), lang), number(round(max(intervals)), lang)
    values = {
        "size": plan.assumed.listing.segment_households,
        "others": plan.assumed.listing.others_interval,
        "least": least,
        "most": most,
    }
    return Section(said("plan_design", lang), items=lines("plan_design_text", lang, **values))


def _precision(plan: Plan, lang: str) -> Section:
    table = Table(
        headings=tuple(
            said(key, lang) for key in ("domain", "module", "respondents", "effect", "cv")
        ),
        rows=tuple(_precision_row(expected, lang) for expected in expected_precision(plan)),
        widths=WIDTHS,
        numbers=(2, 3, 4),
    )
    text = said("plan_precision_text", lang, share=percent(plan.share, lang))
    return Section(said("plan_precision", lang), text=(text,), tables=(table,))


def _precision_row(expected: Expected, lang: str) -> tuple[Marked, ...]:
    is_region = expected.domain.startswith("MA-")
    return (
        isolated(label("cl_region", expected.domain, lang))
        if is_region
        else said(f"domain_{expected.domain}", lang),
        said(f"module_{expected.module}", lang),
        isolated(number(round(expected.persons), lang)),
        isolated(number(round(expected.effect, 2), lang)),
        isolated(percent(expected.cv, lang)),
    )


def _strata(plan: Plan, lang: str) -> Section:
    headings = ("stratum", "households", "rate", "units", "plan_certain")
    rows = []
    for stratum in plan.strata:
        own = [drawn for drawn in plan.units if drawn.unit.stratum == stratum.code]
        certain = sum(drawn.is_self_representing for drawn in own)
        rows.append(
            (
                isolated(stratum.code),
                isolated(number(stratum.households, lang)),
                isolated(percent(stratum.rate, lang, 2)),
                isolated(f"{number(len(own), lang)} / {number(len(stratum.units), lang)}"),
                isolated(number(certain, lang)),
            )
        )
    table = Table(
        headings=tuple(said(key, lang) for key in headings),
        rows=tuple(rows),
        widths=(1.2, 1.4, 1.2, 1.2, 1.4),
        numbers=(1, 2, 3, 4),
    )
    return Section(said("plan_strata", lang), tables=(table,))


def _assumed(assumed: Assumptions, lang: str) -> Section:
    """The assumptions by their names in assumptions.yml, where each can be changed."""
    table = Table(
        headings=tuple(said(key, lang) for key in ("assumed", "value", "source")),
        rows=tuple(_assumed_rows(assumed.model_dump(), lang)),
        widths=(2.2, 1.0, 3.0),
        numbers=(1,),
    )
    return Section(said("plan_assumed", lang), tables=(table,))


def _assumed_rows(
    given: Mapping[str, object], lang: str, above: str = "", source: str = ""
) -> Iterator[tuple[Marked, ...]]:
    for name, value in given.items():
        told = str(given.get(f"{name}_source", given.get("source", source)))
        if isinstance(value, Mapping):
            yield from _assumed_rows(value, lang, f"{above}{name}.", told)
        elif isinstance(value, int | float):
            yield isolated(f"{above}{name}"), isolated(number(value, lang)), isolated(told)


def _limits(plan: Plan, lang: str) -> Section:
    others = plan.assumed.listing.others_interval
    return Section(said("plan_limits", lang), items=lines("plan_limits_text", lang, others=others))
