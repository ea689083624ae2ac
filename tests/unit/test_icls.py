"""The clauses of international standards: each in every language, each used, read as sentences."""

import pytest
import yaml

from warehouse.icls import CATEGORIES, clause
from warehouse.indicator import dataflows
from warehouse.messages import LANGUAGES
from warehouse.settings import settings

READ = yaml.safe_load((settings().project_dir / "warehouse" / "icls.yml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("categories", "clauses", "lang", "said"),
    [
        (
            ["RMW"],
            ["activity_after_return"],
            "fr",
            "Directives concernant les statistiques des migrations internationales de "
            "main-d'œuvre, 20e CIST (2018) : travailleurs migrants internationaux de retour ; "
            "selon l'activité économique après le retour.",
        ),
        (
            ["IMW"],
            ["injuries_proxy"],
            "en",
            "Guidelines concerning statistics of international labour migration, 20th ICLS (2018): "
            "international migrant workers. Resolution concerning statistics of occupational "
            "injuries, 16th ICLS (1998): no measure of them, but a proxy.",
        ),
        ([], [], "ar", ""),
    ],
)
def test_categories_come_before_clauses_and_each_standard_is_named_once(
    categories: list[str], clauses: list[str], lang: str, said: str
) -> None:
    assert clause(categories, clauses)[lang] == said


@pytest.mark.parametrize(
    ("group", "code"), [(group, code) for group in ("standards", "clauses") for code in READ[group]]
)
def test_each_clause_and_standard_is_told_in_every_language(group: str, code: str) -> None:
    texts = {READ[group][code][lang].strip() for lang in LANGUAGES}
    assert len(texts - {""}) == len(LANGUAGES)


def test_no_clause_and_no_standard_is_idle() -> None:
    """A clause that no definition names says something of nothing."""
    english = " ".join(flow.icls_clause["en"] for flow in dataflows().values())
    idle = [code for code, given in READ["clauses"].items() if given["en"] not in english]
    assert idle == []
    named = {given["standard"] for given in READ["clauses"].values()}
    assert named | {READ["categories_of"]} == set(READ["standards"])


@pytest.mark.parametrize("code", ["XYZ", CATEGORIES])
def test_an_unknown_category_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=code):
        clause([code], [])
