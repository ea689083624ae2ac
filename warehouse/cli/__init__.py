"""The command line: one verb a step of the path, one module a user.

A new verb is a function under `@command()` in the module of its user, its heavy imports inside it.
"""

from warehouse.cli import (
    analyst,
    codes,
    estimates,
    ledger,
    linkage,
    newcomer,
    producer,
    releases,
    steward,
    survey,
)
from warehouse.cli.program import app, main

__all__ = [
    "analyst",
    "app",
    "codes",
    "estimates",
    "ledger",
    "linkage",
    "main",
    "newcomer",
    "producer",
    "releases",
    "steward",
    "survey",
]
