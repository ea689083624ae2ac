"""The fixture that tests of releasing and of reading what is released share."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.path.indicators import (
    MIRROR,
    WAGES,
    WORKERS,
    make_code_list,
    make_indicator,
    submit,
)
from warehouse.database import connect
from warehouse.disclosure.primary import CONTRIBUTIONS


@pytest.fixture
def steward(warehouse_database: str) -> Iterator["psycopg.Connection[Any]"]:
    """The server's owner, who lays out what dbt and the submissions would have left."""
    with connect() as session:
        session.execute("create schema codelists; create schema indicators")
        for code_list, codes in (("cl_area", "SN CI ML MA ES _T"), ("cl_sex", "F M _T")):
            make_code_list(session, code_list, codes.split())
        make_indicator(
            session,
            WORKERS,
            [
                ("SN", "F", "2025-11", 3, 3, "A"),
                ("SN", "M", "2025-11", 4, 4, "A"),
                ("SN", "_T", "2025-11", 7, 7, "A"),
                ("CI", "F", "2025-11", 5, 5, "P"),
                ("CI", "M", "2025-11", 0, 0, "A"),
                ("SN", "F", "2025-12", 12, 12, "A"),
            ],
        )
        make_indicator(
            session,
            WAGES,
            [
                ("SN", "2025-11", "5152.354", 9, "8000", "7000", "A"),
                ("CI", "2025-11", "4100.10", 4, "5000", "5000", "A"),
            ],
            CONTRIBUTIONS,
        )
        make_indicator(session, MIRROR, [("ES", "2020", 2, 1, "A"), ("ES", "2021", None, 0, "M")])
        session.execute(
            "grant usage on schema codelists, indicators to simimo_pipeline;"
            "grant select on all tables in schema codelists, indicators to simimo_pipeline"
        )
        submit(session, "cnss_declarations", "2025-11", is_specimen=True)
        submit(session, "oecd_df_mig", "2025", is_specimen=False)
        session.commit()
        yield session
