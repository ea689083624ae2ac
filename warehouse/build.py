"""The build: dbt (staging, harmonised), linkage, dbt (linked, indicators) of the periods marked.

What a decision, a new code, a late register entry or a person found to be another touches is
marked in submission.affected_period; dbt reads the marks, and the build takes away those it has
done at its end. One that is killed in between begins again with the same marks.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from warehouse.coding.coder import method_hash
from warehouse.contracts.contract import contract, contracts
from warehouse.errors import BuildFailed, CorrectionUnmatched
from warehouse.indicator import dataflows
from warehouse.messages import counted, message
from warehouse.settings import settings
from warehouse.sources import write_generated
from warehouse.survey.basis import outdated

if TYPE_CHECKING:
    import psycopg

    from warehouse.dbt_run import Project, Ran
    from warehouse.linkage.linking import LinkSummary
    from warehouse.survey.rounds import Round

Progress = Callable[[str, int, int], None]
Built = Callable[[str], None]
READ_BY_LINKAGE = "correspondence"
"""The model after which linkage finds all that it reads: identities, and what codes mean."""
SURVEYED, CENSUS = "survey_", "population"
"""The facts that rounds of the survey are estimated from: the answers, and RGPH's margins."""
PLAN = "hcp_survey_units"
"""The extract that is marked where a round is to be estimated anew."""
LINKED = ("linked", "indicators")
"""The stages that come after linkage."""
CORRECTION_TEST = "correction_matches_rows"
CORRECTIONS = "seeds/corrections/correction.csv"
SEEDS = ("seeds/**/*.csv",)
CODE = (*SEEDS, "models/**/*.sql", "models/**/*.yml", "macros/**/*.sql", "dbt_project.yml")


@dataclass(frozen=True)
class Mark:
    """One period of one contract that waits for a build."""

    id: int
    contract: str
    period: str


@dataclass(frozen=True)
class Hashes:
    """What the tables were, or would be, built from: the whole project, and its seeds."""

    project: str
    seeds: str


@dataclass(frozen=True)
class Call:
    """What both calls of dbt in one build have in common."""

    hashes: Hashes
    is_full: bool
    with_tests: bool
    on_progress: Progress | None

    def variables(self) -> list[str]:
        """The words that give dbt its variables; others make it read the whole project again."""
        known = {"project_hash": self.hashes.project, "seeds_hash": self.hashes.seeds}
        return ["--vars", json.dumps(known)]

    def words(self, *kinds: str) -> list[str]:
        """The words after `dbt` for these kinds of resources."""
        tests = ("test", "unit_test") if self.with_tests else ()
        types = [w for kind in (*kinds, *tests) for w in ("--resource-type", kind)]
        return ["build", *self.variables(), *types, *(["--full-refresh"] if self.is_full else [])]


@dataclass(frozen=True)
class BuildSummary:
    """What a build has done; `periods` are those that were marked.

    `refused` are the rounds of the survey whose data allowed no estimate.
    """

    is_full: bool
    periods: int
    steps: int
    seconds: float
    refused: tuple[str, ...] = ()

    def text(self, lang: str = "fr") -> str:
        """One sentence in `lang`, and one for each round of the survey that was refused."""
        refused = [message("survey_refused", lang, period=period) for period in self.refused]
        return " ".join([self._built(lang), *(f"{told.text} {told.hint}" for told in refused)])

    def _built(self, lang: str) -> str:
        if not self.steps:
            return message("nothing_to_build", lang).text
        values = {
            "steps": counted("build_steps", self.steps, lang),
            "periods": counted("build_periods", self.periods, lang),
        }
        return message("built", lang, seconds=f"{self.seconds:.0f}", **values).text


def build(
    full: bool = False, *, test: bool = False, on_progress: Progress | None = None
) -> BuildSummary:
    """Build what is marked, and what decisions on codes touch; everything where code has changed.

    With `test`, dbt's data and unit tests run too. Raises BuildFailed, and leaves the marks.
    """
    from warehouse import affected, interrupted, unknown
    from warehouse.coding.store import code_titles
    from warehouse.database import connect, locked
    from warehouse.dbt_run import read_project
    from warehouse.release_views import refresh_views

    began = time.monotonic()
    interrupted.finish()
    write_generated(settings().dbt_dir)
    with connect("simimo_pipeline") as session, locked(session, "build"):
        # An embargo may have ended since: its figures are read already, its views are made here.
        refresh_views(session)
        wanted = _wanted()
        built = _last_build(session)
        code_titles(session)
        is_full = full or built is None or built.project != wanted.project
        decided = affected.waiting_decisions(session)
        unknown.settle(session)
        if decided and not is_full:
            affected.mark_decided(session, decided)
        for period in [] if is_full else outdated(session):
            affected.mark(session, contract(PLAN), period, "survey estimated otherwise now")
        marks = _marks(session)
        call = Call(wanted, is_full, test, on_progress)
        steps = 0
        # Read once, and only where something is built.
        project = cache(lambda: read_project(call.variables()))
        # What works beside dbt ends before the build does, even where the build fails.
        with ThreadPoolExecutor(max_workers=2) as beside:
            linking = Linking(beside)
            if is_full or marks or decided:
                with_seeds = built is None or built.seeds != wanted.seeds
                words = _arguments(call, marks, with_seeds)
                # A full build opens what it makes to linkage at its end.
                on_built = None if is_full else linking.begin_after
                steps = _run_dbt(project(), words, call, "step_build", on_built)
            surveyed = _begin_survey(beside, is_full, marks)
            linking.end(on_progress)
            rounds = surveyed.result() if surveyed else []
        if not is_full:
            marks += _relinked(session)
        if is_full or _stands_behind_figures(marks):
            steps += _run_dbt(project(), _linked_arguments(call, marks), call, "step_indicators")
        affected.settle_decisions(session, decided)
        _forget(session, marks)
    periods = len({(mark.contract, mark.period) for mark in marks})
    refused = tuple(one.period for one in rounds if one.state == "refused")
    return BuildSummary(is_full, periods, steps, time.monotonic() - began, refused)


class Linking:
    """Linkage of what has come, beside the harmonised models; schema linked reads its links."""

    def __init__(self, beside: ThreadPoolExecutor) -> None:
        self._beside = beside
        self._summary: Future[LinkSummary] | None = None

    def begin_after(self, model: str) -> None:
        """Begin once the model has been built that linkage reads."""
        if model == READ_BY_LINKAGE:
            self._begin()

    def end(self, on_progress: Progress | None) -> None:
        """Wait for the end of linkage, and begin it where nothing was built before."""
        if on_progress:
            on_progress("step_link", 0, 1)
        self._begin().result()
        if on_progress:
            on_progress("step_link", 1, 1)

    def _begin(self) -> "Future[LinkSummary]":
        from warehouse.linkage.linking import link

        if self._summary is None:
            self._summary = self._beside.submit(link)
        return self._summary


def _begin_survey(
    beside: ThreadPoolExecutor, is_full: bool, marks: list[Mark]
) -> "Future[list[Round]] | None":
    """Begin to estimate the rounds of the survey that are marked, beside linkage.

    Both read what is harmonised by now, and neither what the other writes.
    """
    known = contracts()
    facts = {(known[m.contract].fact, m.period) for m in marks if m.contract in known}
    periods = {period for fact, period in facts if fact.startswith(SURVEYED)}
    # Weights meet the census: with another census every round has others.
    is_every = is_full or any(fact == CENSUS for fact, _ in facts)
    if not is_every and not periods:
        return None
    from warehouse.survey.rounds import estimate_rounds

    return beside.submit(estimate_rounds, None if is_every else periods)


def is_current(session: "psycopg.Connection") -> bool:
    """Whether the last build was made from the code, seeds and decisions of now."""
    from warehouse.affected import waiting_decisions

    is_built = _last_build(session) == _wanted()
    return is_built and not waiting_decisions(session) and not outdated(session)


def _wanted() -> Hashes:
    return Hashes(f"{_hash_of(CODE)}.{method_hash()}", _hash_of(SEEDS))


def _hash_of(patterns: Iterable[str]) -> str:
    """One hash of the dbt project's files that fit `patterns`, names and contents."""
    folder = settings().dbt_dir
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _last_build(session: "psycopg.Connection") -> Hashes | None:
    """What dbt noted at the end of the last build without a fault."""
    found = session.execute("select to_regclass('harmonised.build') is not null").fetchone()
    if found is None or not found[0]:
        return None
    row = session.execute("select project_hash, seeds_hash from harmonised.build").fetchone()
    return Hashes(*row) if row else None


def _marks(session: "psycopg.Connection") -> list[Mark]:
    rows = session.execute(
        "select id, contract, period from submission.affected_period order by id"
    ).fetchall()
    # Nothing may stay locked or seen from before while dbt works on sessions of its own.
    session.commit()
    return [Mark(*row) for row in rows]


def _forget(session: "psycopg.Connection", marks: list[Mark]) -> None:
    """Take away the marks read before dbt began; later ones wait for the next build."""
    session.execute(
        "delete from submission.affected_period where id = any(%s)", [[mark.id for mark in marks]]
    )
    session.commit()


def _relinked(session: "psycopg.Connection") -> list[Mark]:
    """Mark the periods whose persons linkage has found to be others since they were built."""
    found = session.execute("select to_regclass('linked.relinked_period') is not null").fetchone()
    if found is None or not found[0]:
        return []
    rows = session.execute(
        """
        insert into submission.affected_period (contract, period, reason)
        select contract, period, 'persons linked anew' from linked.relinked_period
        returning id, contract, period
        """
    ).fetchall()
    session.commit()
    return [Mark(*row) for row in rows]


def _stands_behind_figures(marks: list[Mark]) -> bool:
    """Whether a dataflow rests on what is marked; else there is nothing to link or count."""
    behind = {contract for flow in dataflows().values() for contract in flow.contracts}
    return any(mark.contract in behind for mark in marks)


def _arguments(call: Call, marks: list[Mark], with_seeds: bool) -> list[str]:
    """The words after `dbt` of the call before linkage: staging and harmonised."""
    words = call.words("model", *(["seed"] if with_seeds else []))
    if call.is_full:
        return [*words, "--exclude", *LINKED]
    # Staging is views of code that has not changed; only its tests read what is new.
    made = [] if call.with_tests else ["staging"]
    chosen = ["--select", "correspondence", *_downstream(marks)]
    return [*words, *chosen, "--exclude", *LINKED, *made]


def _linked_arguments(call: Call, marks: list[Mark]) -> list[str]:
    """The words after `dbt` of the call after linkage: persons, episodes and indicators."""
    staged = [""] if call.is_full else [f"{name}," for name in _downstream(marks)]
    return [
        *call.words("model"),
        "--select",
        *(f"{name}{stage}" for name in staged for stage in LINKED),
    ]


def _downstream(marks: list[Mark]) -> list[str]:
    return sorted({f"stg_{mark.contract}+" for mark in marks})


def _run_dbt(
    project: "Project", arguments: list[str], call: Call, step: str, on_built: Built | None = None
) -> int:
    """Run dbt; the number of its steps. `on_built` hears each model's name. Raises BuildFailed."""
    from warehouse.dbt_run import Step, run

    def tell(ended: Step) -> None:
        if call.on_progress:
            call.on_progress(step, ended.number, ended.count)
        if on_built:
            on_built(ended.name)

    ran = run(project, arguments, tell)
    if not ran.is_done:
        raise _failure(ran)
    return ran.steps


def _failure(ran: "Ran") -> BuildFailed:
    """What to tell the steward of a run of dbt that ended with an error."""
    from warehouse.dbt_run import log_file

    if ran.broken == (CORRECTION_TEST,):
        corrections = ", ".join(_unmatched_corrections())
        file = settings().dbt_dir.name + "/" + CORRECTIONS
        return CorrectionUnmatched(corrections=corrections, file=file)
    # What broke has read data, of which nothing may be told.
    detail = "" if ran.broken else ran.reason
    return BuildFailed(detail, models=", ".join(ran.broken) or "dbt", log=log_file())


def _unmatched_corrections() -> list[str]:
    """The corrections that match no record: contract, column and value, as their file has them."""
    from warehouse.database import connect

    with connect("simimo_pipeline") as session:
        rows = session.execute(
            """
            select contract || '.' || column_name || ' ' || source_value
            from harmonised.correction_applied
            group by contract, column_name, source_value, first_period
            having sum(row_count) = 0
            order by 1
            """
        ).fetchall()
    return [str(row[0]) for row in rows]
