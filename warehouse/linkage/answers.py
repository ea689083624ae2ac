"""What linkage keeps of clerical review: the pairs that wait, the answers, and the log."""

from collections.abc import Iterable, Mapping

import polars as pl
import psycopg

from warehouse.ledger.acts import Action, append
from warehouse.linkage import frames, records
from warehouse.linkage.rules import Rules
from warehouse.linkage.threshold import Band, Threshold, moved_threshold


def pending(session: psycopg.Connection) -> int:
    """How many pairs have an answer that the links do not follow yet."""
    row = session.execute(
        "select count(*) from linkage.review_pair as pair "
        "left join linkage.review_decision as said on said.pair_id = pair.id "
        "where pair.decision is distinct from said.answer"
    ).fetchone()
    assert row is not None
    return int(row[0])


def take_answers(session: psycopg.Connection) -> pl.DataFrame:
    """The pairs answered by yes or no (columns of PAIR, answer), as they are now.

    The temporary table `answered` keeps them with those that a run has to take up (is_pending):
    answers that come while it runs wait for the next one.
    """
    session.execute(
        "create temporary table answered on commit drop as "
        "select pair.id, pair.contract_l, pair.record_id_l, pair.contract_r, pair.record_id_r, "
        "said.answer, pair.decision is distinct from said.answer as is_pending "
        "from linkage.review_pair as pair "
        "left join linkage.review_decision as said on said.pair_id = pair.id "
        "where pair.decision is not null or said.answer is not null"
    )
    return frames.copy_out(
        session,
        "select contract_l, record_id_l, contract_r, record_id_r, answer from answered "
        "where answer is not null",
    )


def put_in_force(session: psycopg.Connection) -> None:
    """The links follow the answers taken; no later slice of the run takes them up again."""
    session.execute(
        "update linkage.review_pair as pair set decision = answered.answer from answered "
        "where answered.id = pair.id and answered.is_pending"
    )
    session.execute("update answered set is_pending = false")


def threshold(session: psycopg.Connection, decided: Rules) -> Threshold:
    """The threshold of links by names, as the answers so far move it."""
    return moved_threshold(
        bands(session),
        decided.link_from_weight,
        decided.review_from_weight,
        decided.precision_target,
        decided.threshold_answers_min,
        decided.stratum_answers_min,
    )


def bands(session: psycopg.Connection) -> list[Band]:
    """The pairs that all runs have weighed, and the answers, by weight rounded down.

    Ambiguous pairs are no links whatever they weigh, and tell nothing of a threshold.
    """
    sizes: dict[int, int] = {}
    for (found,) in session.execute("select counts -> 'bands' from linkage.run"):
        for band, count in (found or {}).items():
            sizes[int(band)] = sizes.get(int(band), 0) + count
    said: dict[int, dict[str, int]] = {}
    for band, answer, count in session.execute(
        "select cast(floor(pair.match_weight) as bigint), said.answer, count(*) "
        "from linkage.review_pair as pair "
        "inner join linkage.review_decision as said on said.pair_id = pair.id "
        "where pair.kind <> 'ambiguous' group by 1, 2"
    ):
        said.setdefault(band, {})[answer] = count
    return [
        Band(band, sizes.get(band, 0), **said.get(band, {}))
        for band in sorted(sizes.keys() | said.keys())
    ]


def put_waiting(session: psycopg.Connection, waiting: pl.DataFrame, run: int) -> int:
    """Add the pairs that a run puts before reviewers, unless they wait already; how many."""
    frames.put(session, "found_pair", waiting)
    added = session.execute(
        "insert into linkage.review_pair (contract_l, record_id_l, contract_r, record_id_r, "
        "match_weight, match_probability, kind, run_id) "
        "select contract_l, record_id_l, contract_r, record_id_r, "
        "cast(match_weight as double precision), cast(match_probability as double precision), "
        "kind, %s from found_pair on conflict do nothing",
        [run],
    )
    session.execute("drop table found_pair")
    return added.rowcount


def unanswered(session: psycopg.Connection, reviewer: str, enough: int) -> list[int]:
    """The pairs that `reviewer` has not answered, nor `enough` others.

    Those of records that are gone, or that are one person by now although they waited to be, are
    left out.
    """
    rows = session.execute(
        "select pair.id from linkage.review_pair as pair "
        "inner join linkage.person_link as one "
        "on one.contract = pair.contract_l and one.record_id = pair.record_id_l "
        "inner join linkage.person_link as other "
        "on other.contract = pair.contract_r and other.record_id = pair.record_id_r "
        "left join linkage.review_answer as answer on answer.pair_id = pair.id "
        "where pair.kind = 'accepted' or pair.decision is not null "
        "or one.person_key <> other.person_key "
        "group by pair.id having count(distinct answer.reviewer) < %s "
        "and not coalesce(bool_or(answer.reviewer = %s), false)",
        [enough, reviewer],
    )
    return [number for (number,) in rows]


def records_of(session: psycopg.Connection, numbers: Iterable[int]) -> pl.DataFrame:
    """The records of pairs (number, side l or r) with names in clear and source codes."""
    current = frames.ids(session, "select distinct submission_id from submission.current")
    session.execute("drop table if exists shown")
    session.execute(
        "create temporary table shown on commit drop as "
        "select distinct on (asked.number, asked.side) asked.number, asked.side, "
        "record.submission_id, record.contract, record.record_id from ("
        "select id as number, 'l' as side, contract_l as contract, record_id_l as record_id "
        "from linkage.review_pair where id = any(%(numbers)s) union all "
        "select id, 'r', contract_r, record_id_r "
        "from linkage.review_pair where id = any(%(numbers)s)) as asked "
        "inner join identity.person_record as record "
        "on record.record_id = asked.record_id and record.contract = asked.contract "
        "where record.submission_id = any(%(current)s) "
        "order by asked.number, asked.side, record.submission_id desc",
        {"numbers": list(numbers), "current": sorted(current)},
    )
    sides = frames.copy_out(session, "select number, side, contract, record_id from shown")
    return sides.join(records.identities(session, "shown"), on=["contract", "record_id"])


def keep_answers(
    session: psycopg.Connection, reviewer: str, answers: Mapping[int, str], action: str
) -> None:
    """Keep the answers of a reviewer by number of the pair, and log how many."""
    session.cursor().executemany(
        "insert into linkage.review_answer (pair_id, answer, reviewer) values (%s, %s, %s)",
        [(number, answer, reviewer) for number, answer in answers.items()],
    )
    log(session, reviewer, action, len(answers))


_ENTERED: Mapping[str, Action] = {
    "shown": "pairs_shown",
    "exported": "pairs_exported",
    "answered": "pairs_answered",
    "imported": "pairs_imported",
}


def log(session: psycopg.Connection, reviewer: str, action: str, pairs: int) -> None:
    """Note that pairs were shown, exported, answered or imported; never which or what they tell."""
    session.execute(
        "insert into linkage.review_log (reviewer, action, pair_count) values (%s, %s, %s)",
        [reviewer, action, pairs],
    )
    append(session, _ENTERED[action], "review", {"pairs": pairs}, reviewer)


def known_pairs(session: psycopg.Connection) -> set[int]:
    """The numbers of all pairs."""
    return frames.ids(session, "select id from linkage.review_pair")
