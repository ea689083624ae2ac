"""Least rights, shown by trying what each role must not do."""

import psycopg
import pytest

from tests.factories import write_csv
from warehouse.database import connect
from warehouse.submission import receive_file

pytestmark = pytest.mark.path

FORBIDDEN = """
simimo_pipeline   create table public.x (n int)
simimo_pipeline   delete from submission.submission
simimo_pipeline   create role intruder
simimo_pipeline   insert into codes.decision (variable) values ('area')
simimo_pipeline   update codes.decision set status = 'approved'
simimo_pipeline   delete from submission.fetched
simimo_pipeline   update submission.fetched set sha256 = ''
simimo_steward    select * from raw.dgsn_residence_titles
simimo_steward    select * from identity.person_record
simimo_steward    delete from codes.decision
simimo_steward    update codes.decision set code = 'SN'
simimo_transform  select * from identity.person_record
simimo_transform  select * from submission.fetched
simimo_transform  select * from submission.submission
simimo_transform  select * from codes.unknown_value
simimo_transform  insert into raw.cnss_employers (submission_id) values (1)
simimo_transform  delete from submission.affected_period
simimo_linkage    select * from raw.dgsn_residence_titles
simimo_linkage    delete from identity.person_record
simimo_linkage    select * from submission.submission
simimo_linkage    select * from codes.unknown_value
simimo_api        select * from codes.unknown_value
simimo_api        select * from raw.dgsn_residence_titles
simimo_api        select * from identity.person_record
simimo_api        select * from submission.submission
simimo_analyst    select * from raw.dgsn_residence_titles
simimo_analyst    select * from identity.person_record
simimo_analyst    select report from submission.submission
simimo_analyst    select * from submission.fetched
simimo_analyst    select * from codes.unknown_value
simimo_analyst    insert into codes.decision (variable) values ('area')
simimo_analyst    update codes.decision set status = 'approved'
simimo_analyst    delete from codes.coded_title
simimo_transform  delete from codes.coded_title
simimo_api        select * from codes.coded_title
simimo_linkage    select * from codes.coded_title
simimo_linkage    update linkage.review_answer set answer = 'no'
simimo_linkage    delete from linkage.review_pair
simimo_linkage    delete from linkage.review_log
simimo_steward    select * from linkage.review_pair
simimo_analyst    select * from linkage.review_pair
simimo_analyst    select * from linkage.review_answer
simimo_transform  select * from linkage.review_decision
simimo_analyst    create schema mine
simimo_analyst    select * from linkage.person_link
simimo_analyst    select * from linkage.person_identifier
simimo_pipeline   select * from linkage.person_link
simimo_transform  select description from linkage.person_link
simimo_transform  delete from linkage.person_link
simimo_api        select * from linkage.person_link
"""


@pytest.mark.parametrize("line", FORBIDDEN.strip().splitlines())
def test_a_role_may_not(line, warehouse_database):
    role, statement = line.split(maxsplit=1)
    with connect(role) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement)


def test_partitions_are_no_way_round_the_parent(warehouse_database, tmp_path):
    path = write_csv(tmp_path / "SPECIMEN.csv", "dgsn_residence_titles")
    number = receive_file(
        path, "dgsn_residence_titles", "2026-03", is_specimen=True, gate=False
    ).receipt.submission_id
    partitions = {
        "simimo_analyst": ("raw.dgsn_residence_titles", "identity.person_record"),
        "simimo_api": ("raw.dgsn_residence_titles", "identity.person_record"),
        "simimo_transform": ("identity.person_record",),
        "simimo_linkage": ("raw.dgsn_residence_titles",),
    }
    for role, tables in partitions.items():
        for table in tables:
            with connect(role) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"select * from {table}_s{number}")
