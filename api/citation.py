"""How a figure is to be cited."""

from api.texts import long_date, text
from warehouse.indicator import Labels
from warehouse.messages import LANGUAGES
from warehouse.observation import PublishedDataflow


def citation(published: PublishedDataflow) -> Labels:
    """The sentence by which its figures are cited, in each language; a specimen says so first."""
    return {lang: _citation(published, lang) for lang in LANGUAGES}


def _citation(published: PublishedDataflow, lang: str) -> str:
    cited = text(
        "citation",
        lang,
        title=published.definition.title[lang],
        dataflow=published.id,
        release=published.release,
        date=long_date(published.released_at, lang),
    )
    return f"{text('specimen', lang)} – {cited}" if published.is_specimen else cited
