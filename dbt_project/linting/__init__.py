"""What sqlfluff puts in the place of the project's macros, so that it lints without a database.

Each function stands for the macro of its name in dbt_project/macros and gives SQL of its shape.
"""

from types import SimpleNamespace
from typing import Any


def _expression(*_words: Any, **_named: Any) -> str:
    return "some_column"


def _condition(*_words: Any, **_named: Any) -> str:
    return "1 = 1"


def _query(*_words: Any, **_named: Any) -> str:
    return "select code, ancestor_code from some_table"


def decoded(_fact: str, relation: str) -> str:
    """The rows decoded."""
    return f"select * from {relation}"


def listed_rows(_contract: str, relation: str) -> str:
    """The rows, each once for every place in its lists."""
    return f"select * from {relation}"


def rolled_up(cells: str, _measures: list[str], _status: str = "", **_medians: Any) -> str:
    """The cells summed."""
    return f"select * from {cells}"


def spanned(cells: str, _sums: list[str]) -> str:
    """The cells summed to spans."""
    return f"select * from {cells}"


def measured(relation: str, _measures: dict[str, list[str]]) -> str:
    """The rows, one a measure."""
    return f"select * from {relation}"


def observations(relation: str, *_words: str, **_contributions: list[str] | str) -> str:
    """The rows as observations."""
    return f"select * from {relation}"


def largest_of_tables(cells: str, _dataflow: str = "") -> str:
    """The two largest of each table's cells."""
    return f"select * from {cells}"


def with_largest(relation: str, largest: str) -> str:
    """The rows with their two largest."""
    return f"select {relation}.* from {relation} cross join {largest}"


def survey_estimates(_measures: list[str]) -> str:
    """The estimates of some measures."""
    return "select * from estimate"


def survey_statistics(relation: str) -> str:
    """Estimates, one row a statistic."""
    return f"select * from {relation}"


survey_observations = survey_statistics


def published_cells(published_statistic: str) -> str:
    """The cells of others."""
    return f"select * from {published_statistic}"


def contracts() -> dict[str, Any]:
    """One contract."""
    return {"some_contract": SimpleNamespace(unknown_code_share_max=0.05)}


def codes_told() -> list[tuple[str, str, str, list[str]]]:
    """One code of one fact."""
    return [("some_fact", "sex", "sex", ["some_contract"])]


def staged_columns(_fact: str) -> dict[str, str]:
    """One column."""
    return {"declared_days": "bigint"}


def told_columns(_fact: str) -> list[str]:
    """One column."""
    return ["declared_days"]


def journey_stages() -> list[str]:
    """Two stages."""
    return ["RECEPTION", "DIAGNOSIS"]


def facts_with_titles() -> list[str]:
    """One fact."""
    return ["some_fact"]


def variables() -> list[str]:
    """One variable."""
    return ["sex"]


def facts() -> dict[str, Any]:
    """One fact."""
    return {"some_fact": {"columns": {"birth_month": "text"}, "codes": {"sex": "sex"}}}


def person_facts() -> dict[str, dict[str, str]]:
    """One fact that tells of persons."""
    return {"some_fact": {"status": "TITLED", "starts": "a_day", "day": "a_day", "number": "id"}}


def with_person(relation: str) -> str:
    """The records with their persons."""
    return f"select * from {relation}"


def providers() -> list[str]:
    """One provider."""
    return ["cnss"]


def whole_stock(received: str, _unbroken_months: str) -> str:
    """The months with their status."""
    return f"select time_period, 'A' as obs_status from {received}"


current_rows = vintage_rows = staged = codes_at_level = months_of = _query
declared_persons = citizenship_groups = _query
affected_observations = affected_rows = affected_workers = touched_rows = _condition
in_list = is_foreign = no_totals = _condition
record_id = to_integer = to_decimal = to_date = first_day = _expression
code_in = item_of = title_hash = matched_code = _expression
whole_after = worker_id = employer_id = known_code = combined = title_number = _expression
stay_class = stay_code = age_code = age_at_month_end = duration_code = _expression
relation_of = authority = share = share_contributors = months_after = _expression
recruitment_measure = second_largest = _expression
size_code = citizenship_status_code = stage_number = _expression
dbt = SimpleNamespace(
    hash=_expression, dateadd=_expression, last_day=_expression, datediff=_expression
)
