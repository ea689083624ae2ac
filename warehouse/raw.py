"""The raw stage: one table per contract, one partition per submission, filled by one COPY.

Parent tables follow from the contracts and widen with them; a partition is made detached,
filled in the transaction that records the submission, and attached by the decision.
"""

from collections.abc import Iterable
from io import BytesIO
from queue import Queue
from threading import Thread

import numpy as np
import polars as pl
import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

from warehouse.contracts.contract import Column, Contract
from warehouse.pseudonym import pseudonyms, runs
from warehouse.typed import tolerant, typed

RAW_KEYS = ("part", "line_number")
PART_HEX_DIGITS = 16
"""64 bits of an employer's pseudonym name its part: two of 300,000 agree with a chance of 2e-9."""

SEPARATOR, UNUSED_QUOTE = "\x1f", "\x1e"
"""Between the values of a row on their way in: control characters that no source writes."""
QUEUED_BATCHES = 2
"""Batches waiting for the server: enough to keep it busy, few enough to bound the memory."""


def raw_columns(contract: Contract) -> tuple[str, ...]:
    """The columns of the contract's raw table after submission_id."""
    return (*RAW_KEYS, *(c.name for c in contract.raw_columns))


def ensure_tables(session: psycopg.Connection, contracts: Iterable[Contract]) -> None:
    """Make and widen the parent tables of raw, as the pipeline's own."""
    for contract in contracts:
        ensure_parent(session, "raw", contract.id, raw_columns(contract))
        _comment(session, contract)
        session.execute(
            SQL("grant select on {} to simimo_transform").format(Identifier("raw", contract.id))
        )


def ensure_parent(
    session: psycopg.Connection, schema: str, table: str, columns: tuple[str, ...]
) -> None:
    """Make a table parted by submission, and give it the text columns that it lacks."""
    name = Identifier(schema, table)
    session.execute(
        SQL(
            "create table if not exists {} (submission_id bigint not null) "
            "partition by list (submission_id)"
        ).format(name)
    )
    for column in columns:
        kind = SQL("bigint" if column == "line_number" else "text")
        session.execute(
            SQL("alter table {} add column if not exists {} {}").format(
                name, Identifier(column), kind
            )
        )


def _comment(session: psycopg.Connection, contract: Contract) -> None:
    table = Identifier("raw", contract.id)
    text = f"{contract.title['fr']} ({contract.provider}), enregistrements tels que reçus"
    session.execute(SQL("comment on table {} is {}").format(table, Literal(text)))
    keys = {
        "submission_id": "Numéro du dépôt",
        "part": "Part du dépôt : vide, ou pseudonyme",
        "line_number": "Ligne dans le fichier reçu",
    }
    texts = keys | {c.name: _column_comment(c) for c in contract.raw_columns}
    for column, comment in texts.items():
        session.execute(
            SQL("comment on column {} is {}").format(
                Identifier("raw", contract.id, column), Literal(comment)
            )
        )


def _column_comment(column: Column) -> str:
    if column.identifier_type:
        return f"{column.labels['fr']} (pseudonyme)"
    if column.identity_role == "birth_date":
        return f"{column.labels['fr']} (année et mois)"
    return column.labels["fr"]


def raw_frame(batch: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The rows of a batch as raw keeps them: verbatim text, pseudonyms, year and month of birth."""
    kept = [_kept(batch, column) for column in contract.raw_columns]
    return pl.DataFrame([batch["line_number"], part_pseudonyms(batch["part"]), *kept])


def part_pseudonyms(parts: pl.Series) -> pl.Series:
    """Parts under a pseudonym, a supplement kept (e.g. 0001234/DSC1 -> 9f...e2/DSC1)."""
    values, run = runs(parts)
    split = values.str.splitn("/", 2).struct.unnest()
    numbers = pseudonyms(split["field_0"], "affiliate").str.slice(0, PART_HEX_DIGITS)
    supplements = "/" + split["field_1"]
    return (numbers.fill_null("") + supplements.fill_null("")).gather(run).alias("part")


def _kept(batch: pl.DataFrame, column: Column) -> pl.Series:
    if column.identifier_type:
        return pseudonyms(identifiers_of(batch, column), column.identifier_type)
    if column.identity_role == "birth_date":
        return typed_text(batch, column).str.slice(0, 7)
    return batch[column.name]


def identifiers_of(batch: pl.DataFrame, column: Column) -> pl.Series:
    """The identifiers of a column, null where a value stands for none."""
    values = batch[column.name]
    return values.replace(list(column.placeholders), None) if column.placeholders else values


def typed_text(batch: pl.DataFrame, column: Column) -> pl.Series:
    """The values of a column as text, dates as ISO 8601 (e.g. 1985-03-12)."""
    if column.type != "date":
        return batch[column.name]
    text = pl.col(column.name)
    day = pl.coalesce(typed(column, text), typed(column, tolerant(column, text)))
    return batch.select(day.cast(pl.String))[column.name]


def partition_name(schema: str, table: str, submission_id: int) -> Identifier:
    """The partition of one submission, e.g. raw.cnss_declarations_s42."""
    return Identifier(schema, f"{table}_s{submission_id}")


def create_partition(
    session: psycopg.Connection, schema: str, table: str, submission_id: int
) -> Identifier:
    """Make the detached partition of a submission; its check spares the scan when attached."""
    name = partition_name(schema, table, submission_id)
    session.execute(
        SQL("create table {} (like {} including comments)").format(name, Identifier(schema, table))
    )
    session.execute(
        SQL(
            "alter table {} alter column submission_id set default {n}, "
            "add constraint one_submission check (submission_id = {n})"
        ).format(name, n=Literal(submission_id))
    )
    return name


def attach_partition(
    session: psycopg.Connection, schema: str, table: str, submission_id: int
) -> None:
    """Make the rows of a submission visible in its parent table."""
    session.execute(
        SQL("alter table {} attach partition {} for values in ({})").format(
            Identifier(schema, table),
            partition_name(schema, table, submission_id),
            Literal(submission_id),
        )
    )


def drop_partition(
    session: psycopg.Connection, schema: str, table: str, submission_id: int
) -> None:
    """Remove the rows of a submission that was not accepted."""
    session.execute(
        SQL("drop table if exists {}").format(partition_name(schema, table, submission_id))
    )


class CopyWriter:
    """COPY fed from a second thread, so that reading and the server work side by side.

    Batches may go to several tables in turn; each is one COPY of the session's transaction.
    """

    def __init__(self, session: psycopg.Connection):
        self._session = session
        self._queue: Queue[tuple[Composed, bytes] | None] = Queue(maxsize=QUEUED_BATCHES)
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def write(self, table: Identifier, frame: pl.DataFrame) -> None:
        """Hand a batch over; raises what the server refused of an earlier one.

        The text is made here: the second thread only sends, and the server never waits for it.
        """
        self._raise_failure()
        self._queue.put(_copy(table, frame))

    def close(self) -> None:
        """Wait until the server has taken everything handed over."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while (batch := self._queue.get()) is not None:
            if self._failure is None:
                try:
                    _send(self._session, *batch)
                except BaseException as failure:
                    self._failure = failure


def copy_frame(session: psycopg.Connection, table: Identifier, frame: pl.DataFrame) -> None:
    """Append the rows of `frame` to `table` by one COPY, matching columns by name."""
    _send(session, *_copy(table, frame))


def _copy(table: Identifier, frame: pl.DataFrame) -> tuple[Composed, bytes]:
    """The COPY statement that takes the rows of `frame`, and their text."""
    # Quoting takes four times as long as the rest of the writing, and is seldom needed.
    rows, options = _plain_csv(frame), _plain_options(frame)
    if rows is None:
        rows, options = _quoted_csv(frame), Composed([SQL("format csv")])
    names = SQL(", ").join(map(Identifier, frame.columns))
    return SQL("copy {} ({}) from stdin ({})").format(table, names, options), rows


def _quoted_csv(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_csv(buffer, include_header=False)
    return buffer.getvalue()


def _plain_options(frame: pl.DataFrame) -> Composed:
    # Empty text and null are written alike: a column without nulls means the first.
    whole = [Identifier(c.name) for c in frame.select(pl.col(pl.String)) if not c.null_count()]
    options = SQL("format csv, delimiter {}, quote {}").format(SEPARATOR, UNUSED_QUOTE)
    if not whole:
        return options
    return options + SQL(", force_not_null ({})").format(SQL(", ").join(whole))


def _plain_csv(frame: pl.DataFrame) -> bytes | None:
    """The rows of `frame` without quotes; None where a value could be mistaken for structure."""
    if any(_holds_empty_and_null(c) for c in frame.select(pl.col(pl.String))):
        return None
    buffer = BytesIO()
    frame.write_csv(buffer, include_header=False, separator=SEPARATOR, quote_style="never")
    rows = buffer.getvalue()
    codes = np.frombuffer(rows, np.uint8)
    is_plain = (
        b"\r" not in rows
        and UNUSED_QUOTE.encode() not in rows
        and np.count_nonzero(codes == ord("\n")) == frame.height
        and np.count_nonzero(codes == ord(SEPARATOR)) == frame.height * (frame.width - 1)
    )
    return rows if is_plain else None


def _holds_empty_and_null(column: pl.Series) -> bool:
    return 0 < column.null_count() < column.len() and bool((column == "").any())


def _send(session: psycopg.Connection, statement: Composed, rows: bytes) -> None:
    with session.cursor().copy(statement) as copy:
        copy.write(rows)
