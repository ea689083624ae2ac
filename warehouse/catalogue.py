"""The catalogue of indicators: all that there is to say of a dataflow, for program and reader.

`described` gives it as JSON values; `definition_facts` and `quality_facts` as labelled sentences in
one language, the same on a page, on a sheet and in a terminal.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from warehouse.indicator import TOTAL, Dataflow, Dimension
from warehouse.messages import COMMAS, LANGUAGES, SEMICOLONS, words
from warehouse.releasing.shown import Shown
from warehouse.report.figures import number, percent, period_name

Codes = Mapping[str, Sequence[Mapping[str, Any]]]
"""The codes of each list: {"cl_sex": [{"code": "F", "parent": None, "label": {...}}]}."""

Facts = list[tuple[str, str]]
"""Sentences, each under its label."""


def word(key: str, lang: str, **values: Any) -> str:
    """The words `key` of messages/words/catalogue.yml in `lang`, filled with `values`."""
    return str(words("catalogue")[key][lang]).format(**values)


def described(
    definition: Dataflow,
    codes: Codes,
    disclosure: Mapping[str, Any],
    quality: Mapping[str, Any] | None,
    shown: Shown,
) -> dict[str, Any]:
    """Everything known of a dataflow as JSON values; without a release it has no quality."""
    return {
        "theme": shown.theme,
        "definition": definition.definition,
        "population_concept": definition.population_concept,
        "icls_categories": definition.icls_categories,
        "icls_clause": definition.icls_clause,
        "stock_flow": definition.stock_flow,
        "formula": definition.formula,
        "time_aggregation": definition.time_aggregation,
        "time_rule": definition.time_rule,
        "known_limits": definition.known_limits,
        "comparable": definition.comparable,
        "credit": definition.credit,
        "decimals": definition.decimals,
        "dimensions": [
            {"id": d.id, "label": d.label, "code_list": d.code_list, "codes": codes[d.code_list]}
            for d in definition.dimensions
        ],
        "tables": definition.tables,
        "yearly_tables": definition.yearly_tables,
        "yearly_codes": definition.yearly_codes,
        "sources": shown.sources,
        "disclosure": {
            "rules": disclosure,
            "text": {lang: disclosure_said(disclosure, lang) for lang in LANGUAGES},
        },
        "quality": quality,
    }


def definition_facts(
    definition: Dataflow, disclosure: Mapping[str, Any], shown: Shown, lang: str
) -> Facts:
    """What the figures are, of whom, from what and in which tables."""
    said = {
        "population_concept": definition.population_concept[lang],
        "icls_clause": definition.icls_clause[lang],
        "stock_flow": word(definition.stock_flow, lang),
        "formula": definition.formula[lang],
        "unit": shown.name("cl_unit", definition.unit_measure, lang),
        "frequencies": frequencies_said(definition, shown, lang),
        "time_rule": definition.time_rule[lang],
        "tables": tables_said(definition, lang),
        "known_limits": definition.known_limits[lang],
        "comparable": definition.comparable[lang],
        "disclosure": disclosure_said(disclosure, lang),
    }
    return [(word(key, lang), value) for key, value in said.items() if value]


def frequencies_said(definition: Dataflow, shown: Shown, lang: str) -> str:
    """The frequencies in words, the finest first."""
    named = (shown.name("cl_freq", freq, lang) for freq in definition.frequencies)
    return COMMAS[lang].join(named)


def providers_said(shown: Shown, lang: str) -> str:
    """The institutions that the definition names, each once."""
    named = [str(s["provider_title"][lang]) for s in shown.sources if s["named"]]
    return COMMAS[lang].join(dict.fromkeys(named))


def tables_said(definition: Dataflow, lang: str) -> str:
    """The published tables, as the dimensions that each crosses, and codes told by year alone."""
    labels = {d.id: d.label[lang] for d in definition.dimensions}
    crossed = word("crossed", lang)

    def said(table: tuple[str, ...]) -> str:
        named = crossed.join(labels[d] for d in table) or word("total", lang)
        is_yearly = table in definition.yearly_tables
        return word("yearly_alone", lang, table=named) if is_yearly else named

    yearly = (
        word("yearly_codes", lang, dimension=labels[d], count=number(len(codes), lang))
        for d, codes in definition.yearly_codes.items()
    )
    return SEMICOLONS[lang].join([*map(said, definition.tables), *yearly])


def disclosure_said(disclosure: Mapping[str, Any], lang: str) -> str:
    """The rules under which small figures are withheld, in words."""
    if "threshold" not in disclosure:
        return word("as_published", lang)
    counted = word(f"counted_{disclosure['counted']}", lang)
    said = [word("withheld_below", lang, most=disclosure["threshold"] - 1, counted=counted)]
    if dominance := disclosure.get("dominance"):
        n, k = dominance
        said.append(word(f"withheld_dominated_{n}", lang, percent=k))
    if p_percent := disclosure.get("p_percent"):
        said.append(word("withheld_estimable", lang, percent=p_percent))
    return " ".join([*said, word("zero_" + disclosure["zero"], lang)])


def quality_facts(definition: Dataflow, quality: Mapping[str, Any], lang: str) -> Facts:
    """The quality in the order of SIMS: relevance to cost and burden."""
    said = {
        "relevance": word("relevance_said", lang),
        "coverage": _of_due(quality, "accepted", lang),
        "response": _response_said(quality.get("response"), lang),
        "unknown_codes": _unknown_said(definition.dimensions, quality, lang),
        "linkage_error": _linkage_said(quality["linkage"], lang),
        "revisions": _revisions_said(quality["revisions"], lang),
        "timeliness": word(
            "days_said",
            lang,
            accepted=_figure(quality["days_to_acceptance"], lang),
            released=_figure(quality["days_to_release"], lang),
        ),
        "punctuality": _of_due(quality, "on_time", lang),
        "comparability": definition.comparable[lang],
        "accessibility": word("accessibility_said", lang),
        "cost": word(_cost(definition, quality), lang),
    }
    return [(word(key, lang), value) for key, value in said.items() if value]


def _cost(definition: Dataflow, quality: Mapping[str, Any]) -> str:
    if quality.get("response"):
        return "cost_survey"
    return "cost_public" if definition.kind == "public" else "cost_administrative"


def _response_said(response: Mapping[str, Any] | None, lang: str) -> str:
    """How many households answered; nothing of what is no survey."""
    if not response:
        return ""
    return word(
        "response_said",
        lang,
        rate=_figure(response["rate"], lang),
        period=response["period"],
        drawn=number(response["drawn"], lang),
        respondent=number(response["respondent"], lang),
    )


def _of_due(quality: Mapping[str, Any], counted: str, lang: str) -> str:
    if not quality["due"]:
        return word("nothing_due", lang)
    count, total = (number(quality[key], lang) for key in (counted, "due"))
    return word("count_of", lang, count=count, total=total)


def _unknown_said(dimensions: Iterable[Dimension], quality: Mapping[str, Any], lang: str) -> str:
    labels = {d.id: d.label[lang] for d in dimensions}
    shares = quality["unknown_percent"]
    if not shares:
        return word("unknown_none", lang)
    parts = (_share_said(labels[d], share, lang) for d, share in shares.items())
    period = quality["latest_period"]
    shown = period_name(period, lang) or period
    return word("unknown_in", lang, shares=COMMAS[lang].join(parts), period=shown)


def _share_said(dimension: str, share: float | None, lang: str) -> str:
    if share is None:
        return word("unknown_withheld", lang, dimension=dimension)
    return word("unknown_share", lang, dimension=dimension, share=number(share, lang))


def _linkage_said(linkage: Mapping[str, Any] | None, lang: str) -> str:
    if linkage is None:
        return word("linkage_none", lang)
    shown = {name: _figure(linkage[name], lang) for name in ("precision", "recall")}
    return word(f"linkage_{linkage['basis']}", lang, **shown)


def _revisions_said(revisions: Mapping[str, Any], lang: str) -> str:
    if not revisions["compared"]:
        return word("never_revised", lang)
    return word(
        "revised",
        lang,
        percent=_figure(revisions["mean_absolute_percent"], lang),
        compared=number(revisions["compared"], lang),
        releases=number(revisions["releases"], lang),
    )


def _figure(value: float | None, lang: str) -> str:
    return word("no_figure", lang) if value is None else number(value, lang)


def coherence_said(coherence: Mapping[str, Any], lang: str) -> str:
    """How the figures of `coherence_rows` are to be read."""
    periods = sorted({figure["specimen_period"] for figure in coherence["figures"]})
    return word(
        "coherence_said",
        lang,
        period=COMMAS[lang].join(period_name(period, lang) or period for period in periods),
        scale=number(coherence["scale"], lang),
        left_out=number(coherence["left_out"], lang),
    )


def coherence_rows(
    definition: Dataflow, coherence: Mapping[str, Any], codes: Codes, lang: str
) -> Iterator[tuple[str, ...]]:
    """Each published figure: what, from whom, its value, the specimen's, the difference."""
    for figure in coherence["figures"]:
        is_share = figure["unit"] == "percent"
        shown = (
            percent(figure[side] / 100, lang) if is_share else number(figure[side], lang)
            for side in ("published", "specimen")
        )
        yield (
            _cell_said(definition, figure, codes, lang),
            _source_said(figure, lang),
            *shown,
            number(figure["difference_percent"], lang),
        )


def _source_said(figure: Mapping[str, Any], lang: str) -> str:
    source = figure["source"]
    # Releases made before sources were named in every language froze a bare name.
    named = source if isinstance(source, str) else source[lang]
    return word("source_of", lang, source=named, period=figure["published_period"])


def _cell_said(
    definition: Dataflow, figure: Mapping[str, Any], code_lists: Codes, lang: str
) -> str:
    """The codes of a figure in words: Citizenship: France."""
    known = {d.id: d for d in definition.dimensions}

    def labels(dimension: str, codes: Sequence[str]) -> str:
        listed = code_lists[known[dimension].code_list]
        named = {c["code"]: str(c["label"][lang]) for c in listed}
        return COMMAS[lang].join(named.get(code, code) for code in codes)

    held = [
        word("figure_of", lang, dimension=known[d].label[lang], code=labels(d, [code]))
        for d, code in figure["codes"].items()
    ]
    less = [
        word("figure_less", lang, dimension=known[d].label[lang], codes=labels(d, codes))
        for d, codes in figure["less"].items()
    ]
    return SEMICOLONS[lang].join([*held, *less]) or word("total", lang)


def dimension_rows(
    dimensions: Iterable[Dimension], codes: Codes, lang: str, most: int
) -> Iterator[tuple[str, str, str]]:
    """Each dimension, its id with that of its list, and the first `most` labels of its codes."""
    for dimension in dimensions:
        known = [c for c in codes[dimension.code_list] if c["code"] != TOTAL]
        shown = COMMAS[lang].join(c["label"][lang] for c in known[:most])
        if len(known) > most:
            shown = word("codes_more", lang, shown=shown, count=number(len(known), lang))
        yield dimension.label[lang], f"{dimension.id} · {dimension.code_list}", shown
