"""A draft or release as a document: what it says, what it withholds, what it changes and why."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.indicator import COMMON_DIMENSIONS
from warehouse.messages import COMMAS, words
from warehouse.releasing.changes import Change, Said
from warehouse.releasing.instant import instant_text
from warehouse.releasing.review import KINDS, Review
from warehouse.releasing.workflow import Step
from warehouse.report.figures import instant, number, period_name
from warehouse.report.marked import Marked, apart, isolated

CAUSES_SHOWN = 60
"""Causes told one by one; the JSON form has them all."""

NONE = Marked("–")
REASON_WIDTHS = (4.0, 1.2, 1.2, 1.2)
TABLE_WIDTHS = (3.4, 4.0, 1.2, 1.8)
CELL_WIDTHS = (4.6, 1.3, 1.3, 2.6)
STEP_WIDTHS = (0.6, 1.2, 2.2, 1.4, 1.4, 3.0)


def said(key: str, lang: str, **values: Any) -> Marked:
    """The words `key` of messages/words/releasing.yml, filled with `values`."""
    return apart(str(words("releasing")[key][lang]).format_map(values))


def release_review(found: Review, lang: str) -> Document:
    """The document of a draft or release, in `lang`."""
    is_out = found.step.state in ("published", "embargoed")
    shown = isolated(str(found.step.number))
    base = found.step.base
    subject = f"subject{'_published' if is_out else ''}_{'base' if base else 'first'}"
    return Document(
        lang,
        said("title_release" if is_out else "title_draft", lang, number=shown),
        said(subject, lang, base=isolated(str(base))),
        (
            _state(found, lang),
            _changes(found, lang),
            _inputs(found, lang),
            _tables(found, lang),
            _cells(found, lang),
        ),
        found.step.is_specimen,
    )


def step_list(steps: Sequence[Step], lang: str) -> Document:
    """Every draft and release with its state, the newest first."""
    headings = ("number", "state", "instant", "drafted", "approved", "notice")
    table = Table(
        tuple(said(f"heading_{key}", lang) for key in headings),
        tuple(_listed(step, lang) for step in steps),
        STEP_WIDTHS,
        numbers=(0,),
    )
    empty = () if steps else (said("list_empty", lang),)
    section = Section(said("list_section", lang), text=empty, tables=(table,) if steps else ())
    is_specimen = any(step.is_specimen for step in steps)
    return Document(lang, said("list_title", lang), Marked(""), (section,), is_specimen)


def done(step: Step, lang: str) -> str:
    """What a step has done, in one sentence."""
    readable = instant_text(step.released_at) if step.released_at else ""
    said_of: str = words("releasing")[f"done_{step.state}"][lang]
    return said_of.format(number=step.number, who=step.approved_by, instant=readable)


def reasons_said(reasons: Sequence[str], lang: str) -> str:
    """Reasons in words, the nearest first."""
    return COMMAS[lang].join(str(words("releasing")[f"reason_{r}"][lang]) for r in reasons)


def _listed(step: Step, lang: str) -> tuple[Marked, ...]:
    second = step.approved_by or (said("one_step", lang) if step.is_one_step else "")
    return (
        isolated(str(step.number)),
        said(f"state_{step.state}", lang),
        isolated(instant_text(step.released_at)) if step.released_at else NONE,
        isolated(step.drafted_by or "–"),
        isolated(second) if second else NONE,
        apart(step.notice[lang]) if step.notice else NONE,
    )


def _state(found: Review, lang: str) -> Section:
    step = found.step
    told = found.manifest["dataflows"].values()
    withheld = sum((Counter(one["withheld"]) for one in told), Counter[str]())
    cells = sum(one["observations"] for one in told)
    facts = {
        "state": said(f"state_{step.state}", lang),
        "notice": apart(step.notice[lang]) if step.notice else None,
        "cells": isolated(number(cells, lang)),
        "withheld": isolated(_withheld(withheld, lang)),
        "drafted": _who(step.drafted_by, step.drafted_at, lang),
        "approved": _who(step.approved_by, step.approved_at, lang),
        "published": apart(step.published_by) if step.published_by else None,
        "instant": isolated(instant_text(step.released_at)) if step.released_at else None,
        "withdrawn": _who(step.withdrawn_by, step.withdrawn_at, lang),
        "hash": isolated(step.content_hash),
    }
    shown = (Fact(said(f"fact_{key}", lang), value) for key, value in facts.items() if value)
    return Section(said("section_state", lang), facts=tuple(shown))


def _who(who: str | None, when: datetime | None, lang: str) -> Marked | None:
    if who is None or when is None:
        return None
    shown = isolated(instant(when.isoformat(), lang))
    return said("who_when", lang, who=isolated(who), when=shown)


def _withheld(withheld: Mapping[str, int], lang: str) -> str:
    """Withheld cells with why: 12 (A 9, D 3)."""
    total = number(sum(withheld.values()), lang)
    why = ", ".join(f"{status} {number(n, lang)}" for status, n in sorted(withheld.items()))
    return f"{total} ({why})" if why else total


def _changes(found: Review, lang: str) -> Section:
    by_reasons: dict[tuple[str, ...], Counter[str]] = {}
    for told in found.counts.values():
        for (kind, reasons), cells in told.items():
            by_reasons.setdefault(reasons, Counter())[kind] += cells
    if not by_reasons:
        return Section(said("section_changes", lang), text=(said("no_change", lang),))
    table = Table(
        (said("heading_reasons", lang), *(said(f"heading_{kind}", lang) for kind in KINDS)),
        tuple(
            (
                apart(reasons_said(reasons, lang)),
                *(isolated(number(cells[kind], lang)) for kind in KINDS),
            )
            for reasons, cells in sorted(by_reasons.items(), key=lambda one: -one[1].total())
        ),
        REASON_WIDTHS,
        numbers=(1, 2, 3),
    )
    return Section(said("section_changes", lang), tables=(table, _by_dataflow(found, lang)))


def _by_dataflow(found: Review, lang: str) -> Table:
    rows = []
    for name, told in found.counts.items():
        cells: Counter[str] = Counter()
        for (kind, _), count in told.items():
            cells[kind] += count
        counts = (isolated(number(cells[kind], lang)) for kind in KINDS)
        rows.append((_titled(found, name, lang), *counts))
    headings = (said("heading_dataflow", lang), *(said(f"heading_{k}", lang) for k in KINDS))
    return Table(headings, tuple(rows), REASON_WIDTHS, numbers=(1, 2, 3))


def _titled(found: Review, dataflow: str, lang: str) -> Marked:
    title = found.titles.get(dataflow, {}).get(lang, "")
    return Marked(f"{isolated(dataflow)} {apart(title)}")


def _inputs(found: Review, lang: str) -> Section:
    """Each cause once, whichever dataflows it concerns."""
    told = found.manifest["dataflows"].values()
    listed = [c for one in told for c in one.get("causes", []) if c["reason"] != "first"]
    causes = {(c["reason"], *map(str, c["facts"].values())): c for c in listed}
    items = [_cause(cause, lang) for cause in list(causes.values())[:CAUSES_SHOWN]]
    if len(causes) > CAUSES_SHOWN:
        more = number(len(causes) - CAUSES_SHOWN, lang)
        items.append(said("cause_more", lang, count=isolated(more)))
    nothing = () if items else (said("no_input", lang),)
    return Section(said("section_inputs", lang), text=nothing, items=tuple(items))


def _cause(cause: Mapping[str, Any], lang: str) -> Marked:
    facts = {name: isolated(str(value)) for name, value in cause["facts"].items()}
    if cause["reason"] == "method":
        changed = (str(words("releasing")[f"method_{c}"][lang]) for c in cause["facts"]["changed"])
        facts["changed"] = apart(COMMAS[lang].join(changed))
    return said(f"cause_{cause['reason']}", lang, **facts)


def _tables(found: Review, lang: str) -> Section:
    headings = ("dataflow", "table", "cells", "withheld")
    table = Table(
        tuple(said(f"heading_{key}", lang) for key in headings),
        tuple(_table_rows(found, lang)),
        TABLE_WIDTHS,
        numbers=(2, 3),
    )
    return Section(said("section_tables", lang), text=(said("tables_note", lang),), tables=(table,))


def _table_rows(found: Review, lang: str) -> Iterator[tuple[Marked, ...]]:
    for name, told in sorted(found.manifest["dataflows"].items()):
        for table in told.get("tables", []):
            named = (COMMON_DIMENSIONS[d].label[lang] for d in table["dimensions"])
            crossed = " × ".join(named) or said("total", lang)
            yield (
                isolated(name),
                apart(crossed),
                isolated(number(table["cells"], lang)),
                isolated(_withheld(table["withheld"], lang)),
            )


def _cells(found: Review, lang: str) -> Section:
    shown = found.first_changes
    if not shown:
        return Section(said("section_cells", lang), text=(said("no_change", lang),))
    note = said(
        "cells_note",
        lang,
        shown=isolated(number(len(shown), lang)),
        total=isolated(number(found.total, lang)),
        number=isolated(str(found.step.number)),
    )
    headings = ("cell", "old", "now", "why")
    table = Table(
        tuple(said(f"heading_{key}", lang) for key in headings),
        tuple(_cell(change, lang) for change in shown),
        CELL_WIDTHS,
        numbers=(1, 2),
    )
    return Section(said("section_cells", lang), text=(note,), tables=(table,))


def _cell(change: Change, lang: str) -> tuple[Marked, ...]:
    key = " ".join(f"{dimension}={code}" for dimension, code in change.key.items())
    period = period_name(change.time_period, lang) or change.time_period
    return (
        Marked(f"{isolated(change.dataflow)} {isolated(key)} {isolated(period)}"),
        _side(change.old, lang),
        _side(change.new, lang),
        apart(reasons_said(change.reasons, lang)),
    )


def _side(told: Said | None, lang: str) -> Marked:
    """A value with its status, unless normal; a withheld one by its reason: Q (A)."""
    if told is None:
        return NONE
    if told.obs_value is None:
        return isolated(f"{told.obs_status} ({told.conf_status})")
    decimals = len(told.obs_value.partition(".")[2])
    shown = number(round(float(told.obs_value), decimals), lang)
    return isolated(shown if told.obs_status == "A" else f"{shown} {told.obs_status}")
