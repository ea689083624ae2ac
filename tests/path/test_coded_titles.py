"""Job titles reach the records as codes; what is not sure waits for the desk."""

import pytest

from tests.factories import many, write_csv
from warehouse.build import build
from warehouse.database import connect
from warehouse.submission import receive_file

pytestmark = pytest.mark.path

CONTRACT, PERIOD = "dgsn_residence_titles", "2026-03"
MASONS, UNSURE = 3, 2


def test_a_title_is_coded_or_waits_for_the_desk(built_database, tmp_path):
    rows = [
        *many(MASONS, numero_titre="Z{:06d}Z", profession="maçon"),
        *many(UNSURE, numero_titre="Z9{:05d}Z", profession="MANAGER DE BENNANI 0661"),
    ]
    path = write_csv(tmp_path / "SPECIMEN.csv", CONTRACT, *rows)
    receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False)
    build()
    assert _occupations() == {"7112": MASONS, "_U": UNSURE}
    assert _waiting() == [("occupation_title", "MANAGER DE •••", UNSURE)]
    with connect() as session:
        session.execute(
            "insert into codes.decision (variable, provider, source_code, code, quality, "
            "decided_by) values ('occupation_title', '*', 'manager de •••', '1120', 'close', "
            "'nadia')"
        )
        session.commit()
    build()
    assert _occupations() == {"7112": MASONS, "1120": UNSURE}
    assert _waiting() == []
    assert build().steps == 0


def _occupations() -> dict[str, int]:
    with connect("simimo_analyst") as session:
        rows = session.execute(
            "select occupation_code, count(*) from harmonised.residence_permit group by 1"
        )
        return dict(rows.fetchall())


def _waiting() -> list[tuple[str, str, int]]:
    with connect("simimo_analyst") as session:
        return session.execute(
            "select variable, source_code, row_count from harmonised.unmapped_code"
        ).fetchall()
