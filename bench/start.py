"""What a person waits for: the first answer of the program, and the demo."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure, median_seconds, seconds

SIMIMO = str(Path(sys.executable).with_name("simimo"))


def cold_start() -> Iterator[Figure]:
    """`simimo --help`, beside the bare interpreter."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    run(SIMIMO, "--help")
    bare = median_seconds(lambda: run(sys.executable, "-c", "pass"), runs=7)
    yield Figure("interpreter_seconds", bare, "s", "the limit: python -c pass")
    value = median_seconds(lambda: run(SIMIMO, "--help"), runs=7)
    yield Figure("cold_start_seconds", value, "s", "at most 0.5")


def demo() -> Iterator[Figure]:
    """`simimo demo --no-serve` from nothing, then again from what is there."""
    with tempfile.TemporaryDirectory(prefix="simimo-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        environment = {**os.environ, "SIMIMO_HOME": folder}

        def run() -> None:
            done = subprocess.run(
                [SIMIMO, "demo", "--no-serve"], check=True, capture_output=True, env=environment
            )
            assert re.search(rb"SPECIMEN|diffusion", done.stdout, re.IGNORECASE)

        yield Figure("demo_seconds", seconds(run), "s", "at most 180; one run, from nothing")
        yield Figure("demo_again_seconds", seconds(run), "s", "one run, from what is there")
