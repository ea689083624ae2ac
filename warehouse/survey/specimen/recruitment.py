"""The answers on recruitment costs: items in their currencies, some unknown, some slipped."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from warehouse.survey.exchange import rates
from warehouse.survey.specimen.population import Numbers

Texts = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]

ITEMS = {
    "recruiter": 0.35, "visa": 0.1, "passport": 0.05, "medical": 0.05, "waiting": 0.1,
    "transport_international": 0.25, "informal": 0.1,
}  # fmt: skip
"""The items that the specimen's workers paid, and their mean share of the cost."""
CHANNELS = ("PUBLIC_AGENCY", "PRIVATE_AGENCY", "EMPLOYER", "INTERMEDIARY", "RELATIVES", "ADVERT")
CURRENCIES = {"SN": "XOF", "CI": "XOF", "ML": "XOF", "CM": "XAF", "GN": "GNF", "FR": "EUR",
              "ES": "EUR", "IT": "EUR", "BE": "EUR", "QA": "QAR", "SY": "USD"}  # fmt: skip
"""What workers from, or in, these countries are paid and pay in; others in dirhams."""
UNKNOWN_ITEM, UNKNOWN_EARNINGS = 0.015, 0.07
SLIPPED_CURRENCY, MISSING_CURRENCY, IN_CENTIMES, NO_EARNINGS = 0.01, 0.005, 0.012, 0.005
REIMBURSED = 0.1


def kept(values: npt.NDArray[Any], is_kept: Flags) -> pl.Series:
    """The values where `is_kept`, null elsewhere."""
    return pl.select(pl.when(pl.Series(is_kept)).then(pl.Series(values)).alias("kept"))["kept"]


def recruitment_answers(
    recruited: pl.DataFrame,
    random: np.random.Generator,
    occupations: dict[str, float],
    activities: dict[str, float],
    today: tuple[int, int],
) -> pl.DataFrame:
    """One row a person recruited in the last 36 months, as the form exports the module."""
    n = len(recruited)
    is_moroccan = recruited["citizenship"].to_numpy() == "MA"
    other = np.where(
        is_moroccan, recruited["abroad"].to_numpy(), recruited["citizenship"].to_numpy()
    )
    money = np.array([CURRENCIES.get(code, "MAD") for code in other])
    cost_money = np.where(is_moroccan, "MAD", money)
    earned_money = np.where(is_moroccan, money, "MAD")
    start = today[0] * 12 + today[1] - 1 - random.integers(1, 36, n)
    is_seasonal = recruited["is_seasonal"].to_numpy()
    rows = pl.DataFrame(
        {
            "KEY": [f"uuid:{person}/recruitment" for person in recruited["person_id"]],
            "PARENT_KEY": [f"uuid:{person}" for person in recruited["person_id"]],
            "origin_country": np.where(is_moroccan, "MA", other),
            "job_country": np.where(is_moroccan, other, "MA"),
            "migration_rank": np.where(random.random(n) < 0.7, "first", "repeat"),
            "job_start_year": start // 12,
            "job_start_month": start % 12 + 1,
            "job_status": np.full(n, "D"),
            "job_contract": np.where(is_seasonal, "SEASONAL", "FIXED_TERM"),
            "job_stay_months": np.where(
                is_seasonal, random.integers(2, 7, n), random.integers(12, 48, n)
            ),
            "indicator_scope": np.where(is_seasonal, "seasonal", "strict"),
            "job_occupation": random.choice(list(occupations), n, p=list(occupations.values())),
            "job_activity": random.choice(list(activities), n, p=list(activities.values())),
            "channel": random.choice(CHANNELS, n),
        }
    ).with_columns(pl.concat_str("origin_country", "job_country", separator="-").alias("corridor"))
    days = rows.select(pl.date("job_start_year", "job_start_month", 1).alias("day"))["day"]
    costs = _costs(recruited["cost"].to_numpy(), _per_unit(cost_money, days), cost_money, random)
    earned = recruited["first_earnings"].to_numpy() / _per_unit(earned_money, days)
    return rows.hstack(costs).hstack(_earnings(earned, earned_money, random))


def _per_unit(currencies: Texts, days: pl.Series) -> Numbers:
    """Dirhams for one unit of each currency on its day."""
    from warehouse.survey.exchange import in_dirhams

    asked = pl.DataFrame({"one": np.ones(len(days)), "currency": currencies, "day": days})
    return in_dirhams(asked, "one", "currency", "day", rates()).to_numpy()


def _costs(
    cost: Numbers, per_unit: Numbers, money: Texts, random: np.random.Generator
) -> list[pl.Series]:
    """The items of each cost; a tenth had a part of them paid back."""
    n = len(cost)
    has_paid = cost > 0
    is_back = has_paid & (random.random(n) < REIMBURSED)
    gross = np.where(is_back, cost * 1.25, cost) / per_unit
    shares = random.dirichlet(10 * np.array(list(ITEMS.values())), n)
    frame: dict[str, npt.NDArray[Any] | pl.Series] = {
        "cost_any": np.where(has_paid, "yes", "no"),
        "cost_currency": kept(money, has_paid),
    }
    for place, item in enumerate(ITEMS):
        amount = np.maximum(np.round(gross * shares[:, place], 2), 0.01)
        is_known = random.random(n) >= UNKNOWN_ITEM
        told = has_paid & is_known
        lost = random.random(n) < MISSING_CURRENCY
        frame[f"cost_{item}_paid"] = kept(np.where(is_known, "yes", "amount_unknown"), has_paid)
        frame[f"cost_{item}"] = kept(amount, told)
        frame[f"cost_{item}_currency"] = kept(money, told & ~lost)
    frame["cost_total_basis"] = kept(np.full(n, "items"), has_paid)
    frame["reimbursed"] = kept(np.where(is_back, "yes", "no"), has_paid)
    frame["reimbursement"] = kept(np.round(gross / 5, 2), is_back)
    frame["reimbursement_currency"] = kept(money, is_back)
    return pl.DataFrame(frame).get_columns()


def _earnings(earned: Numbers, money: Texts, random: np.random.Generator) -> list[pl.Series]:
    """The first month's earnings: unknown, in the wrong currency, in centimes, or nothing."""
    n = len(earned)
    is_known = random.random(n) >= UNKNOWN_EARNINGS
    told = np.round(earned, 2)
    told = np.where(random.random(n) < IN_CENTIMES, told * 100, told)
    told = np.where(random.random(n) < NO_EARNINGS, 0.0, told)
    currency = np.where(random.random(n) < SLIPPED_CURRENCY, "EUR", money)
    return pl.DataFrame(
        {
            "first_earnings_known": np.where(is_known, "yes", "dk"),
            "first_earnings": kept(told, is_known),
            "first_earnings_currency": kept(currency, is_known),
            "first_earnings_period": kept(np.full(n, "month"), is_known),
            "first_earnings_month": kept(told, is_known),
        }
    ).get_columns()
