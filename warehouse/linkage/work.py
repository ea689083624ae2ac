"""What a run of linkage has to do: the submissions that came or went, the records that changed."""

from dataclasses import dataclass

import psycopg
from psycopg.sql import SQL, Literal

from warehouse.contracts.contract import contracts
from warehouse.identity import has_identity
from warehouse.linkage.frames import ids


@dataclass(frozen=True)
class Work:
    """What a run has to do: submissions that came or no longer count, pairs answered."""

    came: tuple[int, ...]
    went: tuple[int, ...]
    answers: int = 0


def to_do(session: psycopg.Connection) -> Work:
    """The submissions of contracts with identity that have come or gone since the last run."""
    names = [c.id for c in contracts().values() if has_identity(c)]
    current = ids(
        session,
        "select distinct submission_id from submission.current_submission where contract = any(%s)",
        names,
    )
    linked = ids(session, "select submission_id from linkage.linked_submission")
    return Work(tuple(sorted(current - linked)), tuple(sorted(linked - current)))


def find_changes(session: psycopg.Connection, found: Work, slice_records: int) -> int:
    """A temporary table of the records to link (arrived), in slices; how many slices there are.

    They are the records that no link knows as they are told now. A slice has `slice_records`
    records, in the order in which records found persons: a first file of millions is linked as
    millions of a month would be, in memory that does not grow with it.
    """
    session.execute("drop table if exists arrived")
    came = Literal(list(found.came))
    session.execute(
        SQL(
            "create temporary table arrived on commit drop as "
            "select *, (row_number() over (order by period, contract, record_id) - 1) "
            "/ {slice_records} as slice from ("
            "select distinct on (record.contract, record.record_id) "
            "record.submission_id, record.contract, record.record_id, record.description, "
            "part.period, link.person_key as earlier_key "
            "from identity.person_record as record "
            "inner join submission.current as part "
            "on part.submission_id = record.submission_id and part.part = record.part "
            "left join linkage.person_link as link "
            "on link.contract = record.contract and link.record_id = record.record_id "
            "where record.submission_id = any({came}) and part.submission_id = any({came}) "
            "and link.description is distinct from record.description "
            "order by record.contract, record.record_id, record.submission_id desc"
            ") as told"
        ).format(came=came, slice_records=Literal(slice_records))
    )
    session.execute("analyze arrived")
    row = session.execute("select coalesce(max(slice) + 1, 0) from arrived").fetchone()
    assert row is not None
    return int(row[0])


def take_slice(session: psycopg.Connection, found: Work, number: int) -> None:
    """Temporary tables of a slice (fresh), and of the records whose link falls (fallen).

    A record falls when no current file has it any more, or tells it differently; the records
    told differently are fresh again. Those that no file has any more fall with the first slice.
    """
    session.execute("drop table if exists fresh, fallen")
    session.execute(
        SQL(
            "create temporary table fresh on commit drop as "
            "select submission_id, contract, record_id, description, period, earlier_key "
            "from arrived where slice = {}"
        ).format(Literal(number))
    )
    session.execute("analyze fresh")
    session.execute(
        "create temporary table fallen on commit drop as "
        "select contract, record_id, earlier_key as person_key from fresh "
        "where earlier_key is not null"
    )
    if number == 0 and found.went:
        _find_gone(session, found)
    session.execute("analyze fallen")


def _find_gone(session: psycopg.Connection, found: Work) -> None:
    """Records of submissions that no longer count, and that no current one has."""
    current = ids(
        session,
        "select submission_id from submission.current_submission where contract in "
        "(select contract from submission.submission where id = any(%s))",
        list(found.went),
    )
    session.execute(
        SQL(
            "insert into fallen select link.contract, link.record_id, link.person_key "
            "from (select distinct contract, record_id from identity.person_record "
            "where submission_id = any({went})) as gone "
            "inner join linkage.person_link as link using (contract, record_id) "
            "where not exists (select from identity.person_record as kept "
            "where kept.submission_id = any({current}) and kept.contract = gone.contract "
            "and kept.record_id = gone.record_id) "
            "and not exists (select from fallen where fallen.contract = link.contract "
            "and fallen.record_id = link.record_id)"
        ).format(went=Literal(list(found.went)), current=Literal(sorted(current)))
    )
