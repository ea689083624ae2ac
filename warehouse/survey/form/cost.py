"""The cost items of the form: three questions for each, and what is calculated over all.

Whether it was paid (cost_<item>_paid), the amount (cost_<item>) and its currency
(cost_<item>_currency), which is that of most expenses until the interviewer changes it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warehouse.survey.form.source import CostItem

LARGEST = 100_000_000
"""No amount of one item is larger, in any currency: 100 million Guinean francs are about 100,000
dirhams."""
INTEREST = ("loan_interest_paid", "loan_interest", "loan_interest_currency")


def item_questions(items: Sequence["CostItem"]) -> list[dict[str, Any]]:
    """The questions on every item, one item after the other."""
    return [question for item in items for question in _three(item)]


def _three(item: "CostItem") -> list[dict[str, Any]]:
    paid, amount, currency = names(item.code)
    payers = {"fr": "Personnes qui ont payé quelque chose", "ar": "من دفعوا شيئا"}
    known = {
        "fr": f"Montant connu : {item.label['fr']}",
        "ar": f"المبلغ معروف: {item.label['ar']}",
    }
    return [
        {
            "name": paid,
            "type": "select_one",
            "list": "paid",
            "label": {
                "fr": f"{item.label['fr']} : lui ou sa famille ont-ils payé ?",
                "ar": f"{item.label['ar']}: هل دفع هو أو عائلته؟",
            },
            "hint": item.example,
            "relevant": "${cost_any} = 'yes'",
            "asked_of": payers,
        },
        {
            "name": amount,
            "type": "decimal",
            "label": {
                "fr": f"{item.label['fr']} : combien en tout ?",
                "ar": f"{item.label['ar']}: كم المجموع؟",
            },
            "relevant": f"${{{paid}}} = 'yes'",
            "asked_of": known,
            "constraint": f". > 0 and . <= {LARGEST}",
            "message": {
                "fr": "Plus grand que 0 ; si rien n'a été payé, revenez et notez « Non ».",
                "ar": "أكبر من 0؛ إذا لم يُدفع شيء، ارجعوا وسجلوا «لا».",
            },
        },
        {
            "name": currency,
            "type": "select_one",
            "list": "currency",
            "appearance": "autocomplete",
            "trigger": paid,
            "calculation": "${cost_currency}",
            "label": {"fr": "Dans quelle monnaie ?", "ar": "بأي عملة؟"},
            "relevant": f"${{{paid}}} = 'yes'",
            "asked_of": known,
        },
    ]


def names(code: str) -> tuple[str, str, str]:
    """The names of the three questions on an item: paid, amount, currency."""
    return f"cost_{code}_paid", f"cost_{code}", f"cost_{code}_currency"


def calculations(items: Sequence["CostItem"]) -> dict[str, str]:
    """What the form works out over all items, loan interest among them.

    Amounts in other currencies are counted, never added to those of the main one: the form has no
    rates of exchange.
    """
    triples = [*(names(item.code) for item in items), INTEREST]
    in_main = (
        f"if(${{{paid}}} = 'yes' and ${{{currency}}} = ${{cost_currency}}, ${{{amount}}}, 0)"
        for paid, amount, currency in triples
    )
    elsewhere = (
        f"if(${{{paid}}} = 'yes' and ${{{currency}}} != ${{cost_currency}}, 1, 0)"
        for paid, _, currency in triples
    )
    unknown = (
        f"if(${{{paid}}} = 'amount_unknown' or ${{{paid}}} = 'dk', 1, 0)" for paid, _, _ in triples
    )
    return {
        "cost_items_sum": " + ".join(in_main),
        "cost_items_elsewhere": " + ".join(elsewhere),
        "cost_items_unknown": " + ".join(unknown),
    }
