"""A run of linkage: the records that came are joined to each other and to the persons known.

A run costs with the records that came: the earlier ones that they may equal are found by number
and by blocking key, and only those are read. All is one transaction, so that a run that is killed
leaves the links as they were.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl
import psycopg

from warehouse.database import connect, locked
from warehouse.linkage import answers, persons, review, store
from warehouse.linkage.blocking import blocking_keys, with_parts
from warehouse.linkage.clustering import clustered, judged
from warehouse.linkage.description import CODED, described
from warehouse.linkage.model import Model, scored, trained
from warehouse.linkage.prior import priors, with_priors
from warehouse.linkage.rules import Rules, rules
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
    seconds: float
    answers: int = 0
    waiting: int = 0

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


def link(train: bool = False) -> LinkSummary:
    """Link what has come since the last run; `train` estimates the model anew.

    Raises DatabaseNotMigrated, and NothingBuilt where no correspondence has been built yet.
    """
    start = time.perf_counter()
    with connect("simimo_linkage") as session, locked(session, "linkage"):
        found = replace(store.work(session), answers=answers.pending(session))
        if not (found.came or found.went or found.answers):
            return LinkSummary(0, 0, 0, 0, {}, {}, 0.0)
        answered = answers.take_answers(session)
        threshold = answers.threshold(session, rules())
        decided = rules().model_copy(update={"link_from_weight": threshold.link_from_weight})
        store.find_changes(session, found)
        people = _people(session)
        model = None if train else store.saved_model(session)
        if people.is_empty() and model is None:
            # Nothing was ever linked: there is nobody to compare, and no link to fall.
            return LinkSummary(0, 0, 0, 0, {}, {}, 0.0)
        is_new = model is None
        linked = store.linked_records(session)
        told = _told(people, model or trained(people), linked, decided, answered)
        run = store.record_run(session, told.model, threshold)
        if is_new:
            store.save_frequencies(session, told.model, run)
        waiting = review.waiting(told.pairs, told.people, told.people, decided)
        changes = persons.changes(told.people)
        fresh = told.people.filter("is_fresh")
        store.write(session, told.people, blocking_keys(fresh), changes, run)
        summary = LinkSummary(
            records=fresh.height,
            persons=fresh["person_key"].n_unique(),
            merges=changes.filter(kind="merge")["person_key"].n_unique(),
            splits=changes.filter(kind="split")["other_key"].n_unique(),
            methods=dict(fresh["method"].value_counts(sort=True).iter_rows()),
            linked=_added(linked, fresh),
            seconds=time.perf_counter() - start,
            answers=found.answers,
            waiting=answers.put_waiting(session, waiting, run),
        )
        answers.put_in_force(session)
        _close_run(session, run, found, summary, review.band_sizes(told.pairs, decided))
        session.commit()
    return summary


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
    known = store.correspondences(session, set(CODED.values()))
    fresh = _prepared(store.identities(session, "fresh"), known)
    store.put_asked(session, fresh, blocking_keys(fresh), rules().block_size_max)
    earlier = store.copy_out(session, "select * from earlier")
    described_earlier = _prepared(store.identities(session, "earlier"), known)
    stood = store.copy_out(session, "select contract, record_id, period, earlier_key from fresh")
    fresh = fresh.join(stood, on=["contract", "record_id"], how="left").with_columns(
        pl.lit(True).alias("is_fresh")
    )
    others = described_earlier.join(
        earlier.select("contract", "record_id", "period", "person_key", "is_torn", "is_reviewed"),
        on=["contract", "record_id"],
        how="left",
    ).with_columns(
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


def _prepared(records: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    return with_parts(described(records, known))


def _told(
    people: pl.DataFrame,
    model: Model,
    linked: Mapping[str, int],
    decided: Rules,
    answered: pl.DataFrame,
) -> Told:
    """Who is whom, and the model with its priors."""
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
    pairs = review.with_answers(judged(weighed, people, decided), people, answered)
    clusters = clustered(people, pairs)
    return Told(persons.with_keys(people.join(clusters, on="unique_id")), pairs, model)


def _close_run(
    session: psycopg.Connection,
    run: int,
    found: store.Work,
    summary: LinkSummary,
    bands: Mapping[str, int],
) -> None:
    counts = {
        "records": summary.records,
        "persons": summary.persons,
        "merges": summary.merges,
        "splits": summary.splits,
        "methods": dict(summary.methods),
        "answers": summary.answers,
        "waiting": summary.waiting,
        "bands": dict(bands),
        "linked": dict(summary.linked),
    }
    session.execute("update linkage.run set counts = %s where id = %s", [json.dumps(counts), run])
    session.execute(
        "delete from linkage.linked_submission where submission_id = any(%s)", [list(found.went)]
    )
    session.cursor().executemany(
        "insert into linkage.linked_submission (submission_id, run_id) values (%s, %s)",
        [(number, run) for number in found.came],
    )
