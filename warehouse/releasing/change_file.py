"""Changed cells as a file: CSV for a spreadsheet, JSON for a program; values exact."""

import csv
import io
import json
from collections.abc import Iterator

from warehouse.indicator import Labels
from warehouse.messages import LANGUAGES, words
from warehouse.observation_file import number_text
from warehouse.release_views import SPECIMEN
from warehouse.releasing.causes import REASONS
from warehouse.releasing.changes import CONTENT, Change, ChangePage, Said

PARTS = ", "


def reason_labels() -> dict[str, Labels]:
    """What each reason of a change is called, in the three languages."""
    return {reason: words("releasing")[f"reason_{reason}"] for reason in REASONS}


def changes_json(page: ChangePage, is_specimen: bool) -> bytes:
    """The changes as JSON, with what each reason is called.

    {"specimen": true, "reasons": {"new_month": {"fr": ...}}, "changes": [{"dataflow": "DF_X",
     "freq": "M", "key": {"sex": "F"}, "time_period": "2025-12", "old": null,
     "new": {"obs_value": 12, "obs_status": "P", "conf_status": "F"},
     "reasons": ["new_month"]}], "next_cursor": null}
    """
    head = json.dumps({"specimen": is_specimen, "reasons": reason_labels()}, ensure_ascii=False)
    rows = ",\n".join(map(_json_change, page.changes))
    cursor = json.dumps(page.next_cursor)
    return f'{head[:-1]}, "changes": [\n{rows}\n], "next_cursor": {cursor}}}\n'.encode()


def _json_change(change: Change) -> str:
    named = {
        "dataflow": change.dataflow,
        "freq": change.freq,
        "key": change.key,
        "time_period": change.time_period,
    }
    head = json.dumps(named, ensure_ascii=False)[:-1]
    reasons = json.dumps(change.reasons)
    old, new = (_json_said(said) for said in (change.old, change.new))
    return f'{head}, "old": {old}, "new": {new}, "reasons": {reasons}}}'


def _json_said(said: Said | None) -> str:
    """One side of a change; the value is written as the decimal text it is."""
    if said is None:
        return "null"
    rest = json.dumps({"obs_status": said.obs_status, "conf_status": said.conf_status})
    return f'{{"obs_value": {number_text(said.obs_value)}, {rest[1:]}'


def changes_csv(page: ChangePage, is_specimen: bool) -> bytes:
    """The changes as CSV: the cell, what was said, what is said now, the reasons in words.

    dataflow,freq,key,time_period,old_obs_value,...,new_conf_status,reasons,reasons_fr,...
    DF_X,M,"citizenship=SN, sex=F",2025-12,12,P,F,13,A,F,new_month,nouvelle période,...
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    sides = [f"{side}_{name}" for side in ("old", "new") for name in CONTENT]
    told = ["reasons", *(f"reasons_{lang}" for lang in LANGUAGES)]
    mark = [SPECIMEN] if is_specimen else []
    writer.writerow(
        ["dataflow", "freq", "key", "time_period", *sides, *told, *(["specimen"] if mark else [])]
    )
    writer.writerows([*_csv_cells(change), *mark] for change in page.changes)
    return file.getvalue().encode()


def _csv_cells(change: Change) -> Iterator[str | None]:
    yield from (change.dataflow, change.freq)
    yield PARTS.join(f"{dimension}={code}" for dimension, code in change.key.items())
    yield change.time_period
    for said in (change.old, change.new):
        yield from (getattr(said, name) if said else None for name in CONTENT)
    yield PARTS.join(change.reasons)
    labels = reason_labels()
    for lang in LANGUAGES:
        yield PARTS.join(labels[reason][lang] for reason in change.reasons)
