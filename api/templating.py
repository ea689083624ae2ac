"""The templates of the pages, with the words and numbers of one language at hand."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import texts
from api.addresses import page_address
from api.chart import bar_width, path
from warehouse import catalogue
from warehouse.messages import LANGUAGES

HERE = Path(__file__).parent


def render(
    template: str, lang: str, *, kept: Mapping[str, Any] | None = None, **values: Any
) -> bytes:
    """The page made from `template` in `lang`, in UTF-8.

    `kept` are the parameters of its address that stay when a reader changes the language.
    """
    page = (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            kept="".join(f"&{name}={value}" for name, value in (kept or {}).items()),
            direction=texts.DIRECTIONS[lang],
            languages=LANGUAGES,
            style_version=_style_version(),
            t=lambda key, **words: texts.text(key, lang, **words),
            coherence_said=partial(catalogue.coherence_said, lang=lang),
            coherence_rows=partial(catalogue.coherence_rows, lang=lang),
            w=lambda key: texts.typeset(catalogue.word(key, lang), lang),
            typeset=partial(texts.typeset, lang=lang),
            say=lambda labels: texts.typeset(labels[lang], lang),
            named=lambda published, code_list, code: texts.typeset(
                published.shown.name(code_list, code, lang), lang
            ),
            number=lambda value, decimals=0: texts.number(value, lang, decimals),
            period=partial(texts.period, lang=lang),
            short_period=partial(texts.short_period, lang=lang),
            long_date=partial(texts.long_date, lang=lang),
            **values,
        )
    )
    return page.encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["pretty"] = partial(json.dumps, ensure_ascii=False, indent=2)
    environment.globals.update(
        bar_width=bar_width,
        path=path,
        explained=lambda published, key, period: page_address(
            published.id, published.release, key, period
        ),
    )
    return environment


@cache
def _style_version() -> str:
    """Changes with the style sheet, so that browsers may keep it for ever."""
    return hashlib.sha256((HERE / "static" / "simimo.css").read_bytes()).hexdigest()[:12]
