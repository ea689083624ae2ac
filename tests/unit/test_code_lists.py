"""The code lists and correspondences hold together: parents, labels, one meaning a code."""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from warehouse.contracts.contract import contracts
from warehouse.source_code import matched

Row = dict[str, str]

PROJECT = Path(__file__).parents[2]
SEEDS = PROJECT / "dbt_project" / "seeds"
CODE_LIST_FILES = sorted((SEEDS / "codelists").glob("*.csv"))
HIERARCHIES = {
    "area_group_member": ("cl_area_group", "cl_area"),
    "employment_risk_member": ("cl_employment_risk", "cl_status_in_employment"),
}
CORRESPONDENCE_FILES = sorted((SEEDS / "correspondences").glob("*.csv"))
REFERENCE = Path(os.environ.get("SIMIMO_REFERENCE", PROJECT.parent / "shared" / "reference"))
CODE_LIST_COLUMNS = [
    *("code", "parent_code", "level", "valid_from", "valid_to"),
    *("label_fr", "label_ar", "label_en", "source"),
]
CORRESPONDENCE_COLUMNS = [
    *("provider", "source_code", "source_label", "code"),
    *("quality", "valid_from", "valid_to", "source"),
]
PROVIDERS = {"*"} | {found.provider for found in contracts().values()}
QUALITIES = {"exact", "close", "broad", "narrow"}
COUNTS_BY_LEVEL = {
    "cl_activity": {"1": 21, "2": 88, "3": 238, "4": 419},
    "cl_commune": {"1": 1503, "2": 41},
    "cl_education": {"1": 9, "2": 22, "3": 32},
    "cl_field_of_study": {"1": 11},
    "cl_occupation": {"1": 10, "2": 43, "3": 130, "4": 436},
    "cl_occupation_nap": {"1": 10},
    "cl_region": {"1": 1, "2": 12, "3": 75, "4": 8},
    "cl_status_in_employment": {"1": 2, "2": 5, "3": 10},
}

each_code_list = pytest.mark.parametrize("path", CODE_LIST_FILES, ids=lambda p: p.stem)
each_correspondence = pytest.mark.parametrize("path", CORRESPONDENCE_FILES, ids=lambda p: p.stem)


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def code_list(name: str) -> list[Row]:
    return rows_of(SEEDS / "codelists" / f"{name}.csv")


def codes_of(name: str) -> set[str]:
    return {row["code"] for row in code_list(name)}


def interval(row: Row) -> tuple[date, date]:
    start = date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min
    end = date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max
    return start, end


def overlaps(rows: list[Row], key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The keys that two rows share on one day; validity is half-open."""
    intervals: dict[tuple[str, ...], list[tuple[date, date]]] = {}
    for row in rows:
        intervals.setdefault(tuple(matched(row[k]) for k in key), []).append(interval(row))
    for shared, dates in intervals.items():
        if any(later[0] < earlier[1] for earlier, later in pairwise(sorted(dates))):
            yield shared


def decoded(variable: str, provider: str, source_code: str, day: date) -> str | None:
    """The common code of a source code on a day: the provider's own row before the common one."""
    rows = rows_of(SEEDS / "correspondences" / f"{variable}.csv")
    valid = [row for row in rows if interval(row)[0] <= day < interval(row)[1]]
    codes = {(row["provider"], matched(row["source_code"])): row["code"] for row in valid}
    own = (provider, matched(source_code))
    return codes.get(own, codes.get(("*", own[1])))


@pytest.mark.parametrize(
    ("files", "columns"),
    [(CODE_LIST_FILES, CODE_LIST_COLUMNS), (CORRESPONDENCE_FILES, CORRESPONDENCE_COLUMNS)],
    ids=["code lists", "correspondences"],
)
def test_files_have_the_agreed_columns_and_line_ends(files: list[Path], columns: list[str]) -> None:
    assert files
    for path in files:
        content = path.read_bytes()
        assert b"\r" not in content, path.name
        assert content.endswith(b"\n"), path.name
        assert content.decode("utf-8").splitlines()[0].split(",") == columns, path.name


@pytest.mark.parametrize("path", [*CODE_LIST_FILES, *CORRESPONDENCE_FILES], ids=lambda p: p.stem)
def test_no_cell_has_outer_blanks(path: Path) -> None:
    assert [row for row in rows_of(path) if any(v != v.strip() for v in row.values())] == []


@each_code_list
def test_no_label_level_or_source_is_empty(path: Path) -> None:
    columns = ("code", "level", "label_fr", "label_ar", "label_en", "source")
    assert [row["code"] for row in rows_of(path) if not all(row[c] for c in columns)] == []


@pytest.mark.parametrize("path", [*CODE_LIST_FILES, *CORRESPONDENCE_FILES], ids=lambda p: p.stem)
def test_no_label_has_doubled_or_special_blanks(path: Path) -> None:
    """A French sign of two parts may have its no-break space."""
    columns = ("label_fr", "label_ar", "label_en", "source_label")
    labels = [row[c] for row in rows_of(path) for c in columns if c in row]
    assert [text for text in labels if "  " in text or set(text) & set("\t\n\r\u200b")] == []


@each_code_list
def test_arabic_labels_are_in_arabic_script(path: Path) -> None:
    arabic = range(0x0600, 0x0700)
    labels = [row["label_ar"] for row in rows_of(path)]
    assert [label for label in labels if not any(ord(c) in arabic for c in label)] == []


@each_code_list
def test_every_parent_exists_at_a_broader_level(path: Path) -> None:
    levels = {row["code"]: int(row["level"]) for row in rows_of(path)}
    children = [row for row in rows_of(path) if row["parent_code"]]
    assert [row["code"] for row in children if row["parent_code"] not in levels] == []
    assert [r["code"] for r in children if levels[r["parent_code"]] >= int(r["level"])] == []


@each_code_list
def test_a_code_means_one_thing_at_a_time(path: Path) -> None:
    assert list(overlaps(rows_of(path), ("code",))) == []


@pytest.mark.parametrize("path", [*CODE_LIST_FILES, *CORRESPONDENCE_FILES], ids=lambda p: p.stem)
def test_validity_ends_after_it_begins(path: Path) -> None:
    assert [row for row in rows_of(path) if interval(row)[0] >= interval(row)[1]] == []


@pytest.mark.parametrize(("name", "lists"), HIERARCHIES.items())
def test_members_and_their_groups_are_of_their_lists(name: str, lists: tuple[str, str]) -> None:
    rows = rows_of(SEEDS / "hierarchies" / f"{name}.csv")
    groups, codes = map(codes_of, lists)
    assert {row["group_code"] for row in rows} - groups == set()
    assert {row["code"] for row in rows} - codes == set()
    assert list(overlaps(rows, ("group_code", "code"))) == []
    assert [row for row in rows if not row["source"] or interval(row)[0] >= interval(row)[1]] == []


def test_every_category_of_employment_has_one_economic_risk() -> None:
    rows = rows_of(SEEDS / "hierarchies" / "employment_risk_member.csv")
    categories = {r["code"] for r in code_list("cl_status_in_employment") if r["level"] == "3"}
    assert sorted(row["code"] for row in rows) == sorted(categories)


@pytest.mark.parametrize(
    ("group", "day", "count"),
    [
        ("EU", date(1972, 12, 31), 6),
        ("EU", date(2019, 1, 1), 28),
        ("EU", date(2025, 1, 1), 27),
        ("MAGHREB", date(2025, 1, 1), 5),
        ("ARAB", date(2025, 1, 1), 22),
        ("ECOWAS", date(2025, 1, 1), 15),
        ("ECOWAS", date(2025, 2, 1), 12),
    ],
)
def test_a_group_has_the_members_of_the_day(group: str, day: date, count: int) -> None:
    rows = rows_of(SEEDS / "hierarchies" / "area_group_member.csv")
    members = [r for r in rows if r["group_code"] == group and interval(r)[0] <= day]
    assert len([r for r in members if day < interval(r)[1]]) == count


@pytest.mark.parametrize("name", COUNTS_BY_LEVEL)
def test_counts_per_level(name: str) -> None:
    counts = Counter(row["level"] for row in code_list(name) if row["level"] != "0")
    assert counts == COUNTS_BY_LEVEL[name]


def test_areas_are_the_iso_countries_as_hcp_uses_them() -> None:
    countries = {row["code"] for row in code_list("cl_area") if row["level"] == "4"}
    assert len({code for code in countries if len(code) == 2} - {"XK"}) == 248
    assert "EH" not in countries


def test_activity_codes_extend_their_parent() -> None:
    """A class is of the group, and a group of the division, that its first digits name."""
    rows = [row for row in code_list("cl_activity") if row["level"] in {"3", "4"}]
    assert [row["code"] for row in rows if row["parent_code"] != row["code"][:-1]] == []


@pytest.mark.parametrize("prefix", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
def test_occupation_codes_extend_their_parent(prefix: str) -> None:
    rows = [row for row in code_list("cl_occupation") if row["code"].startswith(prefix)]
    assert rows
    assert all(row["parent_code"] == row["code"][:-1] for row in rows)


@each_correspondence
def test_every_common_code_exists_in_its_code_list(path: Path) -> None:
    codes = codes_of(f"cl_{path.stem.removesuffix('_title')}")
    assert {row["code"] for row in rows_of(path)} - codes == set()


@each_correspondence
def test_a_source_code_has_one_meaning_at_a_time(path: Path) -> None:
    rows = rows_of(path)
    spellings = {
        (row["provider"], matched(row["source_code"]), row["code"], *interval(row)): row
        for row in rows
    }
    assert list(overlaps(list(spellings.values()), ("provider", "source_code"))) == []


@each_correspondence
def test_rows_name_a_provider_a_quality_and_a_source(path: Path) -> None:
    rows = rows_of(path)
    assert {row["provider"] for row in rows} <= PROVIDERS
    assert {row["quality"] for row in rows} <= QUALITIES
    assert [row for row in rows if not row["source"] or not row["source_label"]] == []


@each_correspondence
def test_spellings_of_one_source_code_are_of_one_quality(path: Path) -> None:
    qualities: dict[tuple[str, ...], set[str]] = {}
    for row in rows_of(path):
        key = (row["provider"], matched(row["source_code"]), row["code"], row["valid_from"])
        qualities.setdefault(key, set()).add(row["quality"])
    assert [key for key, found in qualities.items() if len(found) > 1] == []


@pytest.mark.parametrize(
    ("variable", "provider", "source_code", "code"),
    [
        ("area", "dgsn", "SENEGALAISE", "SN"),
        ("area", "dgsn", "SÉNÉGALAISE", "SN"),
        ("area", "dgsn", "NIGERIENNE", "NE"),
        ("area", "dgsn", "NIGERIANE", "NG"),
        ("area", "dgsn", "CONGOLAISE", None),
        ("area", "dgsn", "CONGOLAISE (RDC)", "CD"),
        ("area", "dgsn", "COTE D'IVOIRE", "CI"),
        ("area", "dgsn", "SOVIETIQUE", None),
        ("area", "anapec", "SEN", "SN"),
        ("area", "anapec", "Emirats Arabes Unis", "AE"),
        ("area", "cnss", "504", "MA"),
        ("area", "cnss", "12", "DZ"),
        ("area", "uk_home_office", "Korea (South)", "KR"),
        ("area", "uk_home_office", "Namibia", "NA"),
        ("area", "oecd", "W_X", "_U"),
        ("area", "istat", "WORLD", "_T"),
        ("area", "*", "المغرب", "MA"),
        ("area", "*", "CS", None),
        ("area", "*", "Sénégalaise\xa0", "SN"),
        ("area", "*", "سنغالية", "SN"),
        ("area", "*", "Ivorian", "CI"),
        ("area", "cnss", "٥٠٤", "MA"),
        ("region", "*", "Grand  Casablanca", "MA-06"),
        ("region", "*", "Meknès-Tafilalet", None),
        ("region", "dgsn", "CASABLANCA", "06.141"),
        ("region", "cnss", "06", "MA-06"),
        ("region", "anapec", "CAS01", "MA-06"),
        ("sex", "cnss", "H", "M"),
        ("sex", "istat", "9", "_T"),
        ("sex", "anapec", "9", None),
        ("occupation", "anapec", "J1506", "2"),
        ("education", "anapec", "8", None),
        ("occupation", "hcp", "NAP5", "6"),
        ("occupation", "hcp", "Employés", "4"),
        ("occupation", "anapec", "NAP5", None),
        ("area", "*", "غينية", "GN"),
        ("area", "*", "كونغولي", None),
        ("area", "*", "كونغولية (كينشاسا)", "CD"),
        ("area", "*", "نيجرية", "NE"),
        ("area", "*", "نيجيرية", "NG"),
        ("area", "*", "RDA", "DE"),
        ("region", "*", "051", "01.051"),
        ("commune", "*", "01.051.05.01", "01.051.11.01"),
        ("commune", "*", "010511101", "01.051.11.01"),
    ],
)
def test_a_source_code_is_decoded_or_left_to_the_steward(
    variable: str, provider: str, source_code: str, code: str | None
) -> None:
    assert decoded(variable, provider, source_code, date(2025, 6, 30)) == code


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(1990, 1, 1), "CSHH"),
        (date(2000, 1, 1), None),
        (date(2003, 7, 23), "CSXX"),
        (date(2006, 9, 25), "CSXX"),
        (date(2006, 9, 26), None),
    ],
)
def test_a_code_that_was_given_twice_is_read_by_its_date(day: date, code: str | None) -> None:
    assert decoded("area", "*", "CS", day) == code


@pytest.mark.parametrize(
    ("variable", "source_code", "day", "code"),
    [
        ("area", "DD", date(1990, 10, 2), "DDDE"),
        ("area", "DD", date(1990, 10, 3), "DE"),
        ("area", "YMD", date(1990, 5, 21), "YDYE"),
        ("region", "MA-08", date(2014, 12, 31), "MA-06"),
        ("region", "MA-08", date(2015, 3, 5), "MA-08"),
        ("region", "MA-06", date(2014, 12, 31), None),
        ("region", "363", date(2008, 12, 31), None),
        ("region", "363", date(2010, 12, 31), "08.363"),
    ],
)
def test_states_regions_and_provinces_are_those_of_the_day(
    variable: str, source_code: str, day: date, code: str | None
) -> None:
    assert decoded(variable, "*", source_code, day) == code


def test_a_province_that_was_divided_is_narrower_than_its_old_number() -> None:
    rows = [r for r in rows_of(SEEDS / "correspondences" / "region.csv") if r["code"] == "08.201"]
    old = [(r["quality"], r["valid_from"]) for r in rows if r["source_code"] == "201"]
    assert old == [("narrow", "2004-09-02"), ("exact", "2009-06-11")]


def test_no_commune_has_the_former_code_of_another() -> None:
    """So that a code of 2014 needs no date."""
    rows = rows_of(SEEDS / "correspondences" / "commune.csv")
    former = {row["source_code"] for row in rows if "2014" in row["source"]}
    assert former & codes_of("cl_commune") == set()
    assert len(former) == 2 * 207


def test_every_commune_is_of_a_province() -> None:
    assert {code[:6] for code in codes_of("cl_commune")} <= codes_of("cl_region")


def test_occupation_titles_are_those_of_the_reference() -> None:
    """8181 is left out: its French title is cut short in the reference."""
    path = REFERENCE / "isco08.csv"
    if not path.is_file():
        pytest.skip(f"{path} is absent; set SIMIMO_REFERENCE to the folder that holds isco08.csv")
    reference = {row["code"]: row for row in rows_of(path)}
    for row in code_list("cl_occupation"):
        if row["level"] == "0" or row["code"] == "8181":
            continue
        expected = reference[row["code"]]
        assert row["level"] == expected["level"]
        assert row["parent_code"] == expected["parent"]
        assert row["label_en"] == expected["label_en"]
        assert row["label_fr"] == expected["label_fr"].replace("'", "’")
