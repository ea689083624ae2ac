"""The catalogue's headings: every dataflow stands under some, and every heading has its words."""

from tests.dataflows import defined
from warehouse import themes
from warehouse.indicator import dataflows
from warehouse.messages import LANGUAGES


def test_every_dataflow_stands_under_a_heading_and_under_none_twice() -> None:
    listed = themes._themes()["themes"]
    assert {i for ids in listed.values() for i in ids} == set(dataflows())
    assert all(len(ids) == len(set(ids)) for ids in listed.values())


def test_every_heading_has_its_words() -> None:
    for theme in [*themes._themes()["themes"], themes.OTHER]:
        assert all(themes.label(theme)[lang] for lang in LANGUAGES), theme


def test_a_dataflow_that_no_heading_names_is_listed_all_the_same() -> None:
    assert themes.by_theme([defined()])[0][0] == themes.OTHER
