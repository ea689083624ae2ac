"""A run of linkage: the records that came are joined to each other and to the persons known.

A run costs with the records that came: the earlier ones that they may equal are found by number
and by blocking key, and only those are read. Millions are taken in slices, each linked to those
before it. All is one transaction, so that a run that is killed leaves the links as they were.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl
import psycopg

from warehouse.database import connect, locked
from warehouse.linkage import answers, frames, links, persons, records, review, runs, work
from warehouse.linkage.blocking import blocking_keys, with_parts
from warehouse.linkage.clustering import clustered, judged
from warehouse.linkage.description import CODED, described
from warehouse.linkage.model import Model, scored, trained
from warehouse.linkage.prior import priors, with_priors
from warehouse.linkage.rules import Rules, rules
from warehouse.linkage.threshold import Threshold
from warehouse.messages import counted, message


@dataclass(frozen=True)
class LinkSummary:
    """What a run of linkage has done; `methods` counts the records it linked by each.

    `answers` counts the pairs whose answer took effect, `waiting` those put before reviewers.
    `linked` counts all linked records of each contract, after the run.
    """

    records: int
    persons: int
    merges: int
    splits: int
    methods: Mapping[str, int]
    linked: Mapping[str, int]
    answers: int = 0
    waiting: int = 0
    seconds: float = 0.0

    def text(self, lang: str = "fr") -> str:
        """One sentence in `lang`."""
        if not self.records and not self.answers:
            return message("nothing_to_link", lang).text
        values = {
            "records": counted("linked_records", self.records, lang),
            "persons": counted("linked_persons", self.persons, lang),
            "merges": counted("merged_persons", self.merges, lang),
            "splits": counted("split_persons", self.splits, lang),
            "answers": counted("answers_in_force", self.answers, lang),
            "waiting": counted("pairs_to_review", self.waiting, lang),
        }
        return message("link_done", lang, **values, seconds=f"{self.seconds:.0f}").text

    def counts(self, bands: Mapping[str, int]) -> dict[str, Any]:
        """What the run keeps of itself, with the pairs that it weighed by band of weight."""
        told = asdict(self)
        del told["seconds"]
        return {**told, "bands": dict(bands)}


NOTHING = LinkSummary(0, 0, 0, 0, {}, {})
"""A run that found nobody to compare."""


def link(train: bool = False) -> LinkSummary:
    """Link what has come since the last run; `train` estimates the model anew.

    Raises DatabaseNotMigrated, and NothingBuilt where no correspondence has been built yet.
    """
    start = time.perf_counter()
    with connect("simimo_linkage") as session, locked(session, "linkage"):
        found = replace(work.to_do(session), answers=answers.pending(session))
        if not (found.came or found.went or found.answers):
            return NOTHING
        summary = _linked(session, found, train)
        session.commit()
    return replace(summary, seconds=time.perf_counter() - start)


def _linked(session: psycopg.Connection, found: work.Work, train: bool) -> LinkSummary:
    """One run, slice by slice, within the transaction of `session`."""
    # A merge would sort, or walk in order, all that was ever linked for the few that are asked.
    session.execute("set local enable_mergejoin = off")
    answered = answers.take_answers(session)
    threshold = answers.threshold(session, rules())
    slices = work.find_changes(session, found, rules().slice_records)
    model = runs.saved_model(session)
    is_new = bool(slices) and (train or model is None)
    if is_new:
        model = trained(_sample(session))
    if model is None:
        # Nobody was ever compared. The submissions are done all the same, or each run would look
        # into them again.
        work.take_slice(session, found, 0)
        run = runs.record_run(session, None, threshold)
        runs.close_run(session, run, found, NOTHING.counts({}))
        return NOTHING
    done = []
    for number in range(max(slices, 1)):
        work.take_slice(session, found, number)
        known = Known(model, threshold, answered, is_taught=is_new and number == 0)
        is_last = number + 1 >= slices
        done.append(_linked_slice(session, known, found if is_last else work.Work((), ())))
        model = done[-1].model
    return _summed(done)


@dataclass(frozen=True)
class Known:
    """What a slice is linked by: the model, the threshold as moved by answers, and the answers.

    `is_taught` of a model that this run has trained, before its frequencies are kept.
    """

    model: Model
    threshold: Threshold
    answered: pl.DataFrame
    is_taught: bool

    @property
    def decided(self) -> Rules:
        """The rules, with the threshold in force."""
        return rules().model_copy(update={"link_from_weight": self.threshold.link_from_weight})


@dataclass(frozen=True)
class Slice:
    """What linking a slice has done: hashes of the fresh records' persons, the model after it."""

    summary: LinkSummary
    persons: pl.Series
    model: Model


def _summed(done: Sequence[Slice]) -> LinkSummary:
    """What the slices of a run have done together; a person of several counts once."""
    parts = [part.summary for part in done]
    methods: Counter[str] = Counter()
    for part in parts:
        methods.update(part.methods)
    return LinkSummary(
        records=sum(part.records for part in parts),
        persons=pl.concat(part.persons for part in done).n_unique(),
        merges=sum(part.merges for part in parts),
        splits=sum(part.splits for part in parts),
        methods=dict(methods.most_common()),
        linked=parts[-1].linked,
        answers=parts[-1].answers,
        waiting=sum(part.waiting for part in parts),
    )


def _linked_slice(session: psycopg.Connection, known: Known, done: work.Work) -> Slice:
    """Link the fresh records, and note the submissions `done`."""
    people = _people(session)
    linked = runs.linked_records(session)
    told = _told(people, known, linked)
    run = runs.record_run(session, told.model, known.threshold)
    if known.is_taught:
        runs.save_frequencies(session, told.model, run)
    waiting = review.waiting(told.pairs, told.people, told.people, known.decided)
    changes = persons.changes(told.people)
    fresh = told.people.filter("is_fresh")
    links.write(session, told.people, blocking_keys(fresh), changes, run)
    summary = LinkSummary(
        records=fresh.height,
        persons=fresh["person_key"].n_unique(),
        merges=changes.filter(kind="merge")["person_key"].n_unique(),
        splits=changes.filter(kind="split")["other_key"].n_unique(),
        methods=dict(fresh["method"].value_counts(sort=True).iter_rows()),
        linked=_added(linked, fresh),
        answers=done.answers,
        waiting=answers.put_waiting(session, waiting, run),
    )
    answers.put_in_force(session)
    bands = review.band_sizes(told.pairs, known.decided)
    runs.close_run(session, run, done, summary.counts(bands))
    return Slice(summary, fresh["person_key"].unique().hash(), told.model)


def _added(linked: Mapping[str, int], fresh: pl.DataFrame) -> dict[str, int]:
    new = dict(fresh["contract"].value_counts().iter_rows())
    return {name: linked.get(name, 0) + new.get(name, 0) for name in linked.keys() | new}


@dataclass(frozen=True)
class Told:
    """The people with the person of each and the link that says so, by what they were linked."""

    people: pl.DataFrame
    pairs: pl.DataFrame
    model: Model


def _people(session: psycopg.Connection) -> pl.DataFrame:
    """The fresh records, and every record of the persons that they may belong to.

    Sorted by period, contract and record: the first record of a person founds it.
    """
    known = records.correspondences(session, set(CODED.values()))
    fresh = _prepared(records.identities(session, "fresh"), known)
    records.put_asked(session, fresh, blocking_keys(fresh), rules().block_size_max)
    earlier = frames.copy_out(
        session,
        "select distinct contract, record_id, period, person_key, is_torn, is_reviewed "
        "from earlier",
    )
    described_earlier = _prepared(records.identities(session, "earlier"), known)
    stood = frames.copy_out(session, "select contract, record_id, period, earlier_key from fresh")
    fresh = fresh.join(stood, on=["contract", "record_id"], how="left").with_columns(
        pl.lit(True).alias("is_fresh")
    )
    others = described_earlier.join(earlier, on=["contract", "record_id"], how="left").with_columns(
        pl.lit(False).alias("is_fresh"),
        pl.col("person_key").alias("earlier_key"),
        *((pl.col(name) == "t").alias(name) for name in ("is_torn", "is_reviewed")),
    )
    # A record told anew brings its person's key along only where nobody else is left to keep it.
    is_kept = pl.col("earlier_key").is_in(others["earlier_key"].unique().implode())
    fresh = fresh.with_columns(pl.when(~is_kept).then("earlier_key").alias("earlier_key"))
    both = pl.concat([fresh, others.drop("person_key")], how="diagonal")
    return (
        both.with_columns(
            pl.col("contract").is_in(list(rules().duplicate_free)).alias("is_duplicate_free"),
            pl.col("is_torn", "is_reviewed").fill_null(False),
        )
        .sort("period", "contract", "record_id")
        .with_row_index("unique_id")
        .with_columns(pl.col("unique_id").cast(pl.Int64))
    )


def _sample(session: psycopg.Connection) -> pl.DataFrame:
    """The records that a model learns from: of every extract, those of earlier runs too."""
    records.put_sample(session, rules().training_sample_max)
    known = records.correspondences(session, set(CODED.values()))
    drawn = _prepared(records.identities(session, "sample"), known)
    duplicate_free = pl.col("contract").is_in(list(rules().duplicate_free))
    return (
        drawn.sort("contract", "record_id")
        .with_columns(pl.lit(True).alias("is_fresh"), duplicate_free.alias("is_duplicate_free"))
        .with_row_index("unique_id")
        .with_columns(pl.col("unique_id").cast(pl.Int64))
    )


def _prepared(records: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    return with_parts(described(records, known))


def _told(people: pl.DataFrame, known: Known, linked: Mapping[str, int]) -> Told:
    """Who is whom, and the model with its priors."""
    model, decided = known.model, known.decided
    # A person whose record has fallen, or of whom an answer tells, is put together anew.
    is_whole = ~pl.col("is_fresh") & ~pl.col("is_torn")
    people = people.with_columns(
        pl.when(is_whole)
        .then(pl.col("unique_id").min().over("earlier_key", is_whole))
        .otherwise("unique_id")
        .alias("node")
    )
    compared = people.with_columns((pl.col("is_fresh") | pl.col("is_torn")).alias("is_fresh"))
    pairs = scored(compared, model)
    # What an earlier run knows of two extracts holds; extracts that meet for the first time teach.
    met = priors(pairs, compared, linked, model.prior)
    model = replace(model, priors={**met, **model.priors})
    weighed = with_priors(pairs, people, model.priors, model.prior)
    pairs = review.with_answers(judged(weighed, people, decided), people, known.answered)
    clusters = clustered(people, pairs)
    return Told(persons.with_keys(people.join(clusters, on="unique_id")), pairs, model)
