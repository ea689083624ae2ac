"""Cell key perturbation: the same persons give the same count, whatever was asked to find them.

Each record has a key, a keyed hash of what numbers it; the key of a cell is the sum of those of its
records, and says by how much its count is changed. So no wording, order or repetition of a question
draws again (Fraser and Wooton 2005; Meindl and Enderle 2019).
"""

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from warehouse.disclosure.perturbation import transition_matrix
from warehouse.disclosure.rules import InvalidRules
from warehouse.indicator import TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

RECORD_KEY = "record_key"
KEY_DIGITS = 8
KEYS = 16**KEY_DIGITS
"""Record keys and cell keys are whole numbers below this; cell keys are sums modulo it."""

LEAST_DISTANCE = 2


@dataclass(frozen=True)
class CellKeyRules:
    """What disclosure.yml says of tables beyond the declared ones.

    Whether any is answered; by how much a count may change (`distance`); with what `variance`.
    """

    enabled: bool
    distance: int
    variance: float

    def __post_init__(self) -> None:
        if type(self.enabled) is not bool:
            raise _invalid(f"enabled is {self.enabled!r}, neither true nor false")
        if type(self.distance) is not int or self.distance < LEAST_DISTANCE:
            raise _invalid(f"distance {self.distance!r} is below {LEAST_DISTANCE}")
        transition_matrix(self.distance, self.variance)

    def to_json(self) -> "Mapping[str, Any]":
        """The rules as a manifest records them."""
        return asdict(self)


def cell_key_rules() -> CellKeyRules:
    """The rules in force; raises InvalidRules."""
    from warehouse.disclosure.rules import DISCLOSURE_RULES, read_rules

    return cell_key_rules_in(read_rules(DISCLOSURE_RULES))


def cell_key_rules_in(content: "Mapping[str, Any]") -> CellKeyRules:
    """The rules of `content`, as disclosure.yml holds it; raises InvalidRules."""
    given = content.get("cell_key", {})
    if set(given) != set(CellKeyRules.__annotations__):
        raise _invalid(f"it needs {', '.join(CellKeyRules.__annotations__)}, and nothing else")
    for name, rule in given.items():
        if set(rule) != {"value", "reason"} or not str(rule["reason"]).strip():
            raise _invalid(f"{name} needs a value and a reason")
    return CellKeyRules(**{name: rule["value"] for name, rule in given.items()})


def _invalid(problem: str) -> InvalidRules:
    return InvalidRules(dataflow="cell_key", problem=problem)


def record_keys(numbers: "pl.Series", secret: str) -> "pl.Series":
    """The key of each record: the first 32 bits of the keyed hash of what numbers it."""
    import polars as pl
    import polars_hash  # noqa: F401  (registers the chash namespace)

    hashed = pl.col("number").chash.hmac_sha256(key=secret)  # type: ignore[attr-defined]
    key = hashed.str.slice(0, KEY_DIGITS).str.to_integer(base=16, dtype=pl.Int64)
    return numbers.alias("number").to_frame().select(key.alias(RECORD_KEY))[RECORD_KEY]


def perturbed_table(
    records: "pl.DataFrame",
    by: "Sequence[str]",
    filters: "Mapping[str, Sequence[str]]",
    rules: CellKeyRules,
) -> "pl.DataFrame":
    """The records counted by the columns `by` and their totals, perturbed; no row is shown as 0.

    `records` have their codes and `record_key`; `filters` holds the codes asked for, by column. A
    cell shown as 0 holds nobody, or few whom the noise took away: as a row it would say that it
    holds somebody. Totals have a key of their own, and are not the sums of their parts.

        sex  record_key           sex  obs_value
        F    …                    F    8
        F    …              ->    M    31
        M    …                    _T   37
    """
    import polars as pl

    kept = records.filter(*(pl.col(name).is_in(list(codes)) for name, codes in filters.items()))
    tables = [
        _cells(kept, [name for name in by if name in grouped]).with_columns(
            pl.lit(TOTAL).alias(name) for name in by if name not in grouped
        )
        for size in range(len(by), -1, -1)
        for grouped in combinations(by, size)
    ]
    found = pl.concat([table.select(*by, "count", "cell_key") for table in tables])
    shown = perturbed(found["count"].to_numpy(), found["cell_key"].to_numpy(), rules)
    answer = found.select(*by, pl.Series("obs_value", shown)).filter(pl.col("obs_value") > 0)
    return answer.sort(by) if by else answer


def _cells(records: "pl.DataFrame", grouped: "list[str]") -> "pl.DataFrame":
    """The count and the key of each cell."""
    import polars as pl

    counted = [pl.len().cast(pl.Int64).alias("count"), pl.col(RECORD_KEY).sum().alias("cell_key")]
    cells = records.group_by(grouped).agg(counted) if grouped else records.select(counted)
    return cells.with_columns(pl.col("cell_key") % KEYS)


def perturbed(
    counts: "NDArray[np.int64]", cell_keys: "NDArray[np.int64]", rules: CellKeyRules
) -> "NDArray[np.int64]":
    """What is shown instead of `counts`: the cell key is the draw from the row of its count."""
    import numpy as np

    matrix = transition_matrix(rules.distance, rules.variance)
    last = matrix.shape[0] - 1
    row = np.minimum(counts, last)
    draw = (cell_keys + 0.5) / KEYS
    bounds = np.cumsum(matrix, axis=1)
    bounds[:, -1] = 1.0
    shown = (draw[:, None] >= bounds[row]).sum(axis=1)
    found: NDArray[np.int64] = shown + (counts - row)
    return found
