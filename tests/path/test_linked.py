"""The linked stage on the real path: one person of four institutions, counted once."""

import pytest

from tests.factories import write_csv
from warehouse import submission
from warehouse.build import build
from warehouse.database import connect

pytestmark = pytest.mark.path

AMINATA = {"nom": "DIOP", "prenom": "AMINATA", "sexe": "F", "date_naissance": "17/05/1990"}
MOUSSA = {"nom": "KONE", "prenom": "MOUSSA", "sexe": "M", "date_naissance": "02/11/1984"}
ADAMA = {"nom": "TRAORE", "prenom": "ADAMA", "sexe": "M", "date_naissance": "23/07/1979"}
FILES = {
    "dgsn_residence_titles": (
        {"numero_titre": "Z000001Z", "numero_passeport": "ZZ0000001", **AMINATA},
        {"numero_titre": "Z000002Z", "numero_passeport": "ZZ0000002", **MOUSSA},
    ),
    "miepeec_contract_visas": ({"numero_passeport": "ZZ0000001", **AMINATA},),
    "cnss_immatriculations": (
        {
            "numero_assure": "000000001",
            "nationalite": "686",
            "numero_cin": None,
            "numero_titre_sejour": "Z000001Z",
            **AMINATA,
        },
    ),
    "cnss_declarations": (
        {"numero_assure": "000000001", "nom": "DIOP", "prenom": "AMINATA"},
        {"numero_assure": "000000009", "nom": "INCONNU", "prenom": "JAMAIS"},
    ),
    "anapec_job_seekers": (
        {"numero_titre_sejour": "Z000001Z", **AMINATA, "sexe": "2"},
        {"numero_inscription": "000000124", **ADAMA, "sexe": "1"},
    ),
}
PERSONS = """
    select source_count, is_linked, record_count, citizenship_code from linked.person
    order by source_count desc, record_count desc, citizenship_code
"""
EPISODES = """
    select status_code from linked.episode
    where person_key = (select person_key from linked.person order by source_count desc limit 1)
    order by status_code
"""
HOLDERS = """
    select status, cast(obs_value as integer) from indicators.df_title_holder
    where citizenship = '_T' and sex = '_T' and ref_area = '_T' order by status
"""


def _read(query):
    with connect("simimo_analyst") as session:
        return session.execute(query).fetchall()


def test_one_person_of_several_institutions_is_counted_once(warehouse_database, tmp_path):
    for contract, rows in FILES.items():
        path = write_csv(tmp_path / f"SPECIMEN_{contract}.csv", contract, *rows)
        report = submission.receive_file(path, contract, "2026-03", is_specimen=True, gate=False)
        assert report.state == "accepted"
    build()
    assert _read(PERSONS)[0] == (4, True, 5, "SN")
    assert _read(EPISODES) == [("EMPLOYED",), ("SEEKER",), ("TITLED",), ("VISA",)]
    assert _read(HOLDERS) == [("DECLARED", 1), ("UNDECLARED", 1), ("_T", 2)]

    _merge()
    merged = build()
    assert (merged.is_full, merged.periods) == (False, 1)
    assert _read(PERSONS)[1] == (2, True, 2, "SN")
    assert build().steps == 0


def _merge():
    """As a run of linkage would: the second title's holder and the second seeker are one."""
    with connect("simimo_linkage") as session:
        session.execute(
            """
            update linkage.person_link set person_key = other.person_key
            from (
                select person_key from linkage.person_link group by person_key
                having count(*) = 1 and min(contract) = 'dgsn_residence_titles'
            ) as other
            where contract = 'anapec_job_seekers' and person_link.person_key in (
                select person_key from linkage.person_link
                group by person_key having count(*) = 1
            )
            """
        )
        session.commit()
