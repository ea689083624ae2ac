"""What the ledger costs those who act: one entry, many who append at once, a small file received.

The limit of an entry is a row of the same width committed to a table of its own.
"""

import statistics
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from bench.figure import Figure, seconds
from bench.home import own_home

ENTRIES = 2_000
WORKERS = 8
FILES = 30
ROWS = 50
MILLISECONDS = 1_000

BARE = "insert into bench_bare (a, b, c) values ('nadia', 'review', '{\"pairs\":1}')"


def ledger() -> Iterator[Figure]:
    """Appending, verifying, and receiving small files with and without entries."""
    with own_home() as home:
        yield from _appending()
        yield from _receiving(home)


def _appending() -> Iterator[Figure]:
    from warehouse.database import connect
    from warehouse.ledger import reading
    from warehouse.ledger.acts import append

    def enter(session: "psycopg.Connection[Any]") -> None:
        append(session, "pairs_shown", "review", {"pairs": 1}, "nadia")

    with connect() as owner:
        owner.execute("create table bench_bare (a text, b text, c text)")
        owner.execute("grant insert on bench_bare to simimo_pipeline")
    bare = _committed(lambda session: session.execute(BARE))
    yield Figure("bare_commit_ms", bare * MILLISECONDS, "ms", "the limit: a row, committed")
    one = _committed(enter)
    yield Figure("ledger_append_ms", one * MILLISECONDS, "ms", "an entry, committed")
    rate = WORKERS * ENTRIES / seconds(lambda: _together(enter))
    yield Figure("ledger_appends_per_s", rate, "entries/s", f"{WORKERS} who append at once")
    with connect("simimo_pipeline") as session:
        spent = seconds(lambda: reading.verify(session))
        found = reading.verify(session)
    assert not found.faults
    yield Figure("ledger_verify_per_s", found.entries / spent, "entries/s", "read and recomputed")


Work = Callable[["psycopg.Connection[Any]"], object]


def _committed(work: Work) -> float:
    """The median seconds of one act and its commit."""
    from warehouse.database import connect

    def once() -> None:
        work(session)
        session.commit()

    with connect("simimo_pipeline") as session:
        return statistics.median(seconds(once) for _ in range(ENTRIES))


def _together(work: Work) -> None:
    from warehouse.database import connect

    def many() -> None:
        with connect("simimo_pipeline") as session:
            for _ in range(ENTRIES):
                work(session)
                session.commit()

    workers = [threading.Thread(target=many) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _receiving(home: Path) -> Iterator[Figure]:
    """The same small files, turn about with entries and without."""
    from warehouse.database import connect

    spent: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * FILES):
        spent[number % 2 == 0].append(_received(home, number, number % 2 == 0))
    without, with_entries = (statistics.median(spent[is_on]) for is_on in (False, True))
    yield Figure("receive_small_bare_ms", without * MILLISECONDS, "ms", f"{ROWS} rows, no entry")
    yield Figure("receive_small_ms", with_entries * MILLISECONDS, "ms", f"{ROWS} rows, two entries")
    with connect() as owner:
        assert owner.execute("select count(*) from submission.submission").fetchone() == (
            2 * FILES,
        )


def _received(home: Path, number: int, has_entries: bool) -> float:
    from tests.factories import many, write_csv
    from warehouse import loading, submission
    from warehouse.database import connect

    rows = many(
        ROWS,
        numero_affilie="0000001",
        numero_assure="000{:06d}",
        salaire_reel=str(600_000 + number),
    )
    path = write_csv(home / f"SPECIMEN_{number}.csv", "cnss_declarations", *rows)

    def receive() -> None:
        report = submission.receive_file(
            path, "cnss_declarations", "2026-03", is_specimen=True, gate=False
        )
        assert report.state == "accepted"

    if has_entries:
        return seconds(receive)
    with connect() as owner:
        owner.execute("alter table submission.submission disable trigger act_has_entry")
    with patch.object(loading, "_enter"), patch.object(submission, "_enter"):
        spent = seconds(receive)
    with connect() as owner:
        owner.execute("alter table submission.submission enable trigger act_has_entry")
    return spent
