"""Disclosure control: rows in, rows out; which figures may be published, and which are withheld.

An unprotected observation becomes a protected one only here. The rules come from
disclosure.yml. Secondary suppression joins the path between `primary` and `withhold`: it marks
further cells with CONF_STATUS D.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from warehouse.indicator import Kind

if TYPE_CHECKING:
    import polars as pl

Counted = Literal["value_and_records", "records"]
Zero = Literal["published", "suppressed"]

LOWEST_THRESHOLD = 3
"""With two contributors each finds the other by subtraction: no rule may go below three."""

FREE = "F"
PRIMARY = "A"
CONFIDENTIAL_AT_SOURCE = "C"
SUPPRESSED = "Q"
NORMAL = "A"
MISSING = "O"


@dataclass(frozen=True)
class Rules:
    """The rules of one dataflow: figures on 1 to `threshold` - 1 contributors are withheld."""

    threshold: int
    counted: Counted
    zero: Zero

    def __post_init__(self) -> None:
        if type(self.threshold) is not int or self.threshold < LOWEST_THRESHOLD:
            raise ValueError(f"disclosure threshold {self.threshold!r} is below {LOWEST_THRESHOLD}")
        if self.counted not in get_args(Counted) or self.zero not in get_args(Zero):
            raise ValueError(f"unknown disclosure rule {self.counted!r} or {self.zero!r}")

    def to_json(self) -> dict[str, Any]:
        """The rules as a manifest records them."""
        return asdict(self)


@dataclass(frozen=True)
class Protected:
    """Observations that passed disclosure control; all that may be written into release.

    Columns as given to `protect`, without obs_count, with conf_status.
    """

    rows: "pl.DataFrame"

    def __post_init__(self) -> None:
        import polars as pl

        withheld = pl.col("conf_status") != FREE
        broken = self.rows.filter(
            (withheld & pl.col("obs_value").is_not_null())
            | (withheld != (pl.col("obs_status") == SUPPRESSED))
            | pl.col("conf_status").is_null()
            | pl.col("obs_status").is_null()
        )
        if broken.height or "obs_count" in self.rows.columns:
            raise ValueError(f"{broken.height} observations are not protected")

    @property
    def withheld(self) -> dict[str, int]:
        """How many observations are withheld, by conf_status, such as {"A": 12}."""
        held = self.rows.filter(self.rows["obs_status"] == SUPPRESSED)
        return dict(sorted(held["conf_status"].value_counts().iter_rows()))


def rules(dataflow_id: str) -> Rules:
    """The rules of a dataflow of kind national; what it does not say, the default says."""
    content = _read_rules(Path(__file__).with_name("disclosure.yml"))
    own = content["dataflows"].get(dataflow_id, {})
    chosen = {name: rule["value"] for name, rule in {**content["default"], **own}.items()}
    return Rules(**chosen)


@cache
def _read_rules(path: Path) -> Mapping[str, Any]:
    import yaml

    content: Mapping[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return content


def protect(observations: "pl.DataFrame", kind: Kind, dataflow_rules: Rules | None) -> Protected:
    """The observations of one dataflow, withheld where its rules say so.

    `observations` have at least obs_value (decimal text), obs_status and, when national,
    obs_count (records behind the figure). Public figures pass as published.

        before  obs_value 3     obs_count 3   obs_status A
        after   obs_value null  obs_status Q  conf_status A
    """
    if kind == "public":
        return Protected(as_published(observations).drop("obs_count", strict=False))
    if dataflow_rules is None:
        raise ValueError("national observations need disclosure rules")
    return Protected(withhold(primary(observations, dataflow_rules)).drop("obs_count"))


def primary(observations: "pl.DataFrame", dataflow_rules: Rules) -> "pl.DataFrame":
    """The observations with conf_status: A where too few contributors stand behind, else F.

    A figure whose contributors are not told (obs_count is null) counts as unprotected: A.
    """
    import polars as pl

    lowest = 1 if dataflow_rules.zero == "published" else 0
    few = _few(pl.col("obs_count"), lowest, dataflow_rules.threshold)
    if dataflow_rules.counted == "value_and_records":
        # A value between 0 and 1 is an estimate of few persons, not a zero.
        value = pl.col("obs_value").cast(pl.Float64).ceil()
        few = few | _few(value, lowest, dataflow_rules.threshold)
    untold = pl.col("obs_value").is_not_null() & pl.col("obs_count").is_null()
    return observations.with_columns(
        conf_status=pl.when(few | untold).then(pl.lit(PRIMARY)).otherwise(pl.lit(FREE)),
        obs_status=_status(),
    )


def _few(contributors: "pl.Expr", lowest: int, threshold: int) -> "pl.Expr":
    return ((contributors >= lowest) & (contributors < threshold)).fill_null(False)


def withhold(marked: "pl.DataFrame") -> "pl.DataFrame":
    """The marked observations without the values that conf_status withholds: null, status Q."""
    import polars as pl

    free = pl.col("conf_status") == FREE
    return marked.with_columns(
        obs_value=pl.when(free).then(pl.col("obs_value")),
        obs_status=pl.when(free).then(pl.col("obs_status")).otherwise(pl.lit(SUPPRESSED)),
    )


def as_published(observations: "pl.DataFrame") -> "pl.DataFrame":
    """Figures of others with their own status; what its publisher suppressed stays so (C)."""
    import polars as pl

    held_back = (pl.col("obs_status") == SUPPRESSED).fill_null(False)
    conf_status = pl.when(held_back).then(pl.lit(CONFIDENTIAL_AT_SOURCE)).otherwise(pl.lit(FREE))
    marked = observations.with_columns(conf_status=conf_status, obs_status=_status())
    return withhold(marked)


def _status() -> "pl.Expr":
    """The status given; a figure without one is normal, a missing figure never is."""
    import polars as pl

    given = pl.col("obs_status").fill_null(NORMAL)
    missing = pl.col("obs_value").is_null() & (given == NORMAL)
    return pl.when(missing).then(pl.lit(MISSING)).otherwise(given)
