"""The names of those who published a figure, from published_sources.yml."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from warehouse.indicator import Labels
from warehouse.messages import LANGUAGES


def source_labels(name: str) -> Labels:
    """The source `name` (e.g. CESE 2018) in every language; raises ValueError where it has none."""
    named = _read().get(name)
    if named is None:
        raise ValueError(f"published_sources.yml does not name the source {name!r}")
    return {lang: named[lang] for lang in LANGUAGES}


@cache
def _read() -> Mapping[str, Mapping[str, str]]:
    import yaml

    path = Path(__file__).with_name("published_sources.yml")
    loaded: Mapping[str, Mapping[str, str]] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return loaded
