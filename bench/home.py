"""A home of a bench's own: an empty warehouse that goes when the bench ends."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_home() -> Iterator[Path]:
    """A migrated warehouse in a folder of its own, which SIMIMO_HOME names from then on."""
    with tempfile.TemporaryDirectory(
        prefix="simimo-bench-", dir="/tmp", ignore_cleanup_errors=True
    ) as folder:
        # Under root the server runs as a user of its own, who must reach its data.
        Path(folder).chmod(0o755)
        os.environ["SIMIMO_HOME"] = folder
        from warehouse import migrate

        migrate.migrate()
        yield Path(folder)
