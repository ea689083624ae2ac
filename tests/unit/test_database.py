"""Where the embedded server keeps its lock: a folder of the user's own, not everybody's /tmp."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from warehouse import database
from warehouse.errors import DatabaseUnavailable


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_runtime_folder_is_the_users_alone(temporary: Path) -> None:
    folder = database._runtime_folder()
    assert folder.parent == temporary
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert database._runtime_folder() == folder


def test_a_folder_that_another_has_laid_there_is_refused(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (temporary / f"simimo-{os.geteuid()}").symlink_to(elsewhere)
    with pytest.raises(DatabaseUnavailable):
        database._runtime_folder()
