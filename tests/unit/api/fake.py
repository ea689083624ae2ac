"""Two small releases in memory, in the shapes that schema release has, for tests without a server.

The population is HCP's (RGPH 2014 and 2024, legal population); everything else is invented and
therefore a specimen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

from api.chart import period_index
from api.data import csv_page
from warehouse import periods
from warehouse.errors import UnknownDataflow
from warehouse.extent import Extent
from warehouse.filters import require_codes
from warehouse.indicator import Dataflow, definition_from
from warehouse.manifest import PUBLISHED_BY_OTHERS
from warehouse.observation import (
    FREQ,
    Code,
    Observation,
    Page,
    PublishedDataflow,
    Selection,
)
from warehouse.releasing.changes import Change, ChangePage, Said
from warehouse.releasing.cursor import InvalidCursor
from warehouse.releasing.published import Look, Release
from warehouse.releasing.revisions import Revised, Triangle, Vintage

FIRST = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SECOND = datetime(2026, 2, 5, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HEAD = "0002"


def labels(fr: str, ar: str, en: str) -> dict[str, str]:
    return {"fr": fr, "ar": ar, "en": en}


TOTAL = Code("_T", None, labels("Total", "المجموع", "Total"))
UNKNOWN = Code("_U", None, labels("Inconnu", "غير معروف", "Unknown"))
AREAS = (
    TOTAL,
    UNKNOWN,
    Code("CI", None, labels("Côte d’Ivoire", "كوت ديفوار", "Côte d’Ivoire")),
    Code("ES", None, labels("Espagne", "إسبانيا", "Spain")),
    Code("FR", None, labels("France", "فرنسا", "France")),
    Code("GN", None, labels("Guinée", "غينيا", "Guinea")),
    Code("SN", None, labels("Sénégal", "السنغال", "Senegal")),
    Code("SY", None, labels("Syrie", "سوريا", "Syria")),
)
SEXES = (
    TOTAL,
    Code("F", "_T", labels("Femmes", "إناث", "Women")),
    Code("M", "_T", labels("Hommes", "ذكور", "Men")),
)
AGES = (
    TOTAL,
    Code("Y15T24", "_T", labels("15 à 24 ans", "15-24 سنة", "15 to 24")),
    Code("Y25T34", "_T", labels("25 à 34 ans", "25-34 سنة", "25 to 34")),
    Code("Y_GE65", "_T", labels("65 ans et plus", "65 سنة فما فوق", "65 and over")),
    Code("Y_LT15", "_T", labels("Moins de 15 ans", "أقل من 15 سنة", "Under 15")),
)
REGIONS = (
    Code("MA", None, labels("Maroc", "المغرب", "Morocco")),
    Code("MA-04", "MA", labels("Rabat-Salé-Kénitra", "الرباط-سلا-القنيطرة", "Rabat-Salé-Kénitra")),
    Code("MA-06", "MA", labels("Casablanca-Settat", "الدار البيضاء-سطات", "Casablanca-Settat")),
    Code("MA-12", "MA", labels("Dakhla-Oued Ed-Dahab", "الداخلة-وادي الذهب", "Dakhla")),
    Code("06.141", "MA-06", labels("Casablanca", "الدار البيضاء", "Casablanca")),
)
DIMENSION_LABELS = {
    "citizenship": labels("Nationalité", "الجنسية", "Citizenship"),
    "sex": labels("Sexe", "الجنس", "Sex"),
    "age": labels("Âge", "السن", "Age"),
    "ref_area": labels("Territoire", "المجال", "Reference area"),
}
CODE_LISTS = {"cl_area": AREAS, "cl_sex": SEXES, "cl_age": AGES, "cl_region": REGIONS}
LISTS = {"citizenship": "cl_area", "sex": "cl_sex", "age": "cl_age", "ref_area": "cl_region"}


def definition(id: str, dimensions: Sequence[str], **given: Any) -> Dataflow:
    said = {
        "id": id,
        "definition": labels("Ce que compte l'indicateur.", "ما يحصيه المؤشر.", "What it counts."),
        "population_concept": labels("Personnes.", "أشخاص.", "Persons."),
        "icls_categories": ["IMW"],
        "icls_clauses": ["by_citizenship"],
        "stock_flow": "stock",
        "formula": labels("Somme.", "مجموع.", "Sum."),
        "unit_measure": "PS",
        "decimals": 0,
        "freq": "M",
        "dimensions": [
            {"id": d, "code_list": LISTS[d], "label": DIMENSION_LABELS[d]} for d in dimensions
        ],
        "tables": [list(dimensions)],
        "time_rule": labels("Dernier jour du mois.", "آخر يوم من الشهر.", "Last day of the month."),
        "known_limits": labels("Aucune connue.", "لا حدود معروفة.", "None known."),
        "comparable": labels("Aucune.", "لا شيء.", "None."),
        "kind": "national",
        **given,
    }
    return definition_from(said, id.lower())


DEFINITIONS = {
    d.id: d
    for d in (
        definition(
            "DF_EARNINGS",
            ["sex"],
            title=labels("Salaire moyen déclaré", "متوسط الأجر المصرح به", "Mean declared wage"),
            sources=["cnss_declarations"],
            unit_measure="MAD",
            decimals=2,
        ),
        definition(
            "DF_POPULATION",
            ["ref_area"],
            title=labels("Population légale", "السكان القانونيون", "Legal population"),
            sources=["hcp_population"],
            freq="A",
            kind="public",
            credit=labels("HCP, RGPH 2014 et 2024", "المندوبية السامية للتخطيط", "HCP, RGPH"),
        ),
        definition(
            "DF_TITLE_STOCK",
            ["citizenship", "sex", "age"],
            title=labels(
                "Titres de séjour valides", "سندات الإقامة الصالحة", "Valid residence titles"
            ),
            sources=["dgsn_residence_titles"],
            unit_measure="TITLE",
            time_aggregation="end_of_period",
        ),
        definition(
            "DF_UK_SPONSORSHIP",
            ["citizenship", "sex"],
            title=labels(
                "Parrainages de travail au Royaume-Uni",
                "كفالات العمل في المملكة المتحدة",
                "UK work sponsorship",
            ),
            sources=["uk_cos_nationality"],
            unit_measure="APPLICATION",
            freq="Q",
            kind="public",
            stock_flow="flow",
        ),
    )
}
DISCLOSURE = {"threshold": 5, "counted": "value_and_records", "zero": "published"}
QUALITY = {
    "latest_period": "2025-12",
    "due": 12,
    "accepted": 12,
    "on_time": 11,
    "days_to_acceptance": 33.5,
    "days_to_release": 36.0,
    "revisions": {"releases": 2, "compared": 118, "mean_absolute_percent": 0.25},
    "linkage": None,
}


COHERENCE = {
    "scale": 0.02,
    "figures": [
        {
            "id": "residents_citizenship",
            "codes": {"citizenship": "SN"},
            "less": {},
            "published": 18.4,
            "published_period": "2024",
            "source": "HCP RGPH 2024",
            "unit": "percent",
            "specimen": 18.36,
            "specimen_period": "2025-12",
            "counted": 544.0,
            "difference_percent": -0.22,
        }
    ],
    "left_out": 3,
}


def _submission(number: int, contract: str, provider: str, period: str) -> dict[str, Any]:
    return {
        "id": number,
        "contract": contract,
        "provider": provider,
        "period": period,
        "version": 1,
        "sha256": str(number) * 64,
        "is_specimen": provider != "hcp",
        "received_on": "2026-01-03",
    }


SUBMISSIONS = [
    _submission(1, "dgsn_residence_titles", "dgsn", "2025-11"),
    _submission(2, "dgsn_residence_titles", "dgsn", "2025-12"),
    _submission(3, "hcp_population", "hcp", "2024"),
]


def _released_as(flow: Dataflow) -> dict[str, Any]:
    unknown = dict.fromkeys(flow.dimension_ids, 0.25)
    is_national = flow.kind == "national"
    coherence = COHERENCE if flow.id == "DF_TITLE_STOCK" else None
    return {
        "disclosure": DISCLOSURE if is_national else PUBLISHED_BY_OTHERS,
        "submissions": [s["id"] for s in SUBMISSIONS if s["contract"] in flow.contracts],
        "quality": {**QUALITY, "unknown_percent": unknown, "coherence": coherence},
    }


NOTICE = labels(
    "Corrige les titres de décembre 2025, dont un fichier avait été reçu deux fois.",
    "يصحح سندات دجنبر 2025 التي استُلم أحد ملفاتها مرتين.",
    "Corrects the titles of December 2025, of which one file had come twice.",
)
CHANGES = (
    Change(
        "DF_POPULATION",
        "A",
        {"ref_area": "MA-12"},
        "2024",
        Said("219956", "A", "F"),
        Said("219965", "A", "F"),
        ("resubmission",),
    ),
    Change(
        "DF_TITLE_STOCK",
        "M",
        {"citizenship": "SY", "sex": "F", "age": "_T"},
        "2025-12",
        None,
        Said(None, "Q", "A"),
        ("new_month",),
    ),
)
SPECIMENS = {"DF_EARNINGS", "DF_TITLE_STOCK"}


def observation(flow: Dataflow, codes: Mapping[str, str], period: str, value: Any) -> Observation:
    # The newest month is provisional, and with it the quarter and the year that it ends.
    is_newest = flow.kind == "national" and periods.last_day(period) == periods.last_day("2025")
    shown = ("P" if is_newest else "A", "F")
    status = {"secret": ("Q", "A"), None: ("M", "F")}.get(value, shown)
    return {
        "freq": periods.frequency_of(period),
        **codes,
        "time_period": period,
        "obs_value": None if value in {"secret", None} else f"{value:.{flow.decimals}f}",
        "obs_status": status[0],
        "conf_status": status[1],
        "unit_measure": flow.unit_measure,
        "decimals": flow.decimals,
    }


def _population() -> Iterator[tuple[dict[str, str], str, Any]]:
    known = {
        "06.141": (3_343_642, 3_236_476),
        "MA": (33_848_242, 36_828_330),
        "MA-04": (4_580_866, 5_132_639),
        "MA-06": (6_861_739, 7_688_967),
        "MA-12": (142_955, 219_965),
    }
    for area, census in product(known, (0, 1)):
        yield {"ref_area": area}, ("2014", "2024")[census], known[area][census]


def _titles() -> Iterator[tuple[dict[str, str], str, Any]]:
    citizenships = {"_T": 1480, "CI": 256, "FR": 204, "GN": 71, "SN": 272, "SY": 3, "_U": 12}
    sexes = {"F": 0.44, "M": 0.56, "_T": 1.0}
    ages = {"Y15T24": 0.2, "Y25T34": 0.55, "Y_GE65": 0.01, "Y_LT15": 0.24, "_T": 1.0}
    for (citizenship, people), (sex, of_sex), (age, of_age), month in product(
        citizenships.items(), sexes.items(), ages.items(), range(1, 13)
    ):
        count = int(people * of_sex * of_age * (1 + month / 60))
        shown = "secret" if 0 < count < 5 else count
        codes = {"citizenship": citizenship, "sex": sex, "age": age}
        yield codes, f"2025-{month:02}", shown
        if month % 3 == 0:
            yield codes, f"2025-Q{month // 3}", shown
        if month == 12:
            yield codes, "2025", shown


def _earnings() -> Iterator[tuple[dict[str, str], str, Any]]:
    for (sex, wage), month in product(
        {"_T": 5152.4, "F": 4890.0, "M": 5301.25}.items(), (10, 11, 12)
    ):
        yield {"sex": sex}, f"2025-{month}", None if month == 11 else wage + month


def _sponsorships() -> Iterator[tuple[dict[str, str], str, Any]]:
    for (place, code), quarter, sex in product(enumerate(["FR", "SN"]), range(1, 5), ["F", "M"]):
        yield {"citizenship": code, "sex": sex}, f"2025-Q{quarter}", 10 * quarter + place


ROWS = {
    "DF_EARNINGS": _earnings,
    "DF_POPULATION": _population,
    "DF_TITLE_STOCK": _titles,
    "DF_UK_SPONSORSHIP": _sponsorships,
}


@dataclass
class FakeReleased:
    """Release 1 without the earnings, release 2 with them; `is_down` makes everything fail."""

    count: int = 2
    revision_found: str | None = HEAD
    failure: Exception | None = None
    reads: int = 0

    def look(self) -> Look:
        self._read()
        first = Release(1, FIRST, "a" * 64, True)
        second = Release(2, SECOND, "b" * 64, True, NOTICE, base=1)
        return Look([first, second][: self.count][::-1], NOW)

    def manifest(self, number: int) -> Mapping[str, Any]:
        self._read()
        told = {name: _released_as(flow) for name, flow in DEFINITIONS.items()}
        return {
            "number": number,
            "is_specimen": True,
            "code_version": {"package": "0.1.0", "commit": None, "models_hash": "d" * 64},
            "submissions": SUBMISSIONS,
            "dataflows": told,
        }

    def dataflows(self, number: int) -> list[PublishedDataflow]:
        self._read()
        held = [d for d in DEFINITIONS.values() if number > 1 or d.id != "DF_EARNINGS"]
        return [self._published(d, number) for d in held]

    def dataflow(self, dataflow: str, number: int) -> PublishedDataflow:
        known = {p.id: p for p in self.dataflows(number)}
        if dataflow not in known:
            raise UnknownDataflow(dataflow=dataflow, known=", ".join(known))
        return known[dataflow]

    def extents(self, number: int) -> dict[str, dict[str, Extent]]:
        self._read()
        return {p.id: self._extents(p.definition) for p in self.dataflows(number)}

    def page(
        self, published: PublishedDataflow, selection: Selection, cursor: str | None, limit: int
    ) -> Page:
        self._read()
        frequencies = published.frequencies(selection)
        filters = {d: asked for d, asked in selection.filters.items() if d != FREQ}
        for dimension, asked in filters.items():
            known = [c.code for c in published.codes(dimension)]
            require_codes(published.id, dimension, asked, known)
        if cursor is not None and not cursor.isdecimal():
            raise InvalidCursor(dataflow=published.id)
        selected = replace(selection, filters=filters | {FREQ: frequencies})
        rows = [o for o in self._rows(published.definition) if _selected(o, selected)]
        start = int(cursor or 0)
        end = start + limit
        return Page(published, rows[start:end], str(end) if end < len(rows) else None)

    def csv(self, published: PublishedDataflow, selection: Selection) -> bytes:
        return csv_page(self.page(published, selection, None, 10**9))

    def changes(
        self, number: int, dataflow: str | None, cursor: str | None, limit: int
    ) -> ChangePage:
        self._read()
        found = [c for c in CHANGES if number > 1 and dataflow in (None, c.dataflow)]
        start = int(cursor or 0)
        end = start + limit
        return ChangePage(found[start:end], str(end) if end < len(found) else None)

    def triangle(
        self,
        published: PublishedDataflow,
        releases: Sequence[Release],
        selection: Selection,
        cursor: str | None,
        limit: int,
    ) -> Triangle:
        page = self.page(published, selection, cursor, limit)
        told = sorted((r for r in releases if r.number <= published.release), key=_number)
        cells = [
            Revised(
                {d: str(o[d]) for d in published.dimension_ids},
                str(o["time_period"]),
                tuple(Vintage(r.number, *(o[name] for name in SAID)) for r in told),
            )
            for o in page.observations
        ]
        return Triangle(published, told, cells, page.next_cursor)

    def revision(self) -> str | None:
        self._read()
        return self.revision_found

    def _read(self) -> None:
        self.reads += 1
        if self.failure:
            raise self.failure

    def _published(self, flow: Dataflow, number: int) -> PublishedDataflow:
        return PublishedDataflow(
            release=number,
            released_at=(FIRST, SECOND)[number - 1],
            last_updated=SECOND if flow.id == "DF_EARNINGS" else FIRST,
            content_hash="c" * 64,
            is_specimen=flow.id in SPECIMENS,
            definition=flow,
            code_lists={d.code_list: CODE_LISTS[d.code_list] for d in flow.dimensions},
        )

    def _rows(self, flow: Dataflow) -> list[Observation]:
        rows = [observation(flow, *row) for row in ROWS[flow.id]()]
        order = [FREQ, *flow.dimension_ids, "time_period"]
        return sorted(rows, key=lambda o: [str(o[column]).encode() for column in order])

    def _extents(self, flow: Dataflow) -> dict[str, Extent]:
        times: dict[str, list[str]] = {}
        for o in self._rows(flow):
            times.setdefault(str(o[FREQ]), []).append(str(o["time_period"]))
        return {freq: Extent(len(t), min(t), max(t)) for freq, t in times.items()}


SAID = ("obs_value", "obs_status", "conf_status")


def _number(release: Release) -> int:
    return release.number


def _selected(found: Observation, selection: Selection) -> bool:
    period = str(found["time_period"])
    start, end = selection.start_period, selection.end_period
    return (
        all(found[dimension] in asked for dimension, asked in selection.filters.items())
        and (start is None or period_index(period) >= period_index(start))
        and (end is None or periods.last_day(period) <= periods.last_day(end))
    )
