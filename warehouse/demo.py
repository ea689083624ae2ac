"""The whole path on synthetic data, and on the real open data where it is at hand."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import SimimoError
from warehouse.messages import counted, word
from warehouse.settings import settings

REAL_FILES = {
    "uk_cos_nationality": ("uk_cos/Work_ByNationality.csv", "2023-Q1"),
    "uk_cos_industry": ("uk_cos/Work_ByIndustry.csv", "2023-Q1"),
    "oecd_df_mig": ("oecd_istat/oecd_df_mig_italy_inflows.csv", "2022"),
    "istat_permits": ("oecd_istat/istat_permits_by_citizenship.csv", "2024"),
    "wb_remittance_prices": ("mirror/WB_remittance_prices_corridors.csv", "2020-Q3"),
    "wb_bilateral_remittances": ("mirror/WB_Bilateral_Remittance_Estimates_2017.xlsx", "2017"),
    "undesa_migrant_stock": ("mirror/UN_MigrantStockByOriginAndDestination_2015.xlsx", "2015"),
}
"""Where the real open data stands under SIMIMO_REAL_DATA, and the period each file ends with."""

Progress = Callable[[str, int, int], None]


class RealDataMissing(SimimoError):
    """The folder named for the real data does not exist."""

    key = "real_data_missing"


class RealDataEmpty(SimimoError):
    """The folder named for the real data holds none of the known files."""

    key = "real_data_empty"


@dataclass(frozen=True)
class Arrival:
    """One file to receive."""

    path: Path
    contract: str
    period: str
    is_specimen: bool


def demo(months: int, scale: float, lang: str = "fr") -> str:
    """Migrate, make specimen extracts, receive, build, link and release; what is there."""
    from warehouse import build, migrate, release
    from warehouse.submission import receive_file

    began = time.monotonic()
    real = _real()
    with steps() as progress:
        progress(word("step_migrate", lang), 0, 1)
        migrate.migrate()
        progress(word("step_migrate", lang), 1, 1)
        arrivals = [*_specimen(months, scale, progress, lang), *_census(), *real]
        states: dict[str, int] = {}
        for number, arrival in enumerate(arrivals):
            progress(word("step_receive", lang), number, len(arrivals))
            report = receive_file(
                arrival.path, arrival.contract, arrival.period, arrival.is_specimen
            )
            states[report.state] = states.get(report.state, 0) + 1
        progress(word("step_receive", lang), len(arrivals), len(arrivals))
        progress(word("step_build", lang), 0, 1)
        built = build.build(
            on_progress=lambda step, done, total: progress(word(step, lang), done, total)
        )
        progress(word("step_release", lang), 0, 1)
        released = release.release(
            lambda _, done, total: progress(word("step_release", lang), done, total)
        )
    return "\n".join(
        [
            _received(states, lang),
            _real_data_said(real, lang),
            built.text(lang),
            released.text(lang),
            word("demo_done", lang, seconds=f"{time.monotonic() - began:.0f}"),
        ]
    )


def _received(states: Mapping[str, int], lang: str) -> str:
    """How many files came, and what became of them."""
    comma = "، " if lang == "ar" else ", "
    each = comma.join(counted(f"count_{state}", n, lang) for state, n in sorted(states.items()))
    files = counted("files_received", sum(states.values()), lang)
    return word("demo_received", lang, files=files, states=each)


def _real_data_said(real: list[Arrival], lang: str) -> str:
    """Which real files were at hand."""
    if settings().real_data is None:
        return word("demo_without_real", lang)
    missing = sorted(REAL_FILES.keys() - {arrival.contract for arrival in real})
    if missing:
        return word("demo_real_missing", lang, files=", ".join(REAL_FILES[m][0] for m in missing))
    return word("demo_with_real", lang, files=counted("real_files", len(REAL_FILES), lang))


def _specimen(months: int, scale: float, progress: Progress, lang: str) -> list[Arrival]:
    """The specimen extracts, made once for each size."""
    import json

    from warehouse.specimen import generate

    folder = settings().specimen_dir / f"{months}-months-scale-{scale:g}"
    manifest = folder / "arrivals.json"
    if not manifest.exists():
        made = generate(
            folder,
            months=months,
            scale=scale,
            progress=lambda _, done, total: progress(word("step_specimen", lang), done, total),
        )
        listed = [[str(f.path.relative_to(folder)), f.contract, f.period] for f in made]
        manifest.write_text(json.dumps(listed, indent=1), "utf-8")
    listed = json.loads(manifest.read_text("utf-8"))
    return [Arrival(folder / path, contract, period, True) for path, contract, period in listed]


def _census() -> list[Arrival]:
    from warehouse import census

    path = census.write_census(settings().home / "census")
    return [Arrival(path, census.CONTRACT, census.PERIOD, False)]


def _real() -> list[Arrival]:
    """The real files at hand; raises RealDataMissing or RealDataEmpty."""
    folder = settings().real_data
    if folder is None:
        return []
    if not folder.is_dir():
        raise RealDataMissing(folder=folder)
    files = ((folder / path, contract, period) for contract, (path, period) in REAL_FILES.items())
    found = [
        Arrival(path, contract, period, False) for path, contract, period in files if path.exists()
    ]
    if not found:
        known = ", ".join(path for path, _ in REAL_FILES.values())
        raise RealDataEmpty(folder=folder, known=known)
    return found


@contextmanager
def steps() -> Iterator[Progress]:
    """A bar for each step, on a terminal; one line a step elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, int] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)  # type: ignore[arg-type]

        yield progress
