"""Where the databases of a run stand, and what a server that is thrown away need not do."""

import os
import shutil
from pathlib import Path

ROOM_OF_A_HOME = 4 * 2**30
"""Bytes; a worker's databases, vault and specimen together take a small part of it."""

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
"""What makes a server outlive a power cut: off in tests."""


def folder_of_homes() -> Path:
    """Memory where there is plenty: each database is hundreds of files, made and thrown away."""
    memory = Path("/dev/shm")
    is_roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM_OF_A_HOME
    return memory if is_roomy else Path("/tmp")
