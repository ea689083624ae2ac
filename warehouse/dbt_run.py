"""dbt within this process: its project is read once, and the calls of one build share it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.settings import settings

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import NodeResult
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

BROKEN = ("error", "fail", "runtime error")
DONE = {
    "LogModelResult": "total",
    "LogSeedResult": "total",
    "LogTestResult": "num_models",
    "SkippingDetails": "total",
}
"""The events by which dbt tells that a step has ended, and where they tell how many there are."""


@dataclass(frozen=True)
class Step:
    """A model, seed or test that has ended: which of how many."""

    name: str
    number: int
    count: int


@dataclass(frozen=True)
class Ran:
    """What a call of dbt has done: its steps, what broke, and why it did not begin, if so.

    dbt's words on what broke stay in its log, as they may tell values.
    """

    steps: int
    is_done: bool
    broken: tuple[str, ...]
    reason: str


def log_file() -> Path:
    """The log of dbt for the warehouse's database."""
    return _target() / "dbt.log"


@dataclass(frozen=True)
class Project:
    """The dbt project as read, or why it could not be."""

    manifest: "Manifest | None"
    reason: str


def read_project(variables: list[str]) -> Project:
    """Read the project; only what has changed, unless `variables` are others than last time."""
    from dbt.contracts.graph.manifest import Manifest

    ended = _invoked(["parse", *variables], None, None)
    read = ended.result if isinstance(ended.result, Manifest) else None
    return Project(read, _reason(ended))


def run(project: Project, arguments: list[str], on_step: Callable[[Step], None]) -> Ran:
    """Run dbt with `arguments` on the warehouse's database."""
    if project.manifest is None:
        return Ran(0, is_done=False, broken=(), reason=project.reason)
    from dbt.artifacts.resources.types import NodeType

    ended = _invoked(arguments, project.manifest, on_step)
    results: list[NodeResult] = list(getattr(ended.result, "results", ()))
    return Ran(
        steps=sum(r.node.resource_type is not NodeType.Operation for r in results),
        is_done=bool(ended.success),
        broken=tuple(r.node.name for r in results if r.status in BROKEN),
        reason=_reason(ended),
    )


def _invoked(
    arguments: list[str], manifest: "Manifest | None", on_step: Callable[[Step], None] | None
) -> "dbtRunnerResult":
    from dbt.cli.main import dbtRunner

    from warehouse.database import dbt_environment

    def tell(event: "EventMsg") -> None:
        if on_step and event.info.name in DONE:
            data: Any = event.data
            count = getattr(data, DONE[event.info.name])
            on_step(Step(data.node_info.node_name, data.index, count))

    folder, target = str(settings().dbt_dir), str(_target())
    quietly = ["--log-level", "none", "--log-level-file", "info", "--no-version-check"]
    command, *words = arguments
    with _environment(dbt_environment()):
        ended = dbtRunner(manifest=manifest, callbacks=[tell]).invoke(
            [
                *(*quietly, "--log-path", target, command, *words, "--no-write-json"),
                *("--target-path", target, "--project-dir", folder, "--profiles-dir", folder),
            ]
        )
    if isinstance(ended.exception, KeyboardInterrupt):
        raise ended.exception
    return ended


def _target() -> Path:
    """The folder of dbt's work and log, one for each database."""
    from warehouse.database import dbt_environment

    target = settings().home / "dbt" / dbt_environment()["SIMIMO_DBT_DBNAME"]
    target.mkdir(parents=True, exist_ok=True)
    return target


def _reason(ended: "dbtRunnerResult") -> str:
    """Why dbt did not begin; nothing was read from the data yet, so nothing can be told of it."""
    return str(ended.exception).strip() if ended.exception else ""


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
