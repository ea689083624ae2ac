"""What a release rests on besides submissions, as it stands in the database: codes, corrections.

A correction is recorded by a mark of what it says, not by the value that it corrects.
"""

from typing import Any

import psycopg

from warehouse.manifest import hash_json
from warehouse.releasing.causes import Decided, Inputs

APPLIED = "harmonised.correction_applied"


def inputs(session: psycopg.Connection[Any]) -> Inputs:
    """The decisions that apply, and the corrections that changed a record."""
    found = session.execute("select id from codes.decision where status = 'approved' order by id")
    return Inputs([number for (number,) in found], _corrections(session))


def decided(session: psycopg.Connection[Any]) -> Decided:
    """What every decision on a code is, those revoked too."""
    found = session.execute(
        "select id, variable, provider, to_char(valid_from, 'YYYY-MM') from codes.decision"
    )
    named = ("variable", "provider", "valid_from")
    return {number: dict(zip(named, said, strict=True)) for number, *said in found}


def _corrections(session: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    is_built = session.execute("select to_regclass(%s) is not null", [APPLIED]).fetchone()
    if is_built != (True,):
        return []
    found = session.execute(f"""
        select contract, period, column_name, source_value, corrected_value from {APPLIED}
        where row_count > 0
        order by contract, period, column_name, source_value collate "C"
    """)
    return [
        {"contract": contract, "period": period, "column": column, "mark": hash_json(said)}
        for contract, period, column, *said in found
    ]
