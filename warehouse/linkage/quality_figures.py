"""The figures of linkage's quality: what its report is made of. Read as the role simimo_linkage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import psycopg

from warehouse.database import connect
from warehouse.errors import NothingLinked, NoTruth
from warehouse.ledger.acts import append
from warehouse.linkage import answers, records, runs
from warehouse.linkage.charts import Chart, charts
from warehouse.linkage.description import CODED, described
from warehouse.linkage.links import links_in_force
from warehouse.linkage.quality import (
    Agreement,
    agreement,
    agreement_by,
    agreement_by_sources,
    methods,
    overlap,
    shared_persons,
    with_truth,
)
from warehouse.linkage.review_estimate import ReviewEstimate, review_estimate
from warehouse.linkage.rules import rules
from warehouse.linkage.truth import truth
from warehouse.linkage.unlinkable import unlinkable
from warehouse.quality import LinkageError
from warehouse.settings import settings
from warehouse.specimen.truth import newest_truth

GROUPS = ("citizenship", "sex")


@dataclass(frozen=True)
class SourceFigures:
    """What linkage makes of one source; persons are `shared` that are in another source too."""

    contract: str
    records: int
    persons: int
    shared: int
    without_number: int
    without_description: int
    unlinkable: int


@dataclass(frozen=True)
class TruthFigures:
    """The links beside the truth; `known` records are in it."""

    records: int
    known: int
    between_sources: Agreement
    all_pairs: Agreement
    by: Mapping[str, Mapping[str, Agreement]]
    by_sources: Mapping[tuple[str, str], Agreement]


@dataclass(frozen=True)
class LinkageFigures:
    """All figures of the report on linkage."""

    run: int
    finished_at: datetime
    is_specimen: bool
    records: int
    persons: int
    persons_shared: int
    link_from_weight: float
    sources: tuple[SourceFigures, ...]
    overlap: Mapping[tuple[str, str], int]
    methods: Mapping[str, int]
    truth: TruthFigures | None
    review: ReviewEstimate
    charts: Mapping[str, Chart]


def linkage_figures(truth_folder: Path | None = None) -> LinkageFigures:
    """The figures of all links in force; raises NothingLinked.

    `truth_folder` is a specimen's folder truth; without it, and where every linked file is a
    specimen, that of the specimen made last.
    """
    with connect("simimo_linkage") as session:
        run, finished_at = _last_run(session)
        model = runs.saved_model(session)
        if model is None:
            raise NothingLinked
        is_specimen = _is_specimen(session)
        links = links_in_force(session)
        people = _people(session)
        link_from_weight = answers.threshold(session, rules()).link_from_weight
        review = review_estimate(_bands(session), link_from_weight)
        # The figures are made of names in clear: an access to identity.
        append(session, "identities_read", f"run/{run}", {"records": people.height})
    weights = links["match_weight"].drop_nulls()
    told = links.join(unlinkable(people, model), on=["contract", "record_id"], how="left").join(
        people.select("contract", "record_id", *GROUPS), on=["contract", "record_id"], how="left"
    )
    folder = truth_folder or (newest_truth(settings().specimen_dir) if is_specimen else None)
    shared = links.group_by("person_key").agg(pl.col("contract").n_unique() > 1)["contract"].sum()
    return LinkageFigures(
        run=run,
        finished_at=finished_at,
        is_specimen=is_specimen,
        records=links.height,
        persons=links["person_key"].n_unique(),
        persons_shared=int(shared),
        link_from_weight=link_from_weight,
        sources=_sources(told),
        overlap=overlap(links),
        methods=methods(links),
        truth=truth_figures(told, _truth(folder)) if folder else None,
        review=review,
        charts=charts(model, weights),
    )


def linkage_error() -> LinkageError:
    """Precision and recall between sources of the links in force; raises NothingLinked.

    From the truth where every linked file is a specimen (raises NoTruth without it), else from
    the answers of reviewers.
    """
    with connect("simimo_linkage") as session:
        _last_run(session)
        is_specimen = _is_specimen(session)
        links = links_in_force(session)
        link_from_weight = answers.threshold(session, rules()).link_from_weight
        review = review_estimate(_bands(session), link_from_weight)
    if not is_specimen:
        precision, recall = (s.value if s else None for s in (review.precision, review.recall))
        return LinkageError(_percent(precision), _percent(recall), "review")
    folder = newest_truth(settings().specimen_dir) or Path()
    found = agreement(with_truth(links, _truth(folder)))
    return LinkageError(_percent(found.precision.value), _percent(found.recall.value), "truth")


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 2)


def _last_run(session: psycopg.Connection) -> tuple[int, datetime]:
    row = session.execute(
        "select id, finished_at from linkage.run order by id desc limit 1"
    ).fetchone()
    if row is None:
        raise NothingLinked
    return row[0], row[1]


def _is_specimen(session: psycopg.Connection) -> bool:
    """Whether every linked file is a specimen."""
    row = session.execute(
        "select bool_and(coalesce(part.is_specimen, false)) "
        "from linkage.linked_submission as linked "
        "left join submission.current_submission as part using (submission_id)"
    ).fetchone()
    return bool(row and row[0])


def _bands(session: psycopg.Connection) -> pl.DataFrame:
    """The pairs that names may link, and the answers of reviewers, by band of weight."""
    rows = [(band.weight, band.pairs, band.yes, band.no) for band in answers.bands(session)]
    schema = {"match_weight": pl.Float64, "pairs": pl.Int64, "yes": pl.Int64, "no": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _people(session: psycopg.Connection) -> pl.DataFrame:
    """Every linked record as linkage compares it."""
    records.put_linked(session)
    known = records.correspondences(session, set(CODED.values()))
    return described(records.identities(session, "linked"), known)


def _truth(folder: Path) -> pl.DataFrame:
    known = truth(folder)
    if known.is_empty():
        raise NoTruth(folder=folder)
    return known


def _sources(told: pl.DataFrame) -> tuple[SourceFigures, ...]:
    shared = shared_persons(told)
    counted = (
        told.group_by("contract")
        .agg(
            pl.len().alias("records"),
            pl.col("person_key").n_unique().alias("persons"),
            (~pl.col("has_number")).sum().alias("without_number"),
            (~pl.col("has_description")).sum().alias("without_description"),
            pl.col("is_unlinkable").sum().alias("unlinkable"),
        )
        .sort("contract")
    )
    return tuple(
        SourceFigures(**row, shared=shared.get(row["contract"], 0))
        for row in counted.iter_rows(named=True)
    )


def truth_figures(told: pl.DataFrame, known: pl.DataFrame) -> TruthFigures:
    """The linked records (contract, record_id, person_key, citizenship, sex) beside the truth."""
    records = with_truth(told, known)
    return TruthFigures(
        records=records.height,
        known=int(records["is_known"].sum()),
        between_sources=agreement(records),
        all_pairs=agreement(records, between_sources=False),
        by={column: agreement_by(records, column) for column in GROUPS},
        by_sources=agreement_by_sources(records),
    )
