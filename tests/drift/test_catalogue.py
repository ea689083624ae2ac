"""docs/catalogue.md and dbt's exposures say what the definitions and the themes say.

SIMIMO_WRITE_EXAMPLES=1 writes both anew; read the difference before you keep it.
"""

import os
from pathlib import Path

import pytest

from warehouse.catalogue_table import catalogue_table
from warehouse.exposures import exposures_yaml
from warehouse.indicator import dataflows
from warehouse.settings import settings

CASES = {
    "docs/catalogue.md": catalogue_table,
    "dbt_project/models/indicators/exposures.yml": exposures_yaml,
}


@pytest.mark.parametrize("path", CASES)
def test_what_is_written_from_the_definitions_follows_them(path: str) -> None:
    file = Path(settings().project_dir) / path
    wanted = CASES[path](dataflows())
    if os.environ.get("SIMIMO_WRITE_EXAMPLES"):
        file.write_text(wanted, "utf-8")
    assert file.read_text("utf-8") == wanted
