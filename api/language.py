"""The language of an answer: the reader's choice, the browser's preference, or French."""

from collections.abc import Iterator

from starlette.requests import Request

from warehouse.messages import LANGUAGES

DEFAULT_LANGUAGE = "fr"


def language_of(request: Request) -> str:
    """The language for `request`: ?lang= when it is one of ours, else Accept-Language, else fr."""
    chosen = request.query_params.get("lang")
    if chosen in LANGUAGES:
        return chosen
    return preferred_language(request.headers.get("accept-language", ""))


def preferred_language(accepted: str) -> str:
    """The first of our languages in an Accept-Language header, such as ``ar-MA,fr;q=0.8``."""
    wanted = sorted(_weighted(accepted), key=lambda pair: -pair[1])
    ours = (tag.split("-")[0].lower() for tag, weight in wanted if weight > 0)
    return next((tag for tag in ours if tag in LANGUAGES), DEFAULT_LANGUAGE)


def _weighted(accepted: str) -> Iterator[tuple[str, float]]:
    for item in accepted.split(","):
        tag, _, quality = item.strip().partition(";q=")
        try:
            yield tag.strip(), float(quality or 1)
        except ValueError:
            yield tag.strip(), 0.0
