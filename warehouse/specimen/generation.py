"""One specimen: a world, and the files that institutions send of it, month after month."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from warehouse.specimen import (
    abroad,
    aggregates,
    anapec,
    associations,
    cnss,
    crossings,
    dgsn,
    ebds,
    files,
    journeys,
    remittances,
    seasons,
    survey,
    titles,
    truth,
    visas,
    writing,
)
from warehouse.specimen.declared import declared, monthly_pay
from warehouse.specimen.delivery import Delivery, Randomness
from warehouse.specimen.documents import Documents, documents
from warehouse.specimen.ebds import Records
from warehouse.specimen.monthly import Monthly
from warehouse.specimen.window import Window
from warehouse.specimen.world import World, world

Progress = Callable[[str, int, int], None]

INNER = ["person", "month", "since", "nom_ar", "prenom_ar"]  # columns the files do not have


@dataclass(frozen=True)
class SpecimenFile:
    """One file as an institution would send it (e.g. cnss_declarations, 2025-03)."""

    path: Path
    contract: str
    period: str


@dataclass(frozen=True)
class Sources:
    """What each institution's files of all months are cut from."""

    world: World
    papers: Documents
    payroll: cnss.Payroll
    register: pl.DataFrame
    title_file: dgsn.TitleFile
    decisions: titles.Decisions
    seekers: pl.DataFrame
    placements: pl.DataFrame
    monthly: tuple[Monthly, ...]
    abroad: pl.DataFrame


def generate(
    directory: Path,
    months: int = 12,
    end: str = "2025-12",
    scale: float = 0.02,
    seed: int = 2025,
    progress: Progress | None = None,
    wanted: Callable[[Delivery], bool] = lambda _: True,
) -> list[SpecimenFile]:
    """Write a specimen of `months` months up to `end` and list its files in order of arrival.

    Files that are not `wanted` are left out; months count from 0.

    `scale` multiplies counts (1: the country). Files stand in directory/<provider>/, the truth
    in directory/truth/. The same arguments give the same bytes. Before the first month comes
    DGSN's stock of titles already valid, as the file of the month before.
    """
    window = Window(months, end)
    chance = Randomness(seed)
    told = sources(chance, window, scale)
    truth_folder = directory / "truth"
    truth.write_made(truth.Made(scale, months, end), truth_folder)
    truth.write_persons(told.world, told.papers, truth_folder)
    truth.write_employers(told.world, truth_folder)
    all_due = in_order_of_arrival(list(deliveries(chance, told, truth_folder)))
    due = [delivery for delivery in all_due if wanted(delivery)]
    made = []
    for number, delivery in enumerate(due):
        period = delivery.told or window.period(delivery.month)
        if progress:
            progress(f"{delivery.contract} {period}", number, len(due))
        made.append(write(delivery, directory, period))
    if progress:
        progress("specimen", len(due), len(due))
    return made


def write(delivery: Delivery, directory: Path, period: str) -> SpecimenFile:
    """Write one file under its provider's folder."""
    folder = directory / delivery.contract.split("_")[0]
    folder.mkdir(parents=True, exist_ok=True)
    name = f"SPECIMEN_{delivery.contract}_{period}{delivery.suffix}.{delivery.extension}"
    delivery.write(folder / name)
    return SpecimenFile(folder / name, delivery.contract, period)


def sources(chance: Randomness, window: Window, scale: float) -> Sources:
    """The world and what every institution knows of it."""
    true = world(chance.of("world"), window, scale)
    papers = documents(chance.of("documents"), true)
    at_end = declared(chance.of("declared", window.last), true, window.last)
    pay = monthly_pay(chance.of("pay"), true, at_end)
    paid = cnss.payroll(chance.of("payroll"), true, papers, pay)
    seekers = anapec.job_seekers(chance.of("seekers"), true)
    placed = anapec.placements(chance.of("placements"), true)
    return Sources(
        world=true,
        papers=papers,
        payroll=paid,
        register=cnss.register(chance.of("register"), true, papers, paid),
        title_file=dgsn.title_file(chance.of("title file"), true.persons),
        decisions=titles.decisions(chance.of("titles"), window, true.persons),
        seekers=anapec.seekers_file(chance.of("seekers file"), true, papers, seekers),
        placements=anapec.placements_file(chance.of("placements file"), true, papers, placed),
        monthly=(
            visas.extract(chance, true, papers, pay),
            *journeys.extracts(chance, true, seekers),
            *seasons.extracts(chance, true, papers, placed),
            associations.extract(chance, window),
        ),
        abroad=abroad.registrations(chance, true, papers),
    )


def in_order_of_arrival(due: list[Delivery]) -> list[Delivery]:
    """Month by month; corrections and late files come after those of the next month."""

    def arrival(delivery: Delivery) -> float:
        return delivery.month + (1.5 if delivery.suffix or delivery.is_late else 0)

    return sorted(due, key=arrival)


def deliveries(chance: Randomness, told: Sources, folder: Path) -> Iterator[Delivery]:
    """Every file of the specimen."""
    window = told.world.window
    at_end = month_records(chance, told, window.last)
    employers = cnss.employer_register(chance.of("employers"), told.world, at_end)
    yield title_delivery(chance, told, folder, -1)
    yield abroad.delivery(told.abroad, told.world, folder, -1)
    for month in range(window.months):
        yield register_delivery(employers, "cnss_employers", "since", month)
        yield insured_delivery(told, folder, window, month)
        yield from declaration_deliveries(chance, told, folder, month)
        yield title_delivery(chance, told, folder, month)
        if month == correction_month(window) + 1:
            yield title_delivery(chance, told, folder, month, corrected=True)
        yield seeker_delivery(told, folder, month)
        yield from placement_deliveries(told, folder, month)
        yield crossings.delivery(chance, told.world, month)
        for extract in told.monthly:
            yield from extract.deliveries(folder, window, month)
        yield from remittances.deliveries(chance, told.world, month)
        yield from aggregates.deliveries(chance, told.world, month)
        yield abroad.delivery(told.abroad, told.world, folder, month)
        yield from files.deliveries(chance, told.world, told.papers, folder, month)
        yield from survey.deliveries(chance, window, month)


def correction_month(window: Window) -> int:
    """The month whose first declarations were wrong; never the last one. -1 for none."""
    return window.months // 3 if window.months > 2 else -9


def is_archived(window: Window, month: int) -> bool:
    """Whether CNSS sends the month as a ZIP of employers' files rather than one long file."""
    return (window.last - month) % 3 == 0


def month_records(chance: Randomness, told: Sources, month: int) -> Records:
    """A month's true declarations."""
    rows = declared(chance.of("declared", month), told.world, month)
    return cnss.records(told.world, told.payroll, rows, month)


def declaration_deliveries(
    chance: Randomness, told: Sources, folder: Path, month: int
) -> Iterator[Delivery]:
    """The declarations of a month, and of one month the corrected ones of a few employers."""
    window = told.world.window
    period = window.period(month)
    is_wrong = month == correction_month(window)

    def write_first(path: Path) -> None:
        whole = month_records(chance, told, month)
        write_declaration_truth(told, folder, period, whole)
        first = cnss.faulty(chance.of("faults", month), whole)[0] if is_wrong else whole
        if is_wrong and is_archived(window, month):
            writing.write_archive(members(first, first.at(slice(0, 0)), period), path)
        elif is_archived(window, month):
            main, second = cnss.complemented(chance.of("complements", month), first)
            writing.write_archive(members(main, second, period), path)
        else:
            writing.write_pieces(ebds.long_file(first, period), path)

    def write_corrected(path: Path) -> None:
        whole = month_records(chance, told, month)
        corrected = cnss.faulty(chance.of("faults", month), whole)[1]
        writing.write_archive(members(corrected, corrected.at(slice(0, 0)), period), path)

    extension = "zip" if is_archived(window, month) else "txt"
    yield Delivery("cnss_declarations", month, "", extension, write_first)
    if is_wrong:
        yield Delivery("cnss_declarations", month, "_corrected", "zip", write_corrected)


def members(main: Records, complementary: Records, period: str) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, one an employer, the complementary ones after."""
    month = period.replace("-", "")
    for declaration in ebds.declarations(main, period):
        yield f"DS_{declaration.affiliate:07d}_{month}.txt", declaration.content
    if len(complementary):
        for declaration in ebds.declarations(complementary, period):
            yield f"DSC1_{declaration.affiliate:07d}_{month}.txt", declaration.content


def write_declaration_truth(told: Sources, folder: Path, period: str, whole: Records) -> None:
    """Who is behind each declared record of a month."""
    holder = np.zeros(int(told.world.insured.max()) + 1, dtype=np.int64)
    holder[told.world.insured] = np.arange(len(told.world.insured))
    keys = truth.declaration_keys(whole)
    truth.write_records(folder, "cnss_declarations", period, holder[whole.insured], keys)


def register_delivery(frame: pl.DataFrame, contract: str, since: str, month: int) -> Delivery:
    """A cumulative register as it stands in a month."""

    def write_register(path: Path) -> None:
        known = frame.filter(pl.col(since) <= month).drop(INNER, strict=False)
        writing.write_csv(known, path, ";", "windows-1252")

    return Delivery(contract, month, "", "csv", write_register)


def insured_delivery(told: Sources, folder: Path, window: Window, month: int) -> Delivery:
    """The register of insured persons as it stands in a month."""
    plain = register_delivery(told.register, "cnss_immatriculations", "month", month)

    def write_register(path: Path) -> None:
        plain.write(path)
        known = told.register.filter(pl.col("month") <= month)
        if month == window.last:
            period = window.period(month)
            truth.write_records(
                folder, plain.contract, period, known["person"], known["numero_assure"]
            )

    return Delivery(plain.contract, month, "", "csv", write_register)


def title_delivery(
    chance: Randomness, told: Sources, folder: Path, month: int, corrected: bool = False
) -> Delivery:
    """The title decisions of a month; of one month a hasty file and then a corrected one."""
    window = told.world.window
    is_workbook = 0 <= month == window.last - 1

    def write_titles(path: Path) -> None:
        rows = titles.of_month(window, told.decisions, month)
        frame = dgsn.residence_titles(
            chance.of("titles", month), told.world.persons, told.papers, told.title_file, rows
        )
        key = frame["numero_titre"] + "|" + frame["date_decision"].cast(pl.String)
        truth.write_records(
            folder, "dgsn_residence_titles", window.period(month), frame["person"], key
        )
        if month == correction_month(window) + 1 and not corrected:
            frame = dgsn.hasty(chance.of("haste", month), frame)
        sent = frame.drop(INNER, strict=False)
        if is_workbook:
            writing.write_xlsx(sent, path)
        else:
            writing.write_csv(sent, path, ";", "utf-8-sig" if month % 2 else "utf-8")

    suffix = "_corrected" if corrected else ""
    extension = "xlsx" if is_workbook else "csv"
    return Delivery("dgsn_residence_titles", month, suffix, extension, write_titles)


def seeker_delivery(told: Sources, folder: Path, month: int) -> Delivery:
    """The job seekers registered in a month; the third month's names are in Arabic script."""
    period = told.world.window.period(month)
    contract = "anapec_job_seekers"

    def write_seekers(path: Path) -> None:
        rows = told.seekers.filter(pl.col("month") == month)
        truth.write_records(folder, contract, period, rows["person"], rows["numero_inscription"])
        if month == 2:
            arabic = anapec.in_arabic(rows).drop(INNER, strict=False)
            writing.write_csv(arabic, path, ",", "windows-1256")
        else:
            writing.write_csv(rows.drop(INNER, strict=False), path, ",", "utf-8")

    return Delivery(contract, month, "", "csv", write_seekers)


def placement_deliveries(told: Sources, folder: Path, month: int) -> Iterator[Delivery]:
    """The departures of a month, unless there is none; those of the middle are told late."""
    period = told.world.window.period(month)
    is_late = told.world.window.months > 1 and month == told.world.window.months // 2
    contract = "anapec_placements_abroad"
    rows = told.placements.filter(pl.col("month") == month)

    def write_placements(path: Path) -> None:
        truth.write_records(folder, contract, period, rows["person"], rows["numero_placement"])
        writing.write_csv(rows.drop(INNER, strict=False), path, ",", "utf-8")

    if not rows.is_empty():
        yield Delivery(contract, month, "", "csv", write_placements, is_late=is_late)
