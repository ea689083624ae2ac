"""From scored pairs to persons: which links are taken, and which would join what must stay apart.

Pure: records and pairs in, one row a record out. Links are taken from the surest down, so that
the same pairs give the same persons in whatever order they came.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.rules import Rules, rules

REVIEWED, APART = "reviewed", "apart"
"""The methods of pairs that reviewers have answered by yes and by no."""
CONTRADICTIONS_MAX = 1
"""Of family name, given name and birth date, how many may differ although a number is shared."""


@dataclass
class Cluster:
    """What a cluster holds that another may contradict."""

    registers: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, set[str]] = field(default_factory=dict)
    apart: dict[int, int] = field(default_factory=dict)
    """By pair that a reviewer keeps apart, the node of it that is here."""

    def is_kept_apart(self, other: "Cluster") -> bool:
        """Whether a reviewer said that a record here and one there are two persons."""
        both = self.apart.keys() & other.apart.keys()
        return any(self.apart[pair] != other.apart[pair] for pair in both)

    def contradicts(self, other: "Cluster") -> bool:
        """Whether both have a record of one register, or different numbers of one kind."""
        twice = self.registers.keys() & other.registers.keys()
        if any(self.registers[name] != other.registers[name] for name in twice):
            return True
        both = self.numbers.keys() & other.numbers.keys()
        return any(not self.numbers[name] & other.numbers[name] for name in both)

    def absorb(self, other: "Cluster") -> None:
        """Take over what the other cluster holds."""
        self.registers |= other.registers
        self.apart |= other.apart
        for name, values in other.numbers.items():
            self.numbers.setdefault(name, set()).update(values)


class Clusters:
    """Nodes joined one by one, each join refused where the two sides contradict each other."""

    def __init__(self, held: dict[int, Cluster]) -> None:
        self._parent = {node: node for node in held}
        self._held = held

    def root(self, node: int) -> int:
        """The node that stands for the cluster of `node`."""
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = self._parent[node]
        return node

    def join(self, one: int, other: int, method: str) -> bool:
        """Make one cluster of two; by names alone only where nothing contradicts it.

        A number in common stands above all answers, an answer above all but another answer.
        """
        kept, gone = sorted((self.root(one), self.root(other)))
        if kept == gone:
            return True
        this, that = self._held[kept], self._held[gone]
        if method in ("names", REVIEWED) and this.is_kept_apart(that):
            return False
        if method == "names" and this.contradicts(that):
            return False
        self._parent[gone] = kept
        self._held[kept].absorb(self._held.pop(gone))
        return True


def judged(pairs: pl.DataFrame, people: pl.DataFrame, decided: Rules | None = None) -> pl.DataFrame:
    """The pairs with `method`: the number they share, 'names', 'review', or null for no link.

    before  mw_cin 23, mw_family -7, mw_given -7, mw_birth_date -9   a number of two persons
    after   method null
    """
    decided = decided or rules()
    pairs = _with_generic_numbers_out(pairs, people)
    contradictions = pl.sum_horizontal(
        (pl.col(f"mw_{name}") < 0).cast(pl.Int8) for name in ("family", "given", "birth_date")
    )
    shared = pl.coalesce(
        pl.when(pl.col(f"mw_{name}") > 0).then(pl.lit(name)) for name in IDENTIFIERS
    )
    weight = pl.col("match_weight")
    told = pairs.with_columns(shared.alias("number"))
    sure = pl.col("number").is_not_null() & (contradictions <= CONTRADICTIONS_MAX)
    method = (
        pl.when(sure)
        .then(pl.col("number"))
        .when(weight >= decided.link_from_weight)
        .then(pl.lit("names"))
        .when(weight >= decided.review_from_weight)
        .then(pl.lit("review"))
    )
    return _without_ambiguous(told.with_columns(method.alias("method")), people).drop("number")


def _with_generic_numbers_out(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A number that too many differently named persons have is taken for none."""
    for name in IDENTIFIERS:
        holders = (
            people.filter(pl.col(name).is_not_null())
            .group_by(name)
            .agg(pl.struct("family_sound", "given_sound", "birth_date").n_unique().alias("holders"))
            .filter(pl.col("holders") > rules().identifier_holders_max)
        )
        if holders.is_empty():
            continue
        generic = people.join(holders, on=name, how="semi")["unique_id"]
        pairs = pairs.with_columns(
            pl.when(pl.col("unique_id_l").is_in(generic.implode()))
            .then(0.0)
            .otherwise(pl.col(f"mw_{name}"))
            .alias(f"mw_{name}")
        )
    return pairs


def _without_ambiguous(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Links by names to two records of one register, about as good, both wait for a reviewer."""
    registers = people.filter(pl.col("is_duplicate_free")).select("unique_id", "contract")
    ways = []
    for side, other in (("unique_id_l", "unique_id_r"), ("unique_id_r", "unique_id_l")):
        ways.append(
            pairs.filter(pl.col("match_weight") >= rules().review_from_weight)
            .join(registers, left_on=other, right_on="unique_id")
            .select(
                pl.col(side).alias("from"), "contract", "match_weight", "unique_id_l", "unique_id_r"
            )
        )
    ranked = pl.concat(ways).with_columns(
        pl.col("match_weight").rank("ordinal", descending=True).over("from", "contract").alias("n"),
        pl.col("match_weight").max().over("from", "contract").alias("best"),
    )
    runners_up = ranked.filter(pl.col("n") == 2).select(
        "from", "contract", pl.col("match_weight").alias("second")
    )
    torn = ranked.join(runners_up, on=["from", "contract"]).filter(
        pl.col("match_weight") < pl.col("second") + rules().ambiguous_within_weight
    )
    is_torn = pl.struct("unique_id_l", "unique_id_r").is_in(
        torn.select(pl.struct("unique_id_l", "unique_id_r")).to_series().unique().implode()
    )
    by_names = pl.col("method") == "names"
    return pairs.with_columns(
        pl.when(by_names & is_torn)
        .then(pl.lit("review"))
        .otherwise(pl.col("method"))
        .alias("method")
    )


def clustered(people: pl.DataFrame, judged_pairs: pl.DataFrame) -> pl.DataFrame:
    """The cluster of each record, with the link that brought it there.

    `people` has unique_id, contract, node (records of one node are known to be one person) and
    the numbers. Returns unique_id, cluster, method, match_weight, match_probability; the record
    that stands alone, or first, has the method 'single'.
    """
    node = dict(zip(people["unique_id"], people["node"], strict=True))
    clusters = Clusters(_held(people, _apart(judged_pairs, node)))
    taken: dict[int, tuple[str, float, float]] = {}
    links = judged_pairs.filter(
        pl.col("method").is_not_null() & ~pl.col("method").is_in(["review", APART])
    )
    rank = pl.col("method").replace_strict({REVIEWED: 1, "names": 2}, default=0)
    order = links.with_columns(rank.alias("rank")).sort(
        ["rank", "match_weight", "unique_id_l", "unique_id_r"],
        descending=[False, True, False, False],
        nulls_last=True,
    )
    columns = ("unique_id_l", "unique_id_r", "method", "match_weight", "match_probability")
    for left, right, method, weight, probability in order.select(columns).iter_rows():
        if clusters.join(node[left], node[right], method):
            for record in (left, right):
                taken.setdefault(record, (method, weight, probability))
    return _answers(people, clusters, node, taken)


def _apart(judged_pairs: pl.DataFrame, node: dict[int, int]) -> list[tuple[int, int]]:
    """The nodes that reviewers keep apart, two a pair."""
    pairs = judged_pairs.filter(method=APART).select("unique_id_l", "unique_id_r")
    return [(node[left], node[right]) for left, right in pairs.iter_rows()]


def _held(people: pl.DataFrame, apart: list[tuple[int, int]]) -> dict[int, Cluster]:
    held: dict[int, Cluster] = {}
    numbers = rules().one_per_person
    columns = ("node", "contract", "record_id", "is_duplicate_free", *numbers)
    for node, contract, record, is_register, *values in people.select(columns).iter_rows():
        cluster = held.setdefault(node, Cluster())
        if is_register:
            cluster.registers[contract] = record
        for name, value in zip(numbers, values, strict=True):
            if value is not None:
                cluster.numbers.setdefault(name, set()).add(value)
    for pair, nodes in enumerate(apart):
        for node in nodes:
            held[node].apart[pair] = node
    return held


def _answers(
    people: pl.DataFrame,
    clusters: Clusters,
    node: dict[int, int],
    taken: dict[int, tuple[str, float, float]],
) -> pl.DataFrame:
    ids = people["unique_id"].to_list()
    rows: Iterable[tuple[object, ...]] = (
        (i, clusters.root(node[i]), *taken.get(i, ("single", None, None))) for i in ids
    )
    return pl.DataFrame(
        list(rows),
        schema={
            "unique_id": pl.Int64,
            "cluster": pl.Int64,
            "method": pl.String,
            "match_weight": pl.Float64,
            "match_probability": pl.Float64,
        },
        orient="row",
    )
