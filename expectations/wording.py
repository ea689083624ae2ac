"""From a judged expectation to sentences in French, Arabic and English."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypedDict

from expectations.bounds import Bounds, Measured, mean_shares
from expectations.suite import LANGUAGES, Expectation, Measure
from warehouse.messages import message
from warehouse.report.figures import LOCALES

WORDS_FILE = Path(__file__).parent / "words.yml"
CODES_TOLD = 5
SMALL_COUNT = 5
"""A code is named only where at least this many rows hold it, now or on average before."""
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
ISOLATE, END_ISOLATE = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
WORD_ISOLATE = "\N{FIRST STRONG ISOLATE}"


class Shift(TypedDict):
    """One code of a distribution: its share now and its mean share before."""

    code: str
    share: float
    expected: float


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The words of the sentences and of the page: key to language to text."""
    import yaml

    loaded: Mapping[str, Mapping[str, str]] = yaml.load(
        WORDS_FILE.read_text("utf-8"), yaml.CSafeLoader
    )
    return loaded


def number(value: float, lang: str, decimals: int | None = None) -> str:
    """A number as the reports write it in `lang`, with as many decimals as its size asks for."""
    from babel.numbers import format_decimal

    if decimals is None:
        small = 3 if abs(value) < 10 else 1
        decimals = 0 if value == round(value) or abs(value) >= 100 else small
    form = "#,##0." + "0" * decimals if decimals else "#,##0"
    return str(format_decimal(value, form, locale=LOCALES[lang]))


def figure(value: float, lang: str, *, is_share: bool, unit: str | None = None) -> str:
    """A figure with its unit: a share as a percentage, an amount as MAD."""
    if is_share:
        space = "" if lang == "en" else NO_BREAK_SPACE
        return _isolated(f"{number(100 * value, lang, 1)}{space}%", lang)
    text = number(value, lang)
    return _isolated(f"{text}{NO_BREAK_SPACE}{unit}" if unit else text, lang)


def _isolated(text: str, lang: str) -> str:
    # Inside right-to-left text a number beside a sign, a unit or an arrow would reorder.
    return f"{ISOLATE}{text}{END_ISOLATE}" if lang == "ar" else text


def reads_as_share(measure: Measure) -> bool:
    """Whether the judged figure is a percentage: a share, or the distance of two distributions."""
    return measure.is_share or measure.form == "distribution"


def judged_message(
    expectation: Expectation, value: float, within: Bounds, moved: Sequence[Shift] = ()
) -> dict[str, str]:
    """What was found and what was expected, in each language; `moved` for a distribution."""
    key = "plausibility_distance" if expectation.comparison == "distance" else "plausibility_value"
    return {
        lang: message(
            key,
            lang,
            label=expectation.measure.label[lang],
            value=_figure_of(expectation, value, lang),
            bounds=bounds_text(expectation, within, lang),
            baseline=baseline_text(expectation, within, lang),
            gaps=_gaps(moved, lang),
        ).text
        for lang in LANGUAGES
    }


def _gaps(moved: Sequence[Shift], lang: str) -> str:
    """The codes that moved most, as a sentence; nothing where all are too rare to be told."""
    if not moved:
        return ""
    codes = words()["separator"][lang].join(shift_text(shift, lang) for shift in moved)
    return words()["largest_gaps"][lang].format(codes=codes)


def unjudged_message(key: str, expectation: Expectation, value: float | None) -> dict[str, str]:
    """Why nothing was judged (`key` is plausibility_no_history or plausibility_not_measured)."""
    texts = {}
    for lang in LANGUAGES:
        found = expectation.measure.label[lang]
        if value is not None:
            found += words()["colon"][lang] + _figure_of(expectation, value, lang)
        texts[lang] = message(key, lang, found=found).text
    return texts


def _figure_of(expectation: Expectation, value: float, lang: str) -> str:
    measure = expectation.measure
    return figure(value, lang, is_share=reads_as_share(measure), unit=measure.unit)


def bounds_text(expectation: Expectation, within: Bounds, lang: str) -> str:
    """The bounds in words, such as "between 72,000 and 98,000"."""
    low = None if within.low is None else _figure_of(expectation, within.low, lang)
    high = None if within.high is None else _figure_of(expectation, within.high, lang)
    key = "between" if low and high else "at_least" if low else "at_most"
    return words()[key][lang].format(low=low, high=high)


def baseline_text(expectation: Expectation, within: Bounds, lang: str) -> str:
    """What the bounds come from, such as " (median of 2025-01 to 2025-06: 85,000)"; or nothing."""
    if not within.baseline:
        return ""
    periods = [_isolated(m.period, lang) for m in within.baseline]
    told = periods[0] if len(periods) == 1 else words()["from_to"][lang].format(
        first=periods[0], last=periods[-1]
    )  # fmt: skip
    name = words()[f"against_{expectation.against}"][lang].format(periods=told)
    if within.expected is None:
        return f" ({name})"
    return f" ({name}{words()['colon'][lang]}{_figure_of(expectation, within.expected, lang)})"


def shift_text(shift: Shift, lang: str) -> str:
    """How one code's share moved, such as "SO 3 % → 30 %"."""
    before, today = (
        f"{number(100 * share, lang, 1)}{NO_BREAK_SPACE}%"
        for share in (shift["expected"], shift["share"])
    )
    code = shift["code"] or words()["blank"][lang]
    if lang == "ar":
        code = f"{WORD_ISOLATE}{code}{END_ISOLATE}"
    return _isolated(f"{code} {before} → {today}", lang)


def shifts(measure: Measure, now: Measured, earlier: Sequence[Measured]) -> list[Shift]:
    """The codes whose share moved most beside the mean of `earlier`, rare codes left out."""
    before = mean_shares([m.codes(measure.id) for m in earlier])
    today = {code: v.value for code, v in now.codes(measure.id).items()}
    rows = now.codes("rows")[""].value
    moved = [
        Shift(code=code, share=today.get(code, 0.0), expected=before.get(code, 0.0))
        for code in {*today, *before}
        if max(today.get(code, 0.0), before.get(code, 0.0)) * rows >= SMALL_COUNT
    ]
    moved.sort(key=lambda s: (-abs(s["share"] - s["expected"]), s["code"]))
    return moved[:CODES_TOLD]
