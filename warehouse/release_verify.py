"""Verifying a release: its hashes recomputed from what is stored, or from the files themselves.

What is stored is observations, definitions and code lists; they are held to the manifest, to the
hashes beside them, and to the entry of the ledger.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier, Literal

from warehouse.errors import SimimoError, UnknownRelease
from warehouse.ledger.entry import hash_of
from warehouse.ledger.reading import entries
from warehouse.manifest import code_version, hash_json, observation_bytes, release_hash
from warehouse.messages import message, words
from warehouse.release_source import current_submissions
from warehouse.release_tables import CONTENT_COLUMNS, OBSERVATION_COLUMNS
from warehouse.releasing.drafting import last_release
from warehouse.releasing.inputs import inputs
from warehouse.releasing.instant import instant_text
from warehouse.releasing.published import NothingReleased

if TYPE_CHECKING:
    import polars as pl

    from warehouse.manifest import ReleasedDataflow

Manifest = Mapping[str, Any]

COLUMNS_BEFORE_THE_CATALOGUE = (
    *("dataflow", "freq", "ref_area", "citizenship", "sex", "age", "activity", "occupation"),
    *("reason", "permit_type", "application_type", "leave_category", "destination"),
    *("education", "status", "time_period", *CONTENT_COLUMNS),
)
"""The columns hashed by releases whose manifest does not name them, before migration 0012."""

SHOWN_OF_HASH = 16


class NotTheNewest(SimimoError):
    """Only the newest release can be made again: later files have replaced earlier ones."""

    key = "release_not_newest"


class NotComparable(SimimoError):
    """Something that the release was made from has changed since; `detail` says what."""

    key = "release_not_comparable"


@dataclass(frozen=True)
class Difference:
    """Something of a release that is not what its hash, count or entry says.

    `what` names it among the words of the ledger; `dataflow` is empty of the release as a whole.
    """

    what: str
    dataflow: str
    expected: str
    found: str


@dataclass(frozen=True)
class Verification:
    """What recomputing a release gave: its hash, and every difference."""

    number: int
    content_hash: str
    is_rebuilt: bool
    differences: tuple[Difference, ...]

    def text(self, lang: str = "fr") -> str:
        """One sentence, and a line for each difference."""
        form = "rebuilt" if self.is_rebuilt else "stored"
        key = f"release_{form}_{'differs' if self.differences else 'verified'}"
        values = {"release": self.number, "content_hash": self.content_hash}
        said = message(key, lang, **values, count=len(self.differences))
        return "\n".join([said.text, *(_line(d, lang) for d in self.differences), said.hint])

    def to_json(self) -> dict[str, Any]:
        """The verification as plain JSON values."""
        return asdict(self)


def _line(difference: Difference, lang: str) -> str:
    what = words("ledger")["differences"][difference.what][lang]
    named = f"{difference.dataflow} : {what}" if difference.dataflow else what
    return f"  {named} : {difference.expected[:SHOWN_OF_HASH]} ≠ {difference.found[:SHOWN_OF_HASH]}"


def verify(number: int | None = None) -> Verification:
    """Recompute the hash of a release (the newest) from what is stored; raises UnknownRelease.

    A release whose embargo runs is verified like any other, before anybody can read it.
    """
    from warehouse.database import connect

    with connect("simimo_pipeline") as session:
        found, told = _put_out(session, number)
        hashes: dict[str, str] = {}
        differences = list(_dataflows(session, found, told, hashes))
        recomputed = hash_json(sorted([name, content] for name, content in hashes.items()))
        differences += [*_whole(session, found, told, recomputed), *_entry(session, found, told)]
    return Verification(found, recomputed, False, tuple(differences))


def _put_out(session: psycopg.Connection[Any], number: int | None) -> tuple[int, Manifest]:
    """The number and the manifest of a release (the newest), readable or waiting for its instant.

    Raises UnknownRelease, also for a draft, and NothingReleased.
    """
    last = last_release(session)
    if last is None:
        raise NothingReleased
    if number is None:
        return last.number, last.manifest
    found = session.execute(
        "select manifest from release.release where number = %s and status = 'published'", [number]
    ).fetchone()
    if found is None:
        raise UnknownRelease(release=number, latest=last.number)
    return number, found[0]


def _dataflows(
    session: psycopg.Connection[Any], number: int, told: Manifest, hashes: dict[str, str]
) -> Iterator[Difference]:
    """What differs of each dataflow; `hashes` takes what each hashes to."""
    with session.cursor(row_factory=dict_row) as cursor:
        frozen = cursor.execute(
            """
            select f.dataflow, f.definition_hash, f.code_lists_hash, f.content_hash,
                f.is_specimen, definition.content as definition, lists.content as code_lists
            from release.frozen_dataflow as f
            left join release.frozen_content as definition on f.definition_hash = definition.hash
            left join release.frozen_content as lists on f.code_lists_hash = lists.hash
            where f.number = %s order by f.dataflow
            """,
            [number],
        ).fetchall()
    for row in frozen:
        said = told["dataflows"].get(row["dataflow"])
        if said is None:
            yield Difference("manifest", row["dataflow"], "–", "+")
            continue
        found = _recomputed(session, number, row, told, said)
        hashes[row["dataflow"]] = found["content_hash"]
        yield from _compared(row["dataflow"], found, (row, said))
    for name in sorted(set(told["dataflows"]) - {row["dataflow"] for row in frozen}):
        yield Difference("manifest", name, "+", "–")


def _recomputed(
    session: psycopg.Connection[Any],
    number: int,
    row: Mapping[str, Any],
    told: Manifest,
    said: Mapping[str, Any],
) -> dict[str, Any]:
    """What the stored content of a dataflow hashes and counts to."""
    observed = [
        _observed(session, number, row["dataflow"], columns) for columns in _column_lists(told)
    ]
    stored = next(
        (o for o in observed if o["observations_hash"] == said["observations_hash"]), observed[0]
    )
    found = {
        **stored,
        "definition_hash": hash_json(row["definition"]),
        "code_lists_hash": hash_json(row["code_lists"]),
        "is_specimen": row["is_specimen"],
    }
    seen = [found[name] for name in ("observations_hash", "definition_hash", "code_lists_hash")]
    return found | {"content_hash": hash_json([row["dataflow"], row["is_specimen"], *seen])}


def _compared(
    dataflow: str, found: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    """Where what was recomputed is not what the tables or the manifest claim, each told once."""
    for name, value in found.items():
        claimed = [_text(claim[name]) for claim in claims if name in claim]
        wrong = [text for text in claimed if text != _text(value)]
        if wrong:
            yield Difference(name.removesuffix("_hash"), dataflow, wrong[0], _text(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _column_lists(told: Manifest) -> Sequence[Sequence[str]]:
    named = told.get("observation_columns")
    return [named] if named else [OBSERVATION_COLUMNS, COLUMNS_BEFORE_THE_CATALOGUE]


def _observed(
    session: psycopg.Connection[Any], number: int, dataflow: str, columns: Sequence[str]
) -> dict[str, Any]:
    """The hash and the counts of the stored observations of a dataflow, by these columns."""
    rows = _read(session, number, dataflow, columns)
    series = [c for c in columns if c not in ("dataflow", "time_period", *CONTENT_COLUMNS)]
    content = observation_bytes(rows, series, columns)
    withheld = rows.filter(obs_status="Q")["conf_status"].value_counts()
    return {
        "observations_hash": hashlib.sha256(content).hexdigest(),
        "observations": rows.height,
        "withheld": dict(withheld.iter_rows()),
    }


def _read(
    session: psycopg.Connection[Any], number: int, dataflow: str, columns: Sequence[str]
) -> "pl.DataFrame":
    import io

    import polars as pl

    query = SQL("""
        copy (
            select {columns} from release.observation
            where dataflow = {dataflow} and valid_from_release <= {number}
                and (valid_to_release is null or valid_to_release > {number})
        ) to stdout (format csv)
    """).format(
        columns=SQL(", ").join(map(Identifier, columns)),
        dataflow=Literal(dataflow),
        number=Literal(number),
    )
    with session.cursor() as cursor, cursor.copy(query) as lines:
        content = b"".join(bytes(line) for line in lines)
    schema = dict.fromkeys(columns, pl.String())
    if not content:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(io.BytesIO(content), has_header=False, schema=schema)


def _whole(
    session: psycopg.Connection[Any], number: int, told: Manifest, recomputed: str
) -> Iterator[Difference]:
    row = session.execute(
        "select content_hash from release.release where number = %s", [number]
    ).fetchone()
    assert row is not None
    yield from _compared("", {"content_hash": recomputed}, ({"content_hash": row[0]}, told))


def _entry(session: psycopg.Connection[Any], number: int, told: Manifest) -> Iterator[Difference]:
    """Where the ledger does not tell of the release what the manifest says that it does."""
    anchor = told.get("ledger")
    if anchor is None:
        return
    found = next(entries(session, first=anchor["number"]), None)
    if found is None or found.number != anchor["number"]:
        yield Difference("ledger", "", str(anchor["hash"]), "–")
        return
    claims = {"hash": anchor["hash"], "subject": f"release/{number}"}
    facts = {"hash": hash_of(found), "subject": found.subject}
    content = json.loads(found.content)
    claims["content"], facts["content"] = told["content_hash"], content.get("content_hash", "–")
    claims["instant"] = instant_text(datetime.fromisoformat(told["released_at"]))
    facts["instant"] = _instant_entered(session, number)
    for name, claim in claims.items():
        if claim != facts[name]:
            yield Difference("ledger", "", str(claim), str(facts[name]))


def _instant_entered(session: psycopg.Connection[Any], number: int) -> str:
    """The instant of a release as the ledger tells it last: its publication, or its embargo."""
    found = session.execute(
        """
        select cast(content as jsonb) ->> 'released_at' from ledger.entry
        where subject = %s and action in ('release_published', 'release_embargo_moved')
        order by number desc limit 1
        """,
        [f"release/{number}"],
    ).fetchone()
    return str(found[0]) if found and found[0] else "–"


def verify_from_raw(number: int | None = None) -> Verification:
    """Build everything anew from raw and compare its hash with that of the newest release.

    Raises NotTheNewest, and NotComparable where files, decisions or the code have changed since.
    """
    from warehouse.build import build
    from warehouse.database import connect, locked
    from warehouse.indicator import dataflows
    from warehouse.release import frozen_now

    with connect("simimo_pipeline") as session:
        latest, told = _put_out(session, None)
        asked, _ = _put_out(session, number)
        if asked != latest:
            raise NotTheNewest(release=asked, latest=latest)
        _require_unchanged(session, told)
    build(full=True)
    with connect("simimo_pipeline") as session, locked(session, "build"):
        made = [f.released for f in frozen_now(session, dataflows()).frozen]
    differences = tuple(_rebuilt_differences(made, told))
    return Verification(asked, release_hash(made), True, differences)


def _require_unchanged(session: psycopg.Connection[Any], told: Manifest) -> None:
    """Raise NotComparable where the newest release was made from something else than stands now."""
    changed = []
    now, then = code_version(), told["code_version"]
    if (now.package, now.models_hash) != (then["package"], then["models_hash"]):
        changed.append(f"{then['package']} {then['models_hash'][:SHOWN_OF_HASH]}")
    before = {(s["id"], s["sha256"]) for s in told["submissions"]}
    used = {s["contract"] for s in told["submissions"]}
    today = {(s.id, s.sha256) for s in current_submissions(session) if s.contract in used}
    changed += [f"submission {number}" for number, _ in sorted(before ^ today)]
    changed += [f"decision {number}" for number in _decided_since(session, told)]
    if changed:
        raise NotComparable(", ".join(changed), release=told["number"])


def _decided_since(session: psycopg.Connection[Any], told: Manifest) -> list[int]:
    """The decisions on codes that apply now and did not then, or did then and no longer apply."""
    if "inputs" in told:
        return sorted(set(told["inputs"]["decisions"]) ^ set(inputs(session).decisions))
    found = session.execute(
        "select id from codes.decision where status <> 'proposed' "
        "and greatest(decided_at, approved_at, revoked_at) > %s order by id limit 1",
        [told["released_at"]],
    )
    return [int(number) for (number,) in found]


def _rebuilt_differences(
    made: Sequence["ReleasedDataflow"], told: Manifest
) -> Iterator[Difference]:
    names = ("observations_hash", "definition_hash", "code_lists_hash", "observations", "withheld")
    known = {d.dataflow: d for d in made}
    for name in sorted(known.keys() | told["dataflows"].keys()):
        if name not in known or name not in told["dataflows"]:
            yield Difference("manifest", name, *(("+", "–") if name not in known else ("–", "+")))
            continue
        found = {key: getattr(known[name], key) for key in names}
        yield from _compared(name, found, (told["dataflows"][name],))
