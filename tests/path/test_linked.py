"""The linked stage on the real path: one person of four institutions, counted once."""

import os
import signal
import subprocess
import sys

import pytest

from tests.factories import write_csv
from tests.path.built import built_tables, differences
from warehouse import submission
from warehouse.build import build
from warehouse.database import connect

pytestmark = pytest.mark.path

AMINATA = {"nom": "DIOP", "prenom": "AMINATA", "sexe": "F", "date_naissance": "17/05/1990"}
MOUSSA = {"nom": "KONE", "prenom": "MOUSSA", "sexe": "M", "date_naissance": "02/11/1984"}
ADAMA = {"nom": "TRAORE", "prenom": "ADAMA", "sexe": "M", "date_naissance": "23/07/1979"}
FATOU = {"prenom": "FATOU", "sexe": "F", "date_naissance": "08/04/1992"}
FILES = {
    "dgsn_residence_titles": (
        {"numero_titre": "Z000001Z", "numero_passeport": "ZZ0000001", **AMINATA},
        {"numero_titre": "Z000002Z", "numero_passeport": "ZZ0000002", **MOUSSA},
        {"numero_titre": "Z000003Z", "numero_passeport": "ZZ0000003", "nom": "SOW", **FATOU},
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
        {"numero_inscription": "000000125", "nom": "NDOYE", **FATOU, "sexe": "2"},
    ),
}
# Fatou Sow and Fatou Ndoye turn out to be one; Moussa's title is renewed, Aminata declared again.
NEXT_FILES = {
    "dgsn_residence_titles": (
        {"numero_titre": "Z000002Z", "numero_passeport": "ZZ0000002", **MOUSSA},
    ),
    "cnss_declarations": (
        {"periode": "202604", "numero_assure": "000000001", "nom": "DIOP", "prenom": "AMINATA"},
    ),
    "anapec_job_seekers": (
        {
            "numero_inscription": "000000125",
            "numero_passeport": "ZZ0000003",
            "nom": "NDOYE",
            **FATOU,
            "sexe": "2",
        },
    ),
}
DATES = {
    "dgsn_residence_titles": "date_decision",
    "anapec_job_seekers": "date_inscription",
    "miepeec_contract_visas": "date_decision",
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
    where
        citizenship = '_T' and sex = '_T' and ref_area = '_T'
        and time_period = (select max(time_period) from indicators.df_title_holder where freq = 'M')
    order by status
"""
SHARED = "select count(*) from linked.person where source_count > 1"
KILLED = -signal.SIGKILL


def _read(query):
    with connect("simimo_analyst") as session:
        return session.execute(query).fetchall()


KILLED_BETWEEN = """
import os, signal
from warehouse import build
build._linked_arguments = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
build.build()
"""
KILLED_AFTER_RECORDS = """
import os, signal
from warehouse import affected, build
build._linked_arguments = lambda call, _: [*call.words("model"), "--select", "person_record"]
affected.settle_decisions = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
build.build()
"""


def test_one_person_of_several_institutions_is_counted_once(built_database, tmp_path):
    _receive(FILES, "2026-03", tmp_path)
    build()
    assert _read(PERSONS)[0] == (4, True, 5, "SN")
    assert _read(EPISODES) == [("EMPLOYED",), ("SEEKER",), ("TITLED",), ("VISA",)]
    march = [("DECLARED", 1), ("UNDECLARED", 2), ("_T", 3)]
    assert _read(HOLDERS) == march
    assert _read(SHARED) == [(1,)]

    # A month later two persons turn out to be one, and the build is killed twice over.
    _receive(NEXT_FILES, "2026-04", tmp_path)
    for code in (KILLED_BETWEEN, KILLED_AFTER_RECORDS):
        command = [sys.executable, "-c", code]
        assert subprocess.run(command, check=False, env=dict(os.environ)).returncode == KILLED
        assert _read(HOLDERS) == march
        assert _read(SHARED) == [(1,)]
    merged = build()
    assert not merged.is_full
    assert _read(SHARED) == [(2,)]
    found = built_tables()
    build(full=True)
    lacking = differences(found, built_tables())
    assert not lacking, "\n".join(lacking)
    assert build().steps == 0


def _receive(files, period, folder):
    day = f"14/{period[5:]}/{period[:4]}"
    for contract, rows in files.items():
        dated = [{DATES[contract]: day} | row if contract in DATES else row for row in rows]
        path = write_csv(folder / f"SPECIMEN_{contract}.csv", contract, *dated)
        report = submission.receive_file(path, contract, period, is_specimen=True, gate=False)
        assert report.state == "accepted", report.findings
