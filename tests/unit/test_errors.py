"""What a refusal says is said in the reader's words."""

import pytest

from warehouse.errors import DecisionRefused


@pytest.mark.parametrize(
    ("lang", "state", "expected"),
    [
        ("fr", "rejeté", "en attente, contrôlé"),
        ("ar", "مرفوض", "معلّق، مراقَب"),
        ("en", "rejected", "held, checked"),
    ],
)
def test_states_are_told_in_words(lang: str, state: str, expected: str) -> None:
    refused = DecisionRefused(submission=7, state="rejected", expected=("held", "checked"))
    assert state in refused.text(lang)
    assert expected in refused.text(lang)
