"""The chain of entries: its canonical bytes, and every way of tampering that a verifier finds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.ledger.entry import (
    FIRST_PREVIOUS,
    Anchor,
    Entry,
    Fault,
    InvalidAnchor,
    canonical_bytes,
    canonical_content,
    faults,
    hash_of,
)

START = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)


def chain(*contents: dict[str, object]) -> list[Entry]:
    """Entries with these contents, each linked to the one before."""
    made: list[Entry] = []
    for number, content in enumerate(contents, start=1):
        bare = Entry(
            number,
            START + timedelta(microseconds=number),
            "simimo_owner",
            "nadia",
            "submission_received",
            f"submission/{number}",
            canonical_content(content),  # type: ignore[arg-type]
            made[-1].hash if made else FIRST_PREVIOUS,
            "",
        )
        made.append(replace(bare, hash=hash_of(bare)))
    return made


def relinked(entries: list[Entry], start: int = 0) -> list[Entry]:
    """The entries with every hash from `start` on computed anew, as a forger would."""
    made = list(entries[:start])
    for entry in entries[start:]:
        linked = replace(entry, previous_hash=made[-1].hash if made else FIRST_PREVIOUS)
        made.append(replace(linked, hash=hash_of(linked)))
    return made


PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
# Few characters, each awkward in its own way: hypothesis need not learn all of Unicode first.
WORDS = st.text(st.sampled_from('ab"\\/\n\x01\x7fé\u2028ع🧾'), max_size=8)
CONTENTS = st.lists(
    st.dictionaries(WORDS, WORDS | st.integers() | st.booleans(), max_size=4),
    min_size=2,
    max_size=6,
)


def test_the_canonical_bytes_of_an_entry() -> None:
    (entry,) = chain({"period": "2026-03", "contract": "cnss_declarations", "row_count": 12})
    assert canonical_bytes(entry).decode() == (
        '[1,"2026-03-02T08:15:00.000001Z","simimo_owner","nadia","submission_received",'
        '"submission/1",{"contract":"cnss_declarations","period":"2026-03","row_count":12},'
        f'"{"0" * 64}"]'
    )


def test_an_instant_of_another_time_zone_has_the_same_bytes() -> None:
    (entry,) = chain({})
    from zoneinfo import ZoneInfo

    there = replace(entry, recorded_at=entry.recorded_at.astimezone(ZoneInfo("Africa/Casablanca")))
    assert canonical_bytes(there) == canonical_bytes(entry)


@PATIENT
@given(CONTENTS)
def test_a_chain_that_nobody_touched_has_no_fault(contents: list[dict[str, object]]) -> None:
    made = chain(*contents)
    assert list(faults(made, [e.anchor for e in made])) == []


@PATIENT
@given(CONTENTS, st.data())
def test_a_changed_entry_is_found(contents: list[dict[str, object]], data: st.DataObject) -> None:
    made = chain(*contents)
    place = data.draw(st.integers(0, len(made) - 1))
    column = data.draw(st.sampled_from(["actor", "action", "subject", "account", "recorded_at"]))
    before = getattr(made[place], column)
    after = before + (timedelta(microseconds=1) if column == "recorded_at" else "x")
    made[place] = replace(made[place], **{column: after})
    assert Fault("changed", place + 1) in list(faults(made))


@PATIENT
@given(CONTENTS, st.data())
def test_a_deleted_entry_is_found(contents: list[dict[str, object]], data: st.DataObject) -> None:
    made = chain(*contents)
    place = data.draw(st.integers(0, len(made) - 2))
    del made[place]
    kinds = {f.kind for f in faults(made)}
    assert {"missing", "unlinked"} <= kinds


@PATIENT
@given(CONTENTS, st.data())
def test_two_swapped_entries_are_found(
    contents: list[dict[str, object]], data: st.DataObject
) -> None:
    made = chain(*contents)
    one = data.draw(st.integers(0, len(made) - 2))
    made[one], made[one + 1] = (
        replace(made[one + 1], number=one + 1),
        replace(made[one], number=one + 2),
    )
    assert {f.kind for f in faults(made)} >= {"changed", "unlinked"}


@PATIENT
@given(CONTENTS, st.data())
def test_a_cut_tail_is_found_by_an_anchor_alone(
    contents: list[dict[str, object]], data: st.DataObject
) -> None:
    made = chain(*contents)
    anchor = replace(made[-1].anchor, place="release 4")
    kept = made[: data.draw(st.integers(0, len(made) - 1))]
    assert list(faults(kept)) == []
    assert list(faults(kept, [anchor])) == [Fault("cut", anchor.number, "release 4")]


@PATIENT
@given(CONTENTS, st.data())
def test_a_chain_computed_anew_is_found_by_an_anchor_alone(
    contents: list[dict[str, object]], data: st.DataObject
) -> None:
    made = chain(*contents)
    anchor = replace(made[-1].anchor, place="receipt")
    place = data.draw(st.integers(0, len(made) - 1))
    made[place] = replace(made[place], actor="somebody else")
    forged = relinked(made, place)
    assert list(faults(forged)) == []
    assert list(faults(forged, [anchor])) == [Fault("rewritten", anchor.number, "receipt")]


def test_content_that_is_not_canonical_is_found() -> None:
    (entry,) = chain({"b": 1, "a": 2})
    told = replace(entry, content='{"b":1,"a":2}')
    assert list(faults([replace(told, hash=hash_of(told))])) == [Fault("uncanonical", 1)]


@pytest.mark.parametrize(
    "text", ["", "12", "12:abc", f"0:{'a' * 64}", f"1:{'A' * 64}", f"-1:{'a' * 64}"]
)
def test_an_anchor_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidAnchor):
        Anchor.parsed(text)


def test_an_anchor_is_read_as_a_receipt_writes_it() -> None:
    found = Anchor.parsed(f" 12:{'a' * 64}\n")
    assert (found.number, found.hash) == (12, "a" * 64)
