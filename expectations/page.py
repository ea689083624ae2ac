"""The steward's page of the gate's results: one HTML file that needs no network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from expectations.results import ExpectationResult, GateResult
from expectations.trend import HEIGHT, WIDTH, Chart, chart
from expectations.wording import figure, shift_text, words
from warehouse.contracts.contract import contracts
from warehouse.messages import message, word
from warehouse.report.marked import apart, html

TEMPLATE = "page.html.j2"
PERCENTAGES = ("share", "known_in", "distribution")


def results_page(results: Sequence[GateResult], lang: str = "fr") -> str:
    """The page of `results` in `lang` (fr, ar or en), held submissions first."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    told = {key: texts[lang] for key, texts in words().items()}
    ordered = sorted(results, key=lambda v: (not v.is_held, v.contract, v.period, v.submission_id))
    return environment.get_template(TEMPLATE).render(
        lang=lang,
        words=told,
        is_specimen=any(verdict.is_specimen for verdict in results),
        verdicts=[_shown_verdict(verdict, lang, told) for verdict in ordered],
        chart_width=WIDTH,
        chart_height=HEIGHT,
    )


def _shown_verdict(verdict: GateResult, lang: str, told: Mapping[str, str]) -> dict[str, Any]:
    state = "passed"
    if any(not r.success and r.severity != "information" for r in verdict.results):
        state = "warned"
    if verdict.is_held:
        state = "held"
    known = contracts().get(verdict.contract)
    judged = max((r.run_at for r in verdict.results), default=None)
    return {
        "number": verdict.submission_id,
        "contract": verdict.contract,
        "title": known.title[lang] if known else verdict.contract,
        "period": verdict.period,
        "state": state,
        "verdict": told[state],
        "current": word(f"state_{verdict.state}", lang),
        "is_partial": any(r.observed.get("partial") for r in verdict.results),
        "judged_at": judged.strftime("%Y-%m-%d %H:%M UTC") if judged else "",
        "results": [_shown_result(r, lang, told) for r in sorted(verdict.results, key=_urgency)],
    }


def _urgency(result: ExpectationResult) -> tuple[bool, int]:
    return result.success, ("error", "warning", "information").index(result.severity)


def _outcome(result: ExpectationResult) -> str:
    """The key of the outcome's word: met, not_judged, waived or failed_<severity>."""
    if result.is_waived:
        return "waived"
    if not result.success:
        return f"failed_{result.severity}"
    return "met" if "compared_with" in result.observed else "not_judged"


def _shown_result(result: ExpectationResult, lang: str, told: Mapping[str, str]) -> dict[str, Any]:
    observed = result.observed
    outcome = _outcome(result)
    waiver = observed.get("waiver")
    trend = [(str(period), float(value)) for period, value in observed.get("history", [])]
    return {
        "name": result.expectation,
        "label": observed["label"][lang],
        "reason": html(apart(observed["reason"][lang]), lang),
        "outcome": outcome,
        "outcome_word": told[outcome],
        "message": html(apart(result.message[lang]), lang),
        "hint": _hint(observed, lang) if outcome.startswith("failed") else "",
        "codes": [shift_text(s, lang) for s in observed.get("codes", [])],
        "waiver": told["waiver"].format(
            ends_on=waiver["ends_on"], owner=waiver["owner"], reason=waiver["reason"][lang]
        )
        if waiver
        else "",
        "chart": _chart(observed, trend),
        "chart_text": _chart_text(observed, trend, lang, told),
    }


def _hint(observed: Mapping[str, Any], lang: str) -> str:
    is_distance = observed["form"] == "distribution"
    key = "plausibility_distance" if is_distance else "plausibility_value"
    return message(key, lang).hint


def _chart(observed: Mapping[str, Any], trend: Sequence[tuple[str, float]]) -> Chart | None:
    return chart([value for _, value in trend], observed.get("low"), observed.get("high"))


def _chart_text(
    observed: Mapping[str, Any],
    trend: Sequence[tuple[str, float]],
    lang: str,
    told: Mapping[str, str],
) -> str:
    """What a screen reader says in the place of the chart."""
    if not trend:
        return ""
    is_share = observed["form"] in PERCENTAGES
    values = (figure(v, lang, is_share=is_share, unit=observed["unit"]) for _, v in trend)
    return told["trend"].format(
        label=observed["label"][lang],
        first=trend[0][0],
        last=trend[-1][0],
        values=told["separator"].join(values),
    )
