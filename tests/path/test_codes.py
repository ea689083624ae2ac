"""An unknown code is counted and kept as _U; once decided, the rows take the code by themselves."""

import pytest

from tests.factories import many, write_csv
from warehouse.build import build
from warehouse.database import connect
from warehouse.submission import receive_file

pytestmark = pytest.mark.path

CONTRACT, PERIOD = "dgsn_residence_titles", "2026-03"
KNOWN, UNKNOWN = 40, 2


def test_an_unknown_code_waits_for_the_desk(warehouse_database, tmp_path):
    known = many(KNOWN, numero_titre="Z{:06d}Z")
    unknown = ({"numero_titre": f"Z9{n:05d}Z", "nationalite": "ATLANTE"} for n in range(UNKNOWN))
    path = write_csv(tmp_path / "SPECIMEN.csv", CONTRACT, *known, *unknown)
    report = receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False)
    assert (report.state, report.total("warning")) == ("accepted", UNKNOWN)
    build()
    assert _citizenships() == {"SN": KNOWN, "_U": UNKNOWN}
    with connect("simimo_analyst") as session:
        (waiting,) = session.execute(
            "select variable, source_code, row_count from harmonised.unmapped_code"
        ).fetchall()
    assert waiting == ("area", "ATLANTE", UNKNOWN)
    with connect("simimo_pipeline") as session:
        session.execute(
            "insert into codes.decision (variable, provider, source_code, code, quality, "
            "decided_by) values ('area', 'dgsn', 'ATLANTE', 'ML', 'close', 'nadia')"
        )
        session.commit()
    build()
    assert _citizenships() == {"SN": KNOWN, "ML": UNKNOWN}


def _citizenships() -> dict[str, int]:
    with connect("simimo_analyst") as session:
        rows = session.execute(
            "select citizenship_code, count(*) from harmonised.residence_permit group by 1"
        )
        return dict(rows.fetchall())
